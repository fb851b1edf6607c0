//! Messages on their way.

use std::time::Duration;

use async_trait::async_trait;
use serde::Serialize;

use super::StoreError;
use crate::clock::Timestamp;
use crate::identifier::Channel;
use crate::message::{ClaimedMessage, DeliveryReport, MessageId, TryOutcome};

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

    /// Notes what a provider reports of a message it took. A stage never goes back; the same report again changes
    /// nothing. False when no message has that reference.
    async fn record_report(&self, report: DeliveryReport, now: Timestamp) -> Result<bool, StoreError>;

    /// The moment the next message of these channels becomes due, leased ones included.
    async fn next_due_at(&self, channels: &[Channel]) -> Result<Option<Timestamp>, StoreError>;
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
