//! What the rules need from outside, as atomic operations.
//!
//! Each method is one statement, transaction or script of the store behind it: the fifth and the sixth guess
//! may arrive in the same microsecond, on two machines, so nothing here is read first and written later.
//! When a method that writes returns `Ok`, the write is durable.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::account::{Account, AccountId, NewAccount, Role};
use crate::challenge::{Challenge, ChallengeHandle, ChallengeId, PendingChallenge};
use crate::clock::Timestamp;
use crate::identifier::{Channel, Identifier};
use crate::keys::Mac256;
use crate::message::{ClaimedMessage, MessageId, OutboxMessage, TryOutcome};
use crate::session::{NewSession, Session, SessionId, SignedIn};

/// The stores behind the rules.
#[derive(Clone)]
pub struct Ports {
    /// Live codes.
    pub challenges: Arc<dyn ChallengeStore>,
    /// Signed-in browsers.
    pub sessions: Arc<dyn SessionStore>,
    /// People.
    pub accounts: Arc<dyn AccountStore>,
    /// Messages on their way.
    pub outbox: Arc<dyn Outbox>,
    /// Clean-up and figures.
    pub upkeep: Arc<dyn Upkeep>,
    /// Tells the delivery worker that something is due.
    pub bell: Arc<dyn DeliveryBell>,
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

/// An account could not be written.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Another account has this e-mail address.
    #[error("another account has this e-mail address")]
    EmailTaken,
    /// Another account has this phone number.
    #[error("another account has this phone number")]
    PhoneTaken,
    /// There is no such account.
    #[error("there is no such account")]
    NotFound,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A challenge together with the message that carries its code: they are committed together or not at all.
#[derive(Clone, Debug)]
pub struct Issue {
    /// The challenge.
    pub challenge: Challenge,
    /// Its message.
    pub message: OutboxMessage,
}

/// What came of issuing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The active account that holds the identifier. When there is none, challenge and message are written all
    /// the same, the message withheld, so that nobody outside can tell the difference.
    pub account_id: Option<AccountId>,
}

/// What came of asking for another code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reissued {
    /// The old code is dead, the new challenge and message are committed.
    Done(Issued),
    /// Too soon: the old challenge stands, nothing was written.
    TooSoon {
        /// From when on another code may be asked for.
        resend_at: Timestamp,
    },
    /// The old challenge is unknown, was used, or was already replaced.
    Gone,
}

/// What came of reserving a guess.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reservation {
    /// The guess is counted and committed: now compare.
    Reserved {
        /// What is kept of the code.
        verifier: Mac256,
        /// Whose code it is; `None` when nobody has this contact, and then no guess is right.
        account_id: Option<AccountId>,
        /// Guesses left after this one.
        attempts_left: u32,
    },
    /// All guesses are spent; nothing may be compared.
    Exhausted,
    /// The code's time is over.
    Expired,
    /// A right code was accepted before.
    AlreadyVerified,
    /// Unknown, another browser's, or replaced by a newer code.
    Gone,
}

/// What came of using a rightly guessed code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redeemed {
    /// The challenge is used and the session open, in one commit.
    Opened,
    /// Another submission of the same code was first.
    AlreadyVerified,
    /// The account was disabled, or the code died or was replaced, between the guess and now.
    Refused,
}

/// Live codes.
#[async_trait]
pub trait ChallengeStore: Send + Sync {
    /// Finds the active account that holds the challenge's identifier and writes challenge and message.
    async fn issue(&self, issue: Issue) -> Result<Issued, StoreError>;

    /// As [`Self::issue`], if the old challenge is this handle's, not used, not replaced, and its `resend_at` has
    /// come by `now`; kills the old code in the same step and ends its unsent message as expired. Of many parallel
    /// calls for one old challenge at most one does anything.
    async fn reissue(&self, old: &ChallengeHandle, issue: Issue, now: Timestamp) -> Result<Reissued, StoreError>;

    /// The challenge of that id, with what became of its message. The caller checks the handle's secret.
    async fn find(&self, id: ChallengeId) -> Result<Option<PendingChallenge>, StoreError>;

    /// Counts a guess, if the challenge is this handle's, alive at `now`, and has guesses left. A challenge that was
    /// once refused as expired stays so, here and in [`Self::redeem`], even when the clock is set back.
    async fn reserve_guess(&self, handle: &ChallengeHandle, now: Timestamp) -> Result<Reservation, StoreError>;

    /// Marks the challenge used, opens the session for its account, notes the account's sign-in and ends the
    /// session `replaces`, if it is the same account's; all or nothing. Demands that the challenge is neither used, replaced nor
    /// expired, and that its account is active.
    async fn redeem(
        &self,
        id: ChallengeId,
        session: NewSession,
        replaces: Option<SessionId>,
        now: Timestamp,
    ) -> Result<Redeemed, StoreError>;
}

/// Signed-in browsers.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// The session of that id with its account, if it is not ended, not past `expires_at`, seen after
    /// `idle_since`, and its account is active.
    async fn find(&self, id: SessionId, now: Timestamp, idle_since: Timestamp) -> Result<Option<SignedIn>, StoreError>;

    /// Notes that the session is in use. Never moves `last_seen_at` backwards.
    async fn touch(&self, id: SessionId, now: Timestamp) -> Result<(), StoreError>;

    /// The account's live sessions, the latest used first; `idle_since` as in [`Self::find`].
    async fn list(&self, account: AccountId, now: Timestamp, idle_since: Timestamp)
    -> Result<Vec<Session>, StoreError>;

    /// Ends a session of that account. False when there is none (left) to end.
    async fn end(&self, account: AccountId, id: SessionId, now: Timestamp) -> Result<bool, StoreError>;

    /// Ends all sessions of that account but `keep`; says how many.
    async fn end_all(&self, account: AccountId, keep: Option<SessionId>, now: Timestamp) -> Result<u64, StoreError>;
}

