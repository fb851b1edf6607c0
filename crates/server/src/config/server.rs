//! `[server]`: where the server listens and what it is called from outside.

use std::net::SocketAddr;

use otpd_web::{PublicUrl, TrustedProxies};

use super::table::problem::{Problem, Wrong};
use super::table::reader::Reader;
use super::table::{Key, Kind, Section, parse};

/// The table of this section.
pub const SECTION: Section = Section {
    name: "server",
    doc: "Where the server listens, and what it is called from outside.",
    keys: &[
        Key::with_default(
            "server.listen",
            Kind::Text,
            "127.0.0.1:8080",
            "Address and port to listen on. Leave it behind a reverse proxy on the same machine; in a container \
             write `0.0.0.0:8080`.",
        ),
        Key::optional(
            "server.public_url",
            Kind::Text,
            "https://signin.example.com",
            "Where people reach the server: scheme, host and port, no path. Links in messages, cookies and the \
             check of where a form comes from depend on it. `otpd serve` needs it; with `--dev` it is the address \
             listened on.",
        ),
        Key::with_default(
            "server.trusted_proxies",
            Kind::List,
            "",
            "Addresses or networks of reverse proxies whose `X-Forwarded-For` is believed, such as \
             `10.0.0.0/8, ::1`. Nobody else's is. Left empty behind a proxy, all visitors are one network, which \
             soon reaches `limits.send.per_ip`. They may also speak HTTP/2.",
        ),
        Key::with_default(
            "server.hsts_subdomains",
            Kind::Choice(&["on", "off"]),
            "on",
            "Whether browsers are told to use HTTPS, for two years, for the hosts below that of `server.public_url`, \
             too. Switch it off where one of them has no HTTPS.",
        ),
        Key::optional(
            "server.metrics_listen",
            Kind::Text,
            "127.0.0.1:9464",
            "Address and port of a listener of its own that has figures for Prometheus at `/metrics`. Anybody who reaches \
             it may read them, so let it be the machine itself or a network of your own. Without it there are none.",
        ),
    ],
};

/// The checked settings of this section.
#[derive(Debug)]
pub struct Server {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Whether `listen` was chosen: a development server may take another port if it was not.
    pub listen_is_given: bool,
    /// What the server is called from outside.
    pub public_url: Option<PublicUrl>,
    /// Whose forwarding headers are believed.
    pub trusted_proxies: TrustedProxies,
    /// Whether any proxy is trusted.
    pub has_proxies: bool,
    /// Whether HSTS holds for the hosts below, too.
    pub hsts_subdomains: bool,
    /// Where the figures are to be had, if anywhere.
    pub metrics_listen: Option<SocketAddr>,
}

impl Server {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let proxies = reader.value("server.trusted_proxies", proxies);
        let listen_at = reader.value("server.listen", listen);
        Self {
            metrics_listen: metrics_listen(reader, listen_at),
            listen: listen_at,
            listen_is_given: reader.is_given("server.listen"),
            public_url: reader.optional("server.public_url", public_url),
            hsts_subdomains: reader.value("server.hsts_subdomains", parse::choice(&[("on", true), ("off", false)])),
            has_proxies: proxies.1,
            trusted_proxies: proxies.0,
        }
    }

    /// What the server is called from outside, which whatever is sent or shown depends on.
    pub fn required_public_url(&self) -> Result<PublicUrl, Problem> {
        self.public_url.clone().ok_or_else(missing_public_url)
    }
}

/// Says that the public URL is missing.
pub fn missing_public_url() -> Problem {
    let remedy = "Write for example public_url = \"https://signin.example.com\" below [server], or set \
                  OTPD_SERVER__PUBLIC_URL; to try the server out, run otpd serve --dev";
    Problem::new("server.public_url", None, Wrong::new("it is missing", remedy))
}

fn listen(text: &str) -> Result<SocketAddr, Wrong> {
    text.trim().parse().map_err(|_| {
        let why = format!("\"{text}\" is no address with a port");
        Wrong::new(why, "Write an IP address and a port, such as 127.0.0.1:8080 or [::]:8080")
    })
}

fn metrics_listen(reader: &mut Reader, pages: SocketAddr) -> Option<SocketAddr> {
    let own = |text: &str| match text.trim() {
        "" => Ok(None),
        text => listen(text).map(Some),
    };
    let address = reader.optional("server.metrics_listen", own).flatten();
    // Port 0 is another one each time.
    if address.is_some_and(|address| address == pages && address.port() != 0) {
        let why = "it is the address of the pages, server.listen, where everybody could read the figures";
        let remedy = "Write another port of this machine, such as 127.0.0.1:9464";
        reader.wrong("server.metrics_listen", Wrong::new(why, remedy));
    }
    address
}

fn public_url(text: &str) -> Result<PublicUrl, Wrong> {
    PublicUrl::parse(text.trim()).map_err(|error| {
        Wrong::new(format!("\"{text}\" cannot be used: {error}"), "Write for example https://signin.example.com")
    })
}

fn proxies(text: &str) -> Result<(TrustedProxies, bool), Wrong> {
    let networks: Vec<&str> = parse::list(text).collect();
    let some = !networks.is_empty();
    TrustedProxies::parse(networks).map(|proxies| (proxies, some)).map_err(|error| {
        Wrong::new(
            format!("\"{}\" is neither an address nor a network", error.0),
            "Write for example 10.0.0.7, 10.0.0.0/8 or ::1",
        )
    })
}
