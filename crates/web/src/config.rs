//! What the pages need to be told from outside.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use otpd_domain::ports::{CallbackReader, Mailbox};

use crate::client::TrustedProxies;

/// The settings of the pages.
#[derive(Clone)]
pub struct WebConfig {
    /// Where the site is reached from outside.
    pub public_url: PublicUrl,
    /// Whether browsers are told that the hosts below that of the public URL have HTTPS, too.
    pub hsts_below: bool,
    /// The captured messages of a development server; `Some` opens `/dev/mailbox`.
    pub mailbox: Option<Arc<dyn Mailbox>>,
    /// Whose forwarding headers are believed.
    pub proxies: TrustedProxies,
    /// How long a request may take before it is given up with a 503.
    pub request_timeout: Duration,
    /// The doors for other back ends and front ends.
    pub doors: Doors,
    /// Reads Twilio's reports at `/api/twilio/status`; `None` when Twilio sends nothing.
    pub twilio: Option<Arc<dyn CallbackReader>>,
    /// The customer types an account may have.
    pub customer_types: Vec<String>,
}

/// Which doors besides the sign-in pages are open, and to whom.
#[derive(Clone, Debug, Default)]
pub struct Doors {
    /// `/api/users/…`: verification of phones and addresses.
    pub verification: Access,
    /// `/api/register/` and its fellows, and the pages for registration and passwords.
    pub registration: Access,
    /// Origins, as browsers write them, whose pages may call the doors above and read the replies (CORS).
    pub allowed_origins: Vec<String>,
}

/// Who may use a door.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    #[default]
    Open,
    /// Callers with an API key of the door's scope.
    Key,
    /// Nobody: the paths do not exist.
    Closed,
}

/// Where the site is reached: scheme, host and port, without a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    secure: bool,
    loopback: bool,
    port: u16,
}

/// Why a text is no public URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublicUrlError {
    /// Not a URL with a host.
    #[error("write the whole URL with its scheme, such as https://signin.example.com")]
    Malformed,
    /// Neither http nor https.
    #[error("the scheme must be https, or http for development")]
    Scheme,
    /// A path, query or user name is in it.
    #[error("only scheme, host and port belong here: the pages live at the root of their host")]
    MoreThanOrigin,
}

impl PublicUrl {
    /// Reads a URL such as `https://signin.example.com`.
    ///
    /// # Errors
    /// When it is no http(s) URL, or holds more than an origin.
    pub fn parse(text: &str) -> Result<Self, PublicUrlError> {
        let uri: Uri = text.parse().map_err(|_| PublicUrlError::Malformed)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(PublicUrlError::Malformed);
        };
        let (secure, usual_port) = match scheme {
            "https" => (true, 443),
            "http" => (false, 80),
            _ => return Err(PublicUrlError::Scheme),
        };
        if uri.path() != "/" || uri.query().is_some() || authority.as_str().contains('@') {
            return Err(PublicUrlError::MoreThanOrigin);
        }
        let host = host_of(authority.host()).ok_or(PublicUrlError::Malformed)?;
        let port = authority.port_u16().unwrap_or(usual_port);
        // As browsers write an origin: the usual port is left out.
        let origin =
            if port == usual_port { format!("{scheme}://{host}") } else { format!("{scheme}://{host}:{port}") };
        Ok(Self { origin, secure, loopback: is_loopback(&host), port })
    }

    /// The origin, as browsers write it.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The host alone: a name, an IPv4 address, or an IPv6 address in brackets.
    pub fn host(&self) -> &str {
        let authority = self.origin.split_once("://").map_or("", |(_, authority)| authority);
        // An IPv6 address has its colons in brackets.
        let port_at = authority.rfind(':').filter(|at| !authority[*at..].contains(']'));
        port_at.map_or(authority, |at| &authority[..at])
    }

    /// Whether it is https.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Whether it names this very machine.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// The absolute link to a path of the site.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Whether a request from a page of `origin` comes from this site. A development site is one under all the
    /// names of this machine.
    pub fn admits(&self, origin: &str) -> bool {
        if origin == self.origin {
            return true;
        }
        let same = |other: &Self| other.loopback && other.port == self.port && other.secure == self.secure;
        self.loopback && Self::parse(origin).is_ok_and(|other| same(&other))
    }
}

/// A name or an address as browsers write it. The library takes more for a host than they do.
fn host_of(text: &str) -> Option<String> {
    if let Some(bracketed) = text.strip_prefix('[') {
        let address: Ipv6Addr = bracketed.strip_suffix(']')?.parse().ok()?;
        return Some(format!("[{address}]"));
    }
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    (plain && !text.is_empty()).then(|| text.to_ascii_lowercase())
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        for (text, origin) in [
            ("https://Sign.Example.com", "https://sign.example.com"),
            ("https://example.com:443/", "https://example.com"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("http://[0:0::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(PublicUrl::parse(text).expect("a URL").origin(), origin);
        }
    }

    #[test]
    fn the_host_has_no_port() {
        for (url, host) in [
            ("https://signin.example.com", "signin.example.com"),
            ("http://127.0.0.1:8080", "127.0.0.1"),
            ("http://[::1]:8080", "[::1]"),
            ("http://[::1]", "[::1]"),
        ] {
            assert_eq!(PublicUrl::parse(url).expect("a URL").host(), host);
        }
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in [
            "",
            "example.com",
            "/x",
            "ftp://example.com",
            "https://",
            "javascript:alert(1)",
            "https:///x",
            "http://1*[::8]",
            "http://[1]",
            "https://a!b",
        ] {
            assert!(PublicUrl::parse(text).is_err(), "{text}");
        }
        for text in ["https://example.com/app", "https://example.com/?a", "https://me@example.com"] {
            assert_eq!(PublicUrl::parse(text), Err(PublicUrlError::MoreThanOrigin), "{text}");
        }
    }

    #[test]
    fn loopback_names_are_one_site_in_development_only() {
        let local = PublicUrl::parse("http://localhost:8080").expect("a URL");
        for same in ["http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"] {
            assert!(local.admits(same), "{same}");
        }
        for other in [
            "http://localhost:8081",
            "https://localhost:8080",
            "http://evil.example:8080",
            "null",
            "",
            "http://localhost",
        ] {
            assert!(!local.admits(other), "{other}");
        }
        let real = PublicUrl::parse("https://example.com").expect("a URL");
        assert!(real.admits("https://example.com"));
        for other in ["http://example.com", "https://example.com.evil.example", "https://localhost", "null"] {
            assert!(!real.admits(other), "{other}");
        }
    }
}
