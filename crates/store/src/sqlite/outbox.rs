//! Messages on their way.

use std::time::Duration;

use async_trait::async_trait;
use otpd_domain::Timestamp;
use otpd_domain::identifier::Channel;
use otpd_domain::message::{ClaimedMessage, DeliveryReport, DeliveryState, MessageId, Receipt, TryOutcome};
use otpd_domain::ports::{Outbox, StoreError};
use otpd_domain::sms::{Money, SmsSpending};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use super::SqliteStore;
use super::claim::claim;
use super::columns::{CHANNELS, word};
use super::lock::ServingLock;
use super::money::add_spending;
use super::reports::record_report;

/// Messages that one background operation touches: about a millisecond's work.
const STEP: u32 = 128;

#[async_trait]
impl Outbox for SqliteStore {
    async fn claim_due(
        &self,
        channels: &[Channel],
        now: Timestamp,
        lease: Duration,
        limit: u32,
    ) -> Result<Vec<ClaimedMessage>, StoreError> {
        let leased_until = now.after(lease);
        let mut claimed = Vec::new();
        loop {
            let missing = limit.saturating_sub(u32::try_from(claimed.len()).unwrap_or(u32::MAX)).min(STEP);
            if missing == 0 {
                return Ok(claimed);
            }
            let channels = channels.to_vec();
            let step =
                self.write_background(move |connection| claim(connection, &channels, now, leased_until, missing));
            match step.await {
                Ok(step) => {
                    let finished = step.found < missing;
                    claimed.extend(step.claimed);
                    if finished {
                        return Ok(claimed);
                    }
                }
                // What an earlier step leased is this worker's: it must not be lost with the error.
                Err(_) if !claimed.is_empty() => return Ok(claimed),
                Err(error) => return Err(error),
            }
        }
    }

    async fn record_tries(
        &self,
        tries: Vec<(MessageId, Timestamp, TryOutcome)>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write_background(move |connection| {
            tries.iter().try_for_each(|(id, lease, outcome)| record(connection, *id, *lease, outcome, now))
        })
        .await
    }

    async fn release(&self, leases: Vec<(MessageId, Timestamp)>) -> Result<(), StoreError> {
        self.write_background(move |connection| {
            leases.iter().try_for_each(|(id, lease)| release(connection, *id, *lease))
        })
        .await
    }

    async fn record_report(&self, report: DeliveryReport, now: Timestamp) -> Result<bool, StoreError> {
        self.write_background(move |connection| record_report(connection, &report, now)).await
    }

    async fn next_due_at(&self, channels: &[Channel]) -> Result<Option<Timestamp>, StoreError> {
        self.read(|connection| {
            let due = channels.iter().map(|channel| next_due_at(connection, *channel));
            Ok(due.collect::<Result<Vec<_>>>()?.into_iter().flatten().min())
        })
    }
}

impl SqliteStore {
    /// Gives back what a process that ended had leased, and says how much; lets expire what it had not sent of codes
    /// that were kept in its memory; and learns where the ledgers of sends lie, so that nobody's send waits for it. The lock
    /// proves that nobody holds a lease or such a code now.
    ///
    /// # Errors
    /// When the store fails; what was done until then stays so.
    pub async fn recover(&self, _lock: &ServingLock) -> Result<u64, StoreError> {
        let sends = self.sends();
        self.scan(move |connection| sends.learn(connection)).await?;
        while self.write_background(lose_codes).await? > 0 {}
        let mut released = 0;
        loop {
            let step = self.write_background(release_any).await?;
            if step == 0 {
                return Ok(released);
            }
            released += step;
        }
    }
}

fn record(
    connection: &Connection,
    id: MessageId,
    lease: Timestamp,
    outcome: &TryOutcome,
    now: Timestamp,
) -> Result<()> {
    match outcome {
        TryOutcome::Accepted(receipt) => accept(connection, id, receipt, now),
        TryOutcome::Refused => finish(connection, id, REFUSED, true, now),
        TryOutcome::Failed => finish(connection, id, FAILED, true, now),
        TryOutcome::Expired => finish(connection, id, EXPIRED, false, now),
        TryOutcome::Retry { at, ambiguous, deferred } => retry(connection, id, lease, *at, (*ambiguous, *deferred)),
    }
}

/// The word stored for a message that was handed over.
pub(super) const ACCEPTED: &str = "accepted";
const REFUSED: &str = "refused";
const FAILED: &str = "failed";
const EXPIRED: &str = "expired";

const FINISH: &str = "UPDATE outbox SET outcome = ?2, finished_at = ?3, tries = tries + ?4, sealed = x'', \
     leased_until = NULL WHERE id = ?1 AND outcome IS NULL";

/// Ends a message and erases what it said. One that is ended already stays as it is.
fn finish(connection: &Connection, id: MessageId, outcome: &str, tried: bool, now: Timestamp) -> Result<()> {
    let values = params![id.as_bytes(), outcome, now.as_millis(), tried];
    connection.prepare_cached(FINISH)?.execute(values).map(|_| ())
}

const ACCEPT: &str = "UPDATE outbox SET outcome = 'accepted', finished_at = ?2, tries = tries + 1, sealed = x'', \
     leased_until = NULL, transport = ?3, reference = ?4, segments = ?5, is_unicode = ?6 \
     WHERE id = ?1 AND outcome IS NULL";

