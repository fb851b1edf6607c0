//! The audit trail.

use async_trait::async_trait;

use super::StoreError;
use crate::account::AccountId;
use crate::audit::{AuditEntry, AuditEvent, NewAuditEntry};
use crate::clock::Timestamp;

/// Lines of the audit trail: the latest first.
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    /// Only of that account.
    pub account: Option<AccountId>,
    /// Only that event.
    pub event: Option<AuditEvent>,
    /// Only from then on.
    pub since: Option<Timestamp>,
    /// Only those with lower numbers: the next page.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: u32,
}

/// The audit trail. What a use of a code or a log-in changes is noted by the stores in the same step; what is here is noted
/// beside it.
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Notes a failure or a limit, soon, without making anybody wait: entries alike within a second become one that says
    /// how often. Should too many different ones come at once, it is noted how many were left out.
    fn note(&self, entry: NewAuditEntry, now: Timestamp);

    /// Notes a change; durable when it returns.
    async fn append(&self, entry: NewAuditEntry, now: Timestamp) -> Result<(), StoreError>;

    /// Lines, the latest first.
    async fn list(&self, query: AuditQuery) -> Result<Vec<AuditEntry>, StoreError>;
}
