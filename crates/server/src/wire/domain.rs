//! The rules with the real time, the real randomness, and the settings in force.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use otpd_credentials::{Argon2Hasher, PoolConfig, ProofConfig, SignedProofs, SignedTokens, TokenConfig};
use otpd_domain::limits::{LimitPolicy, MAX_RATE, Rate};
use otpd_domain::policy::{CodePolicy, RegistrationPolicy};
use otpd_domain::ports::{DeliveryBell, Ports, Retention};
use otpd_domain::{Domain, Entropy, Keyring, Policy};
use otpd_store::sqlite::SqliteStore;

use super::challenges::challenges;
use crate::config::Config;
use crate::system::{OsEntropy, SystemClock};

/// Sign-in codes are found by the browser's handle alone, so their sends are not counted by contact.
const NOT_COUNTED: Rate = Rate { sends: MAX_RATE, within: Duration::from_secs(1) };

/// The rules on an open store. `issuer` is what tokens name as their maker.
pub fn domain(
    config: &Config,
    store: &SqliteStore,
    bell: Arc<dyn DeliveryBell>,
    keys: Keyring,
    issuer: &str,
    pool: PoolConfig,
) -> Result<Domain> {
    let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
    let passwords = Argon2Hasher::start(pool, Arc::clone(&entropy))?;
    let tokens = SignedTokens::new(
        TokenConfig {
            issuer: issuer.to_owned(),
            audience: config.tokens.audience.clone().unwrap_or_else(|| issuer.to_owned()),
            lifetime: config.tokens.lifetime,
        },
        &keys,
        Arc::clone(&entropy),
    )?;
    let proofs = SignedProofs::new(ProofConfig::default(), &keys, Arc::clone(&entropy));
    let ports = store.ports(bell, Arc::new(passwords), Arc::new(tokens), Arc::new(proofs));
    Ok(Domain {
        ports: Ports { challenges: challenges(config, store), ..ports },
        clock: Arc::new(SystemClock),
        entropy,
        keys: Arc::new(keys),
        policy: Arc::new(policy(config)),
        contacts: config.phone.contacts,
    })
}

/// The limits and lifetimes in force.
pub fn policy(config: &Config) -> Policy {
    let registration = &config.registration;
    Policy {
        sign_in: CodePolicy {
            length: config.challenges.code_length,
            ttl: config.challenges.ttl,
            max_attempts: config.challenges.max_attempts,
            cooldown: config.limits.cooldown().clone(),
            rate: NOT_COUNTED,
        },
        registration: RegistrationPolicy {
            codes: registration.codes.clone(),
            keep: registration.keep,
            customer_type: registration.customer_type.clone(),
            sms: registration.sms,
        },
        verifications: config.verification.types.iter().map(|kind| (kind.name.clone(), kind.policy.clone())).collect(),
        passwords: config.passwords.policy,
        limits: LimitPolicy {
            guesses: config.limits.guesses.clone(),
            sends: config.limits.sends.clone(),
            sms: config.sms.policy.clone(),
        },
        session_idle: config.sessions.idle_timeout,
        session_lifetime: config.sessions.lifetime,
    }
}

/// How long finished rows are kept. Codes at least as long as a rate looks back: their sends still count.
pub fn retention(config: &Config) -> Retention {
    Retention {
        challenges: config.upkeep.challenges.max(config.longest_rate()),
        sessions: config.upkeep.sessions,
        messages: config.upkeep.messages,
        audit: config.upkeep.audit,
        session_idle: config.sessions.idle_timeout,
    }
}
