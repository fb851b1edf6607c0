//! Messages on their way.

use std::time::Duration;

use async_trait::async_trait;
use otpd_domain::Timestamp;
use otpd_domain::identifier::Channel;
use otpd_domain::message::{ClaimedMessage, DeliveryReport, MessageId, TryOutcome};
use otpd_domain::ports::{Outbox, StoreError};

use super::Watched;

type Done<T> = Result<T, StoreError>;

#[async_trait]
impl Outbox for Watched<dyn Outbox> {
    async fn claim_due(
        &self,
        channels: &[Channel],
        now: Timestamp,
        lease: Duration,
        limit: u32,
    ) -> Done<Vec<ClaimedMessage>> {
        let write = self.inner.claim_due(channels, now, lease, limit);
        self.stage
            .call("claim", write, |stage, claimed| {
                for message in claimed {
                    stage.witness().claimed(message, stage.clock.moment(), &stage.journal);
                }
            })
            .await
    }

    async fn record_tries(&self, tries: Vec<(MessageId, Timestamp, TryOutcome)>, now: Timestamp) -> Done<()> {
        let seen = tries.clone();
        let write = self.inner.record_tries(tries, now);
        self.stage
            .call("record", write, |stage, ()| {
                for (id, leased_until, outcome) in &seen {
                    stage.witness().recorded((*id, *leased_until), outcome, &stage.journal);
                }
            })
            .await
    }

    async fn release(&self, leases: Vec<(MessageId, Timestamp)>) -> Done<()> {
        let seen = leases.clone();
        let write = self.inner.release(leases);
        self.stage
            .call("release", write, |stage, ()| {
                for lease in &seen {
                    stage.witness().released(*lease);
                }
            })
            .await
    }

    async fn record_report(&self, report: DeliveryReport, now: Timestamp) -> Done<bool> {
        self.stage.call("report", self.inner.record_report(report, now), |_, _| {}).await
    }

    async fn next_due_at(&self, channels: &[Channel]) -> Done<Option<Timestamp>> {
        self.stage.call("next due", self.inner.next_due_at(channels), |_, _| {}).await
    }
}
