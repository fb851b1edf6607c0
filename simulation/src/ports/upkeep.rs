//! The audit trail, clean-up and figures.

use async_trait::async_trait;
use otpd_domain::Timestamp;
use otpd_domain::audit::{AuditEntry, NewAuditEntry};
use otpd_domain::ports::{AuditLog, AuditQuery, CleanedUp, Retention, Stats, StoreError, Upkeep};

use super::Watched;

type Done<T> = Result<T, StoreError>;

#[async_trait]
impl AuditLog for Watched<dyn AuditLog> {
    fn note(&self, entry: NewAuditEntry, now: Timestamp) {
        self.inner.note(entry, now);
    }

    async fn append(&self, entry: NewAuditEntry, now: Timestamp) -> Done<()> {
        self.stage.call("append", self.inner.append(entry, now), |_, ()| {}).await
    }

    async fn list(&self, query: AuditQuery) -> Done<Vec<AuditEntry>> {
        self.stage.call("audit", self.inner.list(query), |_, _| {}).await
    }
}

#[async_trait]
impl Upkeep for Watched<dyn Upkeep> {
    async fn clean_up(&self, retention: Retention, now: Timestamp) -> Done<CleanedUp> {
        self.stage.call("clean up", self.inner.clean_up(retention, now), |_, _| {}).await
    }

    async fn stats(&self, day_start: Timestamp, now: Timestamp) -> Done<Stats> {
        self.stage.call("stats", self.inner.stats(day_start, now), |_, _| {}).await
    }

    async fn waiting(&self) -> Done<u64> {
        self.stage.call("waiting", self.inner.waiting(), |_, _| {}).await
    }

    async fn ping(&self) -> Done<()> {
        self.stage.call("ping", self.inner.ping(), |_, ()| {}).await
    }
}
