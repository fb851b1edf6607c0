//! Leasing due messages to a worker.

use otpd_domain::Timestamp;
use otpd_domain::identifier::Channel;
use otpd_domain::keys::{KeyId, Sealed};
use otpd_domain::message::{ClaimedMessage, MessageId};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::columns::{channel, instant};
use super::outbox::expire_message;

/// What a step of claiming came to.
pub(super) struct Claimed {
    /// Messages that were due, dead ones included.
    pub(super) found: u32,
    /// Those that are leased now.
    pub(super) claimed: Vec<ClaimedMessage>,
}

/// Leases up to `limit` due messages until `leased_until`, and ends those of them that are dead.
pub(super) fn claim(
    connection: &Connection,
    channels: &[Channel],
    now: Timestamp,
    leased_until: Timestamp,
    limit: u32,
) -> Result<Claimed> {
    let due = due(connection, channels, now, limit)?;
    let mut claimed = Vec::with_capacity(due.len());
    for (_, id) in &due {
        let Some(message) = read_due(connection, *id, leased_until)? else { continue };
        if message.expires_at <= now {
            expire_message(connection, *id, now)?;
        } else {
            lease(connection, *id, leased_until)?;
            claimed.push(message);
        }
    }
    Ok(Claimed { found: u32::try_from(due.len()).unwrap_or(limit), claimed })
}

const DUE: &str = "SELECT due_at, id FROM outbox WHERE channel = ?1 AND outcome IS NULL AND due_at <= ?2 \
     ORDER BY due_at, id LIMIT ?3";

/// The longest due of all channels together. Each channel is asked by itself: its part of the index is in order.
fn due(
    connection: &Connection,
    channels: &[Channel],
    now: Timestamp,
    limit: u32,
) -> Result<Vec<(Timestamp, MessageId)>> {
    let mut due = Vec::new();
    for channel in channels {
        let mut statement = connection.prepare_cached(DUE)?;
        let rows = statement.query_map(params![channel.as_str(), now.as_millis(), limit], |row| {
            Ok((instant(row, 0)?, MessageId::from_bytes(row.get(1)?)))
        })?;
        for row in rows {
            due.push(row?);
        }
    }
    due.sort_unstable();
    due.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(due)
}

const READ_DUE: &str = "SELECT m.channel, m.sealed_key, m.sealed, m.expires_at, m.tries, m.ambiguous_tries, \
     m.withheld, a.name, a.language FROM outbox m LEFT JOIN accounts a ON a.id = m.account_id WHERE m.id = ?1";

fn read_due(connection: &Connection, id: MessageId, leased_until: Timestamp) -> Result<Option<ClaimedMessage>> {
    let mut statement = connection.prepare_cached(READ_DUE)?;
    let message = statement.query_row([id.as_bytes()], |row| {
        Ok(ClaimedMessage {
            id,
            channel: channel(row, 0)?,
            sealed: Sealed { key_id: KeyId(row.get(1)?), bytes: row.get(2)? },
            expires_at: instant(row, 3)?,
            leased_until,
            tries: row.get(4)?,
            ambiguous_tries: row.get(5)?,
            withheld: row.get(6)?,
            recipient_name: row.get(7)?,
            recipient_language: row.get(8)?,
        })
    });
    message.optional()
}

const LEASE: &str = "UPDATE outbox SET due_at = ?2, leased_until = ?2 WHERE id = ?1";

fn lease(connection: &Connection, id: MessageId, until: Timestamp) -> Result<()> {
    connection.prepare_cached(LEASE)?.execute(params![id.as_bytes(), until.as_millis()]).map(|_| ())
}

/// The statements of this file that run beside people's requests.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[DUE, READ_DUE, LEASE];
