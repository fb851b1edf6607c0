//! Clean-up and figures.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::clock::Timestamp;

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
    /// Lines of the audit trail.
    pub audit: Duration,
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
    /// Registrations that were never activated.
    pub registrations: u64,
    /// Lines of the audit trail.
    pub audit: u64,
    /// Ledgers of limits that no longer count.
    pub ledgers: u64,
}

/// Figures of one channel, or of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Codes issued to somebody, ever.
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

/// What the text messages came to that were handed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmsTotals {
    /// Messages in GSM-7, 160 characters an SMS.
    pub gsm7: u64,
    /// Messages in UCS-2, 70 characters an SMS.
    pub ucs2: u64,
    /// Segments of all of them: what a provider bills.
    pub segments: u64,
    /// Messages a provider reported as delivered.
    pub delivered: u64,
    /// Messages a provider reported as undeliverable.
    pub undelivered: u64,
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
    /// The size and the reported fate of text messages.
    pub sms_totals: SmsTotals,
}

/// Clean-up and figures.
#[async_trait]
pub trait Upkeep: Send + Sync {
    /// Deletes what is finished and older than the retention, in steps small enough not to hold up sign-ins. The
    /// totals of [`Self::stats`] keep counting what was deleted.
    async fn clean_up(&self, retention: Retention, now: Timestamp) -> Result<CleanedUp, StoreError>;

    /// The figures, with "today" from `day_start` on.
    async fn stats(&self, day_start: Timestamp, now: Timestamp) -> Result<Stats, StoreError>;

    /// How many messages are waiting or being tried, of all channels; cheap enough to be asked every few seconds.
    async fn waiting(&self) -> Result<u64, StoreError>;

    /// Whether the store answers: a read that touches the file or the server.
    async fn ping(&self) -> Result<(), StoreError>;
}
