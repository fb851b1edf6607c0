//! What the rules need from outside, as atomic operations.
//!
//! Each method is one statement, transaction or script of the store behind it: the fifth and the sixth guess
//! may arrive in the same microsecond, on two machines, so nothing here is read first and written later.
//! When a method that writes returns `Ok`, the write is durable.

mod accounts;
mod api_keys;
mod audit;
mod challenges;
mod credentials;
mod limits;
mod outbox;
mod proof;
mod records;
mod reports;
mod sessions;
mod upkeep;

use std::sync::Arc;

pub use accounts::{AccountChange, AccountError, AccountQuery, AccountStore, StoredPassword};
pub use api_keys::ApiKeyStore;
pub use audit::{AuditLog, AuditQuery};
pub use challenges::{
    Addressee, ChallengeStore, Effect, Issue, Issued, Once, Origin, Redeemed, Redemption, Registered, Reissued,
    Reservation, Sends, Turn,
};
pub use credentials::{
    AccessClaims, AccessToken, AccessTokens, Compared, HashError, PasswordHasher, SigningError, TokenRefusal,
};
pub use limits::{
    Charge, ContactCharge, Denied, GuessBudget, GuessKind, GuessedAt, Limit, LimitStore, LimitedBy, OverBudget,
    SmsCharge, Spent, guess_mark,
};
pub use outbox::{CapturedMessage, DeliveryBell, Mailbox, Outbox};
pub use proof::{Handed, ProofOfWork, Task};
pub use records::{Posting, Records, Settled};
pub use reports::{CallbackReader, CallbackRefusal, CallbackRequest};
pub use sessions::{PasswordProof, SessionStore};
pub use upkeep::{CleanedUp, Retention, SmsTotals, Stats, Tally, Upkeep};

/// The stores behind the rules, and the machinery for credentials.
#[derive(Clone)]
pub struct Ports {
    /// Live codes.
    pub challenges: Arc<dyn ChallengeStore>,
    /// Signed-in browsers.
    pub sessions: Arc<dyn SessionStore>,
    /// People.
    pub accounts: Arc<dyn AccountStore>,
    /// Keys of API callers.
    pub api_keys: Arc<dyn ApiKeyStore>,
    /// Budgets, limits on sends, and what text messages cost.
    pub limits: Arc<dyn LimitStore>,
    /// The audit trail.
    pub audit: Arc<dyn AuditLog>,
    /// Messages on their way.
    pub outbox: Arc<dyn Outbox>,
    /// Clean-up and figures.
    pub upkeep: Arc<dyn Upkeep>,
    /// Tells the delivery worker that something is due.
    pub bell: Arc<dyn DeliveryBell>,
    /// Hashes and compares passwords.
    pub passwords: Arc<dyn PasswordHasher>,
    /// Signs and checks access tokens.
    pub tokens: Arc<dyn AccessTokens>,
    /// Sets and checks proofs of work.
    pub proofs: Arc<dyn ProofOfWork>,
}

/// The store could not do it. Nothing was half-done.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It did not answer, is full, or is being shut down. Worth another try later.
    #[error("the store is not available: {0}")]
    Unavailable(String),
    /// It holds something that cannot be read back: a fault of the program or of the file.
    #[error("the store holds something unreadable: {0}")]
    Corrupt(String),
}
