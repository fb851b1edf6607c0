//! Proofs of work: what somebody hands in who sends a lot.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::entropy::EntropyError;

/// What somebody must do before more is sent from their network.
#[derive(Clone, Debug)]
pub struct Task {
    /// For the ALTCHA widget: a challenge in its own JSON.
    pub altcha: serde_json::Value,
    /// For browsers without JavaScript: a ticket that counts once `patience` is over.
    pub ticket: String,
    /// How long to wait with the ticket.
    pub patience: Duration,
}

/// What was handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handed {
    /// A solved challenge. It counts once.
    Work {
        /// What tells it from every other.
        id: Vec<u8>,
        /// From when on it is dead.
        expires_at: Timestamp,
    },
    /// A ticket that was waited for. Each network may use one at a time.
    Patience {
        /// How long one had to wait.
        patience: Duration,
    },
    /// A ticket whose time has not come.
    TooEarly {
        /// How long to wait still.
        wait: Duration,
    },
    /// Wrong, too old, or of another network.
    Wrong,
}

/// Sets tasks and checks what is handed in. Tasks are signed, not stored.
pub trait ProofOfWork: Send + Sync {
    /// A task for that network.
    ///
    /// # Errors
    /// When there is no randomness.
    fn task(&self, network: &str, now: Timestamp) -> Result<Task, EntropyError>;

    /// Checks what that network handed in.
    fn check(&self, handed: &str, network: &str, now: Timestamp) -> Handed;
}