/// A page of accounts: those after an id, in the order of ids.
#[derive(Clone, Debug, Default)]
pub struct AccountQuery {
    /// Only ids above this one.
    pub after: Option<AccountId>,
    /// At most so many.
    pub limit: u32,
    /// Only this role.
    pub role: Option<Role>,
    /// Only active (or inactive) ones.
    pub active: Option<bool>,
    /// Only those whose name, e-mail or phone contains this text, whatever its case.
    pub containing: Option<String>,
}

/// People.
#[async_trait]
pub trait AccountStore: Send + Sync {
    /// Writes a new account.
    async fn create(&self, account: NewAccount, now: Timestamp) -> Result<AccountId, AccountError>;

    /// Replaces the profile of an account. Ends its sessions in the same step when it is no longer active.
    async fn update(&self, id: AccountId, profile: NewAccount, now: Timestamp) -> Result<(), AccountError>;

    /// The account of that id.
    async fn get(&self, id: AccountId) -> Result<Account, AccountError>;

    /// The account that holds the identifier, active or not.
    async fn find(&self, identifier: &Identifier) -> Result<Option<Account>, StoreError>;

    /// One page of accounts.
    async fn list(&self, query: AccountQuery) -> Result<Vec<Account>, StoreError>;
}

/// Messages on their way.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Leases up to `limit` due messages of these channels, the longest due first, for `lease`. Messages whose
    /// `expires_at` has come are not given out: they are ended as expired and erased in the same step.
    async fn claim_due(
        &self,
        channels: &[Channel],
        now: Timestamp,
        lease: Duration,
        limit: u32,
    ) -> Result<Vec<ClaimedMessage>, StoreError>;

    /// Notes how tries ended, all in one commit. A final outcome erases what the message said. A message that
    /// is already ended is left as it is, and [`TryOutcome::Retry`] of an outdated lease changes nothing.
    async fn record_tries(
        &self,
        tries: Vec<(MessageId, Timestamp, TryOutcome)>,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Gives leased messages back untried: those with these leases, as `(id, leased_until)`.
    async fn release(&self, leases: Vec<(MessageId, Timestamp)>) -> Result<(), StoreError>;

    /// The moment the next message of these channels becomes due, leased ones included.
    async fn next_due_at(&self, channels: &[Channel]) -> Result<Option<Timestamp>, StoreError>;
}

/// How long finished rows are kept.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// Challenges, after their expiry.
    pub challenges: Duration,
    /// Sessions, after their end.
    pub sessions: Duration,
    /// Outbox rows, after they were finished.
    pub messages: Duration,
    /// How long a session lives unused.
    pub session_idle: Duration,
}

/// What a clean-up deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CleanedUp {
    /// Expired codes.
    pub challenges: u64,
    /// Ended sessions.
    pub sessions: u64,
    /// Finished outbox rows.
    pub messages: u64,
}

/// Figures of one channel, or of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Codes issued to accounts, ever.
    pub total: u64,
    /// Of them, issued since the start of the day asked for.
    pub today: u64,
    /// Codes verified.
    pub verified: u64,
    /// Codes that died unverified: their time passed, or a newer code took their place.
    pub expired: u64,
    /// Codes still alive.
    pub live: u64,
    /// Messages waiting or being tried.
    pub messages_pending: u64,
    /// Messages handed over.
    pub messages_accepted: u64,
    /// Messages given up: refused, failed, or dead before they were handed over.
    pub messages_failed: u64,
    /// Median time from request to verification, in milliseconds, over the challenges still kept.
    pub median_millis_to_verify: Option<u64>,
}

impl Tally {
    /// Verified codes among those whose fate is known, 0 to 1. `None` before the first.
    #[allow(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    pub fn success_rate(&self) -> Option<f64> {
        let decided = self.verified + self.expired;
        (decided > 0).then(|| self.verified as f64 / decided as f64)
    }
}

/// Figures by channel. Codes asked for with unknown contacts are not in them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// All channels.
    pub all: Tally,
    /// E-mail.
    pub email: Tally,
    /// SMS.
    pub sms: Tally,
}

/// Clean-up and figures.
#[async_trait]
pub trait Upkeep: Send + Sync {
    /// Deletes what is finished and older than the retention, in steps small enough not to hold up sign-ins. The
    /// totals of [`Self::stats`] keep counting what was deleted.
    async fn clean_up(&self, retention: Retention, now: Timestamp) -> Result<CleanedUp, StoreError>;

    /// The figures, with "today" from `day_start` on.
    async fn stats(&self, day_start: Timestamp, now: Timestamp) -> Result<Stats, StoreError>;

    /// Whether the store answers: a read that touches the file or the server.
    async fn ping(&self) -> Result<(), StoreError>;
}

/// Tells the delivery worker of this process that a message was put into the outbox. Losing a ring is harmless:
/// the worker also looks by itself.
pub trait DeliveryBell: Send + Sync {
    /// Something is due.
    fn ring(&self);
}

/// A captured message, for the developer's mailbox page.
#[derive(Clone, Debug, Serialize)]
pub struct CapturedMessage {
    /// Its id.
    pub id: String,
    /// When it was captured.
    pub at: Timestamp,
    /// How it would have travelled.
    pub channel: Channel,
    /// Where it would have gone.
    pub to: String,
    /// Its subject; empty for SMS.
    pub subject: String,
    /// Its plain text.
    pub text: String,
}

/// The latest captured messages, newest first. Only a development server has one.
pub trait Mailbox: Send + Sync {
    /// The captured messages.
    fn recent(&self) -> Vec<CapturedMessage>;
}
