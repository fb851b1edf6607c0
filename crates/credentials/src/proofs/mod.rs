//! Proofs of work in the second version of the ALTCHA protocol, and tickets of patience for browsers without JavaScript.
//!
//! Nothing is stored: tasks are signed. The keys that sign them are derived for each network, so that work done for one network
//! is of no use in another. What was handed in once is remembered by whoever asks, see [`Handed`].

mod patience;
mod secrets;
#[cfg(test)]
mod tests;
mod work;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use otpd_domain::keys::Keyring;
use otpd_domain::ports::{Handed, ProofOfWork, Task};
use otpd_domain::{Entropy, EntropyError, Timestamp};

use secrets::Secrets;
pub use work::ITERATIONS;

/// Longest text looked at, in bytes. The widget hands in about 750.
pub const MAX_HANDED: usize = 4096;

/// How hard the tasks are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofConfig {
    /// Keys that must be tried at most, [`ITERATIONS`] of PBKDF2 each; half of them on the average. Every number of tries is as
    /// likely as any other: unlike a search for leading zeros, it never takes much longer than usual.
    pub work: NonZeroU32,
    /// How long somebody must wait whose browser cannot work.
    pub patience: Duration,
    /// How long a task is good for. Challenges end with the last whole second of it.
    pub lifetime: Duration,
}

impl Default for ProofConfig {
    /// Work of a second on the average and two at most on a phone of the middle class.
    ///
    /// Measured with the widget's own worker in Chromium 156 on a server's core (AMD EPYC): 0.16 ms a key, 0.05 ms of it not
    /// the derivation itself; so cheating outside of a browser saves a third. Such a phone is taken to be a third as fast on
    /// each core, and all of its eight cores together as fast as four such: 0.12 ms a key.
    fn default() -> Self {
        const WORK: NonZeroU32 = NonZeroU32::new(16_000).expect("not zero");
        Self { work: WORK, patience: Duration::from_mins(1), lifetime: Duration::from_mins(10) }
    }
}

/// Sets tasks signed with the newest secret of the key file, and believes those of all.
pub struct SignedProofs {
    config: ProofConfig,
    /// Newest first.
    secrets: Vec<Secrets>,
    entropy: Arc<dyn Entropy>,
}

impl SignedProofs {
    /// Takes the secrets from the keyring.
    pub fn new(config: ProofConfig, keyring: &Keyring, entropy: Arc<dyn Entropy>) -> Self {
        Self { config, secrets: keyring.proof_secrets().map(|secret| Secrets::new(secret)).collect(), entropy }
    }

    fn newest(&self) -> &Secrets {
        // A keyring is never empty.
        &self.secrets[0]
    }
}

impl ProofOfWork for SignedProofs {
    fn task(&self, network: &str, now: Timestamp) -> Result<Task, EntropyError> {
        let keys = self.newest().of_work(network);
        Ok(Task {
            altcha: work::challenge(&self.config, &keys, &*self.entropy, now)?,
            ticket: patience::ticket(self.newest(), network, now),
            patience: self.config.patience,
        })
    }

    fn check(&self, handed: &str, network: &str, now: Timestamp) -> Handed {
        if handed.len() > MAX_HANDED {
            return Handed::Wrong;
        }
        let ticket = patience::read(handed, &self.secrets, network);
        match ticket {
            Some(made_at) => patience::judge(&self.config, made_at, now),
            None => work::check(handed, &self.secrets, network, now).unwrap_or(Handed::Wrong),
        }
    }
}
