//! Puts the rooms together: the one place that knows all of them.

mod challenges;
mod delivery;
mod domain;
mod web;

use std::sync::Arc;

use anyhow::Result;
use otpd_credentials::PoolConfig;
use otpd_delivery::{Bell, CaptureMailbox, Transports, Worker};
use otpd_domain::keys::{KeyId, SECRET_BYTES, Secret};
use otpd_domain::ports::{DeliveryBell, Mailbox};
use otpd_domain::{Domain, Entropy, Keyring};
use otpd_store::sqlite::{Options, SqliteStore};
use otpd_templating::{Brand, LoadError, Templates};
use otpd_web::{PublicUrl, WebState};

pub use delivery::{renderer, transports};
pub use domain::{policy, retention};

use crate::config::Config;
use crate::system::OsEntropy;

/// A server, put together and not yet running.
pub struct Server {
    /// The pages and the API.
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
    let ring = Arc::clone(&bell) as Arc<dyn DeliveryBell>;
    let domain = domain::domain(config, store, ring, keys, public_url.origin(), config.passwords.pool)?;
    let templates = templates(config)?;
    let renderer = renderer(config, &public_url, &templates)?;
    let mut transports = transports(config, &public_url)?;
    let mut mailbox = None;
    if development {
        let capture = CaptureMailbox::new(Arc::clone(&domain.clock));
        transports = Transports { email: capture.wrap(transports.email), sms: capture.wrap(transports.sms) };
        mailbox = Some(capture as Arc<dyn Mailbox>);
    }
    let web = WebState::new(web::settings(config, public_url, mailbox), domain.clone(), templates)?;
    let worker = Worker::new(domain.clone(), bell, renderer, transports, delivery::worker_config(config));
    Ok(Server { web, worker, domain })
}

/// Opens the database.
pub fn open_store(config: &Config) -> Result<SqliteStore> {
    Ok(SqliteStore::open(&config.database.path, Options::default())?)
}

/// Templates and languages, with the company's own over them.
pub fn templates(config: &Config) -> Result<Templates, LoadError> {
    let brand =
        Brand { name: config.brand.name.clone(), color: config.brand.color.clone(), logo: config.brand.logo.clone() };
    Templates::load(config.texts.folder.as_deref(), brand, &config.texts.default_language)
}

/// Does some administrative work on the database and closes it again, whatever comes of the work.
///
/// Such work neither makes nor checks a code or a token, so it needs no key file: the keyring is a fresh one, gone
/// afterwards. Nor does it hash passwords: the one thread for them takes no memory before the first.
pub async fn with_office<T>(config: &Config, work: impl AsyncFnOnce(&Domain) -> Result<T>) -> Result<T> {
    let mut bytes = zeroize::Zeroizing::new([0; SECRET_BYTES]);
    OsEntropy.fill(bytes.as_mut_slice())?;
    let keys = Keyring::new(vec![Secret { id: KeyId(0), bytes }])?;
    let store = open_store(config)?;
    let domain = domain::domain(config, &store, Arc::new(Silent), keys, OFFICE, PoolConfig { threads: 1, waiting: 0 })?;
    let result = work(&domain).await;
    store.close().await;
    result
}

/// Who would sign the tokens of an office: nobody else believes its keys.
const OFFICE: &str = "otpd";

/// For commands: no worker of theirs waits for a ring.
struct Silent;

impl DeliveryBell for Silent {
    fn ring(&self) {}
}
