//! Puts the rooms together: the one place that knows all of them.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use otpd_delivery::{
    Bell, CaptureMailbox, ConsoleTransport, FileTransport, Login, RenderConfig, Renderer, SetupError, SmtpConfig,
    SmtpTransport, Transport, Transports, Worker, WorkerConfig,
};
use otpd_domain::keys::{KeyId, SECRET_BYTES, Secret};
use otpd_domain::ports::{DeliveryBell, Mailbox, Retention};
use otpd_domain::sign_in::Policy;
use otpd_domain::{Clock, Domain, Entropy, Keyring, Ports};
use otpd_store::sqlite::{Options, SqliteStore};
use otpd_templating::{Brand, LoadError, Templates};
use otpd_web::{PublicUrl, WebConfig, WebState};

use crate::config::Config;
use crate::config::email::{EmailTransport, Encryption, Smtp};
use crate::config::sms::SmsTransport;
use crate::system::{OsEntropy, SystemClock};

/// How long one request may take. A person has gone by then.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// How long messages that are being sent may take to finish when the server stops. After that the worker needs two
/// seconds at most to record their end and as long to take leave of the mail server.
const WORKER_DRAIN: Duration = Duration::from_secs(1);

/// A server, put together and not yet running.
pub struct Server {
    /// The pages.
    pub web: WebState,
    /// What sends the messages.
    pub worker: Worker,
    /// The rules, for the clean-up.
    pub domain: Domain,
}

/// Puts a server together on an open store.
pub fn server(
    config: &Config,
    development: bool,
    public_url: PublicUrl,
    store: &SqliteStore,
    keys: Keyring,
) -> Result<Server> {
    let bell = Bell::new();
    let domain = domain(config, store.ports(Arc::clone(&bell) as Arc<dyn DeliveryBell>), keys);
    let templates = templates(config)?;
    let renderer = renderer(config, &public_url, &templates)?;
    let mut transports = transports(config, &public_url)?;
    let mut mailbox = None;
    if development {
        let capture = CaptureMailbox::new(Arc::clone(&domain.clock));
        transports = Transports { email: capture.wrap(transports.email), sms: capture.wrap(transports.sms) };
        mailbox = Some(capture as Arc<dyn Mailbox>);
    }
    let proxies = config.server.trusted_proxies.clone();
    let pages = WebConfig { public_url, mailbox, proxies, request_timeout: REQUEST_TIMEOUT };
    let web = WebState::new(pages, domain.clone(), templates)?;
    let worker = Worker::new(domain.clone(), bell, renderer, transports, worker_config(config));
    Ok(Server { web, worker, domain })
}

/// Puts messages into words.
pub fn renderer(config: &Config, public_url: &PublicUrl, templates: &Templates) -> Result<Renderer, SetupError> {
    let from = config.email.from.to_string();
    Renderer::new(templates.clone(), RenderConfig { public_host: host(public_url).to_owned(), from })
}

/// What sends messages.
pub fn transports(config: &Config, public_url: &PublicUrl) -> Result<Transports, SetupError> {
    let clock = || Arc::new(SystemClock) as Arc<dyn Clock>;
    let email: Arc<dyn Transport> = match &config.email.transport {
        EmailTransport::Console => Arc::new(ConsoleTransport),
        EmailTransport::File(path) => Arc::new(FileTransport::open(path, clock())?),
        EmailTransport::Smtp(smtp) => Arc::new(SmtpTransport::new(smtp_config(smtp, config, public_url))?),
    };
    let sms: Arc<dyn Transport> = match &config.sms.transport {
        SmsTransport::Console => Arc::new(ConsoleTransport),
        SmsTransport::File(path) => Arc::new(FileTransport::open(path, clock())?),
    };
    Ok(Transports { email, sms })
}

