//! Puts the rooms together: the one place that knows all of them.

use std::sync::Arc;

use anyhow::Result;
use otpd_domain::keys::{KeyId, SECRET_BYTES, Secret};
use otpd_domain::ports::{DeliveryBell, Retention};
use otpd_domain::sign_in::Policy;
use otpd_domain::{Domain, Entropy, Keyring, Ports};
use otpd_store::sqlite::{Options, SqliteStore};
use otpd_templating::{Brand, LoadError, Templates};

use crate::config::Config;
use crate::system::{OsEntropy, SystemClock};

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
    let brand = Brand {
        name: config.brand.name.clone(),
        color: config.brand.color.clone(),
        logo: config.brand.logo.clone(),
    };
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