/// As [`finish`], with what is known of the hand-over. One segment was paid for when it was put in, the others are now.
fn accept(connection: &Connection, id: MessageId, receipt: &Receipt, now: Timestamp) -> Result<()> {
    let size = receipt.segments;
    let further = size.map_or(0, |size| size.count.saturating_sub(1));
    if further > 0
        && let Some(price) = price_of(connection, id)?
    {
        add_spending(connection, SmsSpending { messages: 0, spent: price.times(further) }, now)?;
    }
    let values = params![
        id.as_bytes(),
        now.as_millis(),
        receipt.transport,
        receipt.reference,
        size.map(|size| size.count),
        size.map(|size| size.unicode),
    ];
    connection.prepare_cached(ACCEPT)?.execute(values).map(|_| ())
}

const PRICE: &str = "SELECT price FROM outbox WHERE id = ?1 AND outcome IS NULL";

/// What a segment of an unfinished message costs, if it costs anything.
fn price_of(connection: &Connection, id: MessageId) -> Result<Option<Money>> {
    let mut statement = connection.prepare_cached(PRICE)?;
    let price = statement.query_row([id.as_bytes()], |row| row.get::<_, Option<i64>>(0)).optional()?;
    Ok(price.flatten().map(Money::from_millionths))
}

/// Ends a message whose code is dead.
pub(super) fn expire_message(connection: &Connection, id: MessageId, now: Timestamp) -> Result<()> {
    finish(connection, id, EXPIRED, false, now)
}

/// Due again at that moment, or when it dies: then it is erased soon after, whatever the moment was.
const RETRY: &str = "UPDATE outbox SET due_at = min(?3, expires_at), leased_until = NULL, tries = tries + 1, \
     ambiguous_tries = ambiguous_tries + ?4, deferred = max(deferred, ?5) WHERE id = ?1 AND outcome IS NULL AND leased_until = ?2";

fn retry(
    connection: &Connection,
    id: MessageId,
    lease: Timestamp,
    at: Timestamp,
    (ambiguous, deferred): (bool, bool),
) -> Result<()> {
    let values = params![id.as_bytes(), lease.as_millis(), at.as_millis(), ambiguous, deferred];
    connection.prepare_cached(RETRY)?.execute(values).map(|_| ())
}

const RELEASE: &str = "UPDATE outbox SET due_at = created_at, leased_until = NULL \
     WHERE id = ?1 AND outcome IS NULL AND leased_until = ?2";

fn release(connection: &Connection, id: MessageId, lease: Timestamp) -> Result<()> {
    connection.prepare_cached(RELEASE)?.execute(params![id.as_bytes(), lease.as_millis()]).map(|_| ())
}

const RELEASE_ANY: &str = "UPDATE outbox SET due_at = created_at, leased_until = NULL WHERE id IN \
     (SELECT id FROM outbox WHERE channel = ?1 AND outcome IS NULL AND leased_until IS NOT NULL LIMIT ?2)";

fn release_any(connection: &Connection) -> Result<u64> {
    in_each_channel(connection, RELEASE_ANY)
}

/// A code that died with its process expired at once: whoever claims its message next ends it.
const LOSE_CODES: &str = "UPDATE outbox SET expires_at = created_at WHERE id IN (SELECT id FROM outbox \
     WHERE channel = ?1 AND outcome IS NULL AND code = 'live' AND expires_at > created_at LIMIT ?2)";

fn lose_codes(connection: &Connection) -> Result<u64> {
    in_each_channel(connection, LOSE_CODES)
}

/// Runs a statement on a step's rows of each channel; says how many there were.
fn in_each_channel(connection: &Connection, sql: &str) -> Result<u64> {
    let mut changed = 0;
    for channel in CHANNELS {
        changed += connection.prepare_cached(sql)?.execute(params![channel.as_str(), STEP])?;
    }
    Ok(changed as u64)
}

const NEXT_DUE: &str = "SELECT min(due_at) FROM outbox WHERE channel = ?1 AND outcome IS NULL";

fn next_due_at(connection: &Connection, channel: Channel) -> Result<Option<Timestamp>> {
    let due_at: Option<i64> = connection.prepare_cached(NEXT_DUE)?.query_row([channel.as_str()], |row| row.get(0))?;
    Ok(due_at.map(Timestamp::from_millis))
}

/// Where a message stands, from its columns `outcome`, `tries` and `deferred`, which lie side by side.
pub(super) fn delivery_state(row: &Row<'_>, outcome: usize) -> Result<DeliveryState> {
    let deferred: bool = row.get(outcome + 2)?;
    if row.get_ref(outcome)?.as_str_or_null()?.is_none() {
        let pending = DeliveryState::Pending { tries: row.get(outcome + 1)? };
        return Ok(if deferred { DeliveryState::Deferred } else { pending });
    }
    word(row, outcome, |outcome| match outcome {
        // A stranger's message was sent for good when this one was put off: it must go on reading so.
        EXPIRED | FAILED if deferred => Some(DeliveryState::Deferred),
        ACCEPTED => Some(DeliveryState::Accepted),
        REFUSED => Some(DeliveryState::Refused),
        FAILED => Some(DeliveryState::Failed),
        EXPIRED => Some(DeliveryState::Expired),
        _ => None,
    })
}

/// The statements of this file that run beside people's requests.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[FINISH, ACCEPT, PRICE, RETRY, RELEASE, RELEASE_ANY, LOSE_CODES, NEXT_DUE];
