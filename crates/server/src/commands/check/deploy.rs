//! What is good enough to try the server out, and not for real customers.

use std::net::IpAddr;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use tracing_subscriber::filter::LevelFilter;

use super::findings::Findings;
use crate::config::email::{Email, EmailTransport, Encryption};
use crate::config::layers::{DOTENV_FILE, Sources};
use crate::config::server::Server;
use crate::config::sms::SmsTransport;
use crate::config::table::Kind;
use crate::config::table::problem::Origin;
use crate::config::{Config, find_key};

/// Refuses settings of development.
pub fn check(config: &Config, findings: &mut Findings) {
    address(&config.server, findings);
    email(&config.email, findings);
    sms(&config.sms.transports, findings);
    if config.log.filter().max_level_hint() >= Some(LevelFilter::DEBUG) {
        findings.error(
            "log.level",
            "debug and trace tell more about customers than a log should keep",
            "Write info or warn",
        );
    }
    if !config.brand.name_is_given {
        let why = format!("it is still the default, \"{}\"", config.brand.name);
        findings.warning("brand.name", why, "Write the name your customers know");
    }
    private("database.url", &config.database.path, 0o077, findings);
}

/// Secrets written into files that everybody may read.
pub fn secrets(sources: &Sources, findings: &mut Findings) {
    for (key, raw) in sources.merge().values {
        let is_secret = find_key(&key).is_some_and(|key| key.kind == Kind::Secret);
        let file = match &raw.origin {
            Origin::File { path, .. } => path.as_path(),
            Origin::DotEnv { .. } => Path::new(DOTENV_FILE),
            Origin::Environment { .. } => continue,
        };
        if is_secret {
            // A group of its own may read it: that is how a service reads what root owns.
            private(&key, file, 0o007, findings);
        }
    }
}

fn address(server: &Server, findings: &mut Findings) {
    match &server.public_url {
        Some(url) if !url.is_secure() => {
            let why = format!("{} is not https: codes and sessions would travel in the clear", url.origin());
            findings.error(
                "server.public_url",
                why,
                "Put a reverse proxy with TLS before the server and write its https URL",
            );
        }
        Some(url) if url.is_loopback() => {
            findings.error("server.public_url", "only this machine can reach it", "Write the URL your customers use");
        }
        // A missing one is an error of its own.
        Some(_) | None => {}
    }
    let listen = server.listen.ip();
    if !listen.is_loopback() {
        let why = format!("{} is reached from the network, and the server itself speaks plain HTTP", place(listen));
        let remedy = "Let only the TLS proxy reach it (firewall, container network), or write 127.0.0.1 and run the proxy on this machine";
        findings.warning("server.listen", why, remedy);
    }
    if !server.has_proxies {
        let why = "it is empty: behind a TLS proxy all visitors seem to come from the proxy's address, and reach \
                   limits.send.per_ip together";
        findings.warning("server.trusted_proxies", why, "Write the proxy's address, such as 127.0.0.1");
    }
}

fn place(listen: IpAddr) -> String {
    if listen.is_unspecified() { "every address of this machine".to_owned() } else { listen.to_string() }
}

fn email(email: &Email, findings: &mut Findings) {
    for transport in &email.transports {
        let (why, severe) = match transport {
            EmailTransport::Console => ("\"console\" prints e-mail with its codes and sends nothing", true),
            EmailTransport::File(_) => ("\"file\" keeps e-mail with its codes in a file and sends nothing", true),
            EmailTransport::Smtp(_) => ("", false),
        };
        if severe {
            findings.error("email.transport", why, "Write \"smtp\"");
        }
    }
    let Some(smtp) = email.smtp() else { return };
    match (smtp.encryption, &smtp.login) {
        (Encryption::None, Some(_)) => {
            let why = "\"none\" sends the password of the mail server, and every code, in the clear";
            findings.error("email.smtp.encryption", why, "Write \"starttls\" or \"tls\"");
        }
        (Encryption::None, None) => {
            let remedy = "Write \"starttls\" or \"tls\", unless the mail server is on this machine";
            findings.warning("email.smtp.encryption", "\"none\" sends every code in the clear", remedy);
        }
        (Encryption::StartTls | Encryption::Tls, _) => {}
    }
    if email.from.address.ends_with("@example.com") {
        findings.error(
            "email.from",
            "example.com is nobody's: receivers refuse such mail",
            "Write an address of your own domain",
        );
    }
}

fn sms(transports: &[SmsTransport], findings: &mut Findings) {
    for transport in transports {
        match transport {
            SmsTransport::Console => {
                let why = "\"console\" prints text messages with their codes and sends nothing";
                findings.error("sms.transport", why, "Write \"twilio\" or \"gateway\"");
            }
            SmsTransport::File(path) => {
                let why = format!("\"file\" sends nothing: text messages wait in {}", path.display());
                let remedy = "Make sure that another program sends them within the validity of a code";
                findings.warning("sms.transport", why, remedy);
            }
            SmsTransport::Twilio(twilio) if twilio.base_url.starts_with("http://") => {
                let why = "over http the auth token, and every code, travels in the clear";
                findings.error("sms.twilio.base_url", why, "Write https://");
            }
            SmsTransport::Gateway(plan) if plan.is_open_to_readers() => {
                let why = "over http the password of the gateway, and every code, travels in the clear";
                findings.error("sms.gateway.url", why, "Write https://");
            }
            SmsTransport::Twilio(_) | SmsTransport::Gateway(_) => {}
        }
    }
}

/// A file that those of `others` must not read, if it is there.
fn private(key: &str, path: &Path, others: u32, findings: &mut Findings) {
    let Ok(found) = std::fs::metadata(path) else { return };
    let mode = found.mode() & 0o777;
    if mode & others != 0 {
        let why = format!("{} may be read by others (mode {mode:04o})", path.display());
        findings.error(key, why, format!("Run: chmod {:o} {}", mode & !others & 0o660, path.display()));
    }
}
