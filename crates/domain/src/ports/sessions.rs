//! Signed-in browsers.

use async_trait::async_trait;

use super::{Spent, StoreError};
use crate::account::AccountId;
use crate::clock::Timestamp;
use crate::password::PasswordHash;
use crate::session::{NewSession, Session, SessionId, SignedIn};
use crate::visitor::Trail;

/// A password that was compared and is right.
#[derive(Clone, Debug)]
pub struct PasswordProof {
    /// Whose it is.
    pub account: AccountId,
    /// The stored hash it was compared with.
    pub proven_by: PasswordHash,
    /// Takes the place of that hash, which was made with weaker settings than those in force.
    pub rehashed: Option<PasswordHash>,
    /// What the guess took from budgets: given back.
    pub spent: Vec<Spent>,
    /// What the audit trail notes of the visitor.
    pub trail: Trail,
}

/// Signed-in browsers.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// The session of that id with its account, if it is not ended, not past `expires_at`, seen after
    /// `idle_since`, and its account is active.
    async fn find(&self, id: SessionId, now: Timestamp, idle_since: Timestamp) -> Result<Option<SignedIn>, StoreError>;

    /// Opens a session for an account that proved itself by its password, and ends the session `replaces` if it is the
    /// same account's. False when the account is no longer active, or its password is no longer the proven one: nothing
    /// was opened then. The rest of the [`PasswordProof`] is done in the same step, and the log-in noted in the audit trail.
    async fn open(
        &self,
        proof: PasswordProof,
        session: NewSession,
        replaces: Option<SessionId>,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// The live session of that id, whoever's, for API callers; `idle_since` as in [`Self::find`].
    async fn find_any(
        &self,
        id: SessionId,
        now: Timestamp,
        idle_since: Timestamp,
    ) -> Result<Option<Session>, StoreError>;

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