fn smtp_config(smtp: &Smtp, config: &Config, public_url: &PublicUrl) -> SmtpConfig {
    SmtpConfig {
        host: smtp.host.clone(),
        port: smtp.port,
        encryption: match smtp.encryption {
            Encryption::None => otpd_delivery::Encryption::None,
            Encryption::StartTls => otpd_delivery::Encryption::StartTls,
            Encryption::Tls => otpd_delivery::Encryption::Tls,
        },
        login: smtp.login.clone().map(|(username, password)| Login { username, password }),
        timeout: smtp.timeout,
        ca_file: smtp.ca_file.clone(),
        hello_name: host(public_url).to_owned(),
        idle_connections: config.delivery.concurrency,
    }
}

fn worker_config(config: &Config) -> WorkerConfig {
    WorkerConfig {
        concurrency: config.delivery.concurrency,
        lease: config.delivery.lease,
        send_timeout: config.delivery.timeout,
        drain: WORKER_DRAIN,
        ..WorkerConfig::default()
    }
}

/// The host of an origin, without scheme and port.
fn host(url: &PublicUrl) -> &str {
    let authority = url.origin().split_once("://").map_or("", |(_, authority)| authority);
    // An IPv6 address has its colons in brackets.
    let port_at = authority.rfind(':').filter(|at| !authority[*at..].contains(']'));
    port_at.map_or(authority, |at| &authority[..at])
}

/// Opens the database.
pub fn open_store(config: &Config) -> Result<SqliteStore> {
    Ok(SqliteStore::open(&config.database.path, Options::default())?)
}

/// The rules, with the real time, the real randomness, and the settings in force.
pub fn domain(config: &Config, ports: Ports, keys: Keyring) -> Domain {
    Domain {
        ports,
        clock: Arc::new(SystemClock),
        entropy: Arc::new(OsEntropy),
        keys: Arc::new(keys),
        policy: Policy {
            code_length: config.challenges.code_length,
            ttl: config.challenges.ttl,
            max_attempts: config.challenges.max_attempts,
            cooldown: config.limits.cooldown.clone(),
            session_idle: config.sessions.idle_timeout,
            session_lifetime: config.sessions.lifetime,
        },
        contacts: config.phone.contacts,
    }
}

/// Templates and languages, with the company's own over them.
pub fn templates(config: &Config) -> Result<Templates, LoadError> {
    let brand =
        Brand { name: config.brand.name.clone(), color: config.brand.color.clone(), logo: config.brand.logo.clone() };
    Templates::load(config.texts.folder.as_deref(), brand, &config.texts.default_language)
}

/// How long finished rows are kept.
pub fn retention(config: &Config) -> Retention {
    Retention {
        challenges: config.upkeep.challenges,
        sessions: config.upkeep.sessions,
        messages: config.upkeep.messages,
        session_idle: config.sessions.idle_timeout,
    }
}

/// Does some administrative work on the database and closes it again, whatever comes of the work.
///
/// Such work neither makes nor checks a code, so it needs no key file: the keyring is a fresh one, gone afterwards.
pub async fn with_office<T>(config: &Config, work: impl AsyncFnOnce(&Domain) -> Result<T>) -> Result<T> {
    let mut bytes = zeroize::Zeroizing::new([0; SECRET_BYTES]);
    OsEntropy.fill(bytes.as_mut_slice())?;
    let keys = Keyring::new(vec![Secret { id: KeyId(0), bytes }])?;
    let store = open_store(config)?;
    let domain = domain(config, store.ports(Arc::new(Silent)), keys);
    let result = work(&domain).await;
    store.close().await;
    result
}

/// For commands: no worker of theirs waits for a ring.
struct Silent;

impl DeliveryBell for Silent {
    fn ring(&self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_an_origin_has_no_port() {
        for (url, expected) in [
            ("https://signin.example.com", "signin.example.com"),
            ("http://127.0.0.1:8080", "127.0.0.1"),
            ("http://[::1]:8080", "[::1]"),
            ("http://[::1]", "[::1]"),
        ] {
            assert_eq!(host(&PublicUrl::parse(url).expect("a URL")), expected);
        }
    }
}
