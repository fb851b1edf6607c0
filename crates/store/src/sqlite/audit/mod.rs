//! The audit trail.

mod notes;

use async_trait::async_trait;
use otpd_domain::Timestamp;
use otpd_domain::account::AccountId;
use otpd_domain::audit::{AuditEntry, AuditEvent, NewAuditEntry};
use otpd_domain::ports::{AuditLog, AuditQuery, StoreError};
use otpd_domain::visitor::{Door, Trail};
use rusqlite::{Connection, Result, Row, params};

pub(super) use self::notes::Notes;
use super::SqliteStore;
use super::columns::{instant, word};

#[async_trait]
impl AuditLog for SqliteStore {
    fn note(&self, entry: NewAuditEntry, now: Timestamp) {
        Notes::note(&self.inner.notes, &self.inner.queue, entry, now);
    }

    async fn append(&self, entry: NewAuditEntry, now: Timestamp) -> std::result::Result<(), StoreError> {
        self.write(move |connection| insert_entry(connection, &entry, 1, now)).await
    }

    async fn list(&self, query: AuditQuery) -> std::result::Result<Vec<AuditEntry>, StoreError> {
        self.scan(move |connection| list(connection, &query)).await
    }
}

const INSERT: &str = "INSERT INTO audit (at, times, event, account_id, contact, door, client, detail) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

/// Adds a line to the trail.
pub(super) fn insert_entry(connection: &Connection, entry: &NewAuditEntry, times: u32, at: Timestamp) -> Result<()> {
    let values = params![
        at.as_millis(),
        times,
        entry.event.as_str(),
        entry.account.map(|account| account.0),
        entry.contact,
        entry.trail.door.as_str(),
        entry.trail.client,
        entry.detail,
    ];
    connection.prepare_cached(INSERT)?.execute(values).map(|_| ())
}

/// From the end of the table on: the numbers are its order.
const LIST: &str = "SELECT number, at, times, event, account_id, contact, door, client, detail FROM audit \
     WHERE number < ?1 AND (?2 IS NULL OR account_id = ?2) AND (?3 IS NULL OR event = ?3) AND (?4 IS NULL OR at >= ?4) \
     ORDER BY number DESC LIMIT ?5";

fn list(connection: &Connection, query: &AuditQuery) -> Result<Vec<AuditEntry>> {
    let values = params![
        query.before.unwrap_or(i64::MAX),
        query.account.map(|account| account.0),
        query.event.map(AuditEvent::as_str),
        query.since.map(Timestamp::as_millis),
        query.limit,
    ];
    connection.prepare_cached(LIST)?.query_map(values, entry)?.collect()
}

fn entry(row: &Row<'_>) -> Result<AuditEntry> {
    Ok(AuditEntry {
        number: row.get(0)?,
        at: instant(row, 1)?,
        times: row.get(2)?,
        entry: NewAuditEntry {
            event: word(row, 3, AuditEvent::from_word)?,
            account: row.get::<_, Option<i64>>(4)?.map(AccountId),
            contact: row.get(5)?,
            trail: Trail { door: word(row, 6, Door::from_word)?, client: row.get(7)? },
            detail: row.get(8)?,
        },
    })
}

/// Looks at the oldest lines alone, which so many are at most: after a clock was set back the younger among them wait for
/// their time.
const DELETE_OLD: &str = "DELETE FROM audit WHERE number < (SELECT min(number) FROM audit) + ?2 AND at <= ?1";

/// Deletes up to `limit` lines that are older.
pub(super) fn delete_old_entries(connection: &Connection, noted_by: Timestamp, limit: u32) -> Result<u64> {
    let deleted = connection.prepare_cached(DELETE_OLD)?.execute(params![noted_by.as_millis(), limit])?;
    Ok(deleted as u64)
}

/// The statements of this file that people wait for.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[INSERT, LIST, DELETE_OLD];
