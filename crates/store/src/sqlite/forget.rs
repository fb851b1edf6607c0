//! Deleting what limits no longer count, and old lines of the audit trail.
//!
//! Ledgers are looked for on a reading connection, in their order; the writer deletes a few at a time, unless one
//! came to life again meanwhile.

use otpd_domain::Timestamp;
use otpd_domain::limits::LedgerKey;
use otpd_domain::ports::StoreError;
use rusqlite::{Connection, Result as SqlResult, Row, params};

use super::SqliteStore;
use super::audit::delete_old_entries;
use super::blocks::{dead_blocks, delete_dead_block};
use super::money::delete_days;

/// Rows that one background operation touches: about a millisecond's work.
const STEP: u32 = 128;

type Key = [u8; 16];

impl SqliteStore {
    /// Deletes ledgers, blocks of numbers and days that no longer count; says how many ledgers.
    pub(super) async fn forget_limits(&self, days_before: Timestamp, now: Timestamp) -> Result<u64, StoreError> {
        let ledgers = self.forget_sends(now).await? + self.forget_guesses(now).await?;
        self.forget_blocks(now).await?;
        self.write_background(move |writer| delete_days(writer, days_before)).await?;
        Ok(ledgers)
    }

    async fn forget_sends(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut deleted = 0;
        let mut after = 0;
        loop {
            let found = self.scan(move |reader| dead_sends(reader, after, now)).await?;
            let Some((last, _)) = found.last() else { return Ok(deleted) };
            after = *last;
            let gone = self.write_background(move |writer| delete_sends(writer, &found, now)).await?;
            // Only now: a step that is rolled back deletes nothing.
            self.inner.sends.forget(&gone);
            deleted += gone.len() as u64;
        }
    }

    async fn forget_guesses(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut deleted = 0;
        let mut after = Key::default();
        loop {
            let found = self.scan(move |reader| dead_guesses(reader, after, now)).await?;
            let Some(last) = found.last() else { return Ok(deleted) };
            after = *last;
            deleted += self.write_background(move |writer| delete_guesses(writer, &found, now)).await?;
        }
    }

    async fn forget_blocks(&self, now: Timestamp) -> Result<(), StoreError> {
        let mut after = String::new();
        loop {
            let from = after.clone();
            let found = self.scan(move |reader| dead_blocks(reader, &from, now, STEP)).await?;
            let Some(last) = found.last() else { return Ok(()) };
            after.clone_from(last);
            let delete = move |writer: &Connection| found.iter().try_for_each(|it| delete_dead_block(writer, it, now));
            self.write_background(delete).await?;
        }
    }

    /// Deletes lines of the audit trail from before that moment; says how many.
    pub(super) async fn forget_entries(&self, noted_by: Timestamp) -> Result<u64, StoreError> {
        let mut deleted = 0;
        loop {
            let step = self.write_background(move |writer| delete_old_entries(writer, noted_by, STEP)).await?;
            deleted += step;
            if step == 0 {
                return Ok(deleted);
            }
        }
    }
}

const DEAD_SENDS: &str = "SELECT number, key FROM ledgers WHERE number > ?1 AND dead_at <= ?2 ORDER BY number LIMIT ?3";
const DEAD_GUESSES: &str = "SELECT key FROM guess_ledgers WHERE key > ?1 AND dead_at <= ?2 ORDER BY key LIMIT ?3";
const DELETE_SENDS: &str = "DELETE FROM ledgers WHERE number = ?1 AND dead_at <= ?2";
const DELETE_GUESSES: &str = "DELETE FROM guess_ledgers WHERE key = ?1 AND dead_at <= ?2";

fn dead_sends(connection: &Connection, after: i64, now: Timestamp) -> SqlResult<Vec<(i64, LedgerKey)>> {
    let mut statement = connection.prepare_cached(DEAD_SENDS)?;
    let number_and_key = |row: &Row<'_>| Ok((row.get(0)?, LedgerKey::from_bytes(row.get(1)?)));
    statement.query_map(params![after, now.as_millis(), STEP], number_and_key)?.collect()
}

fn dead_guesses(connection: &Connection, after: Key, now: Timestamp) -> SqlResult<Vec<Key>> {
    let mut statement = connection.prepare_cached(DEAD_GUESSES)?;
    statement.query_map(params![after, now.as_millis(), STEP], |row| row.get(0))?.collect()
}

/// Deletes those that are still dead; says which.
fn delete_sends(
    connection: &Connection,
    rows: &[(i64, LedgerKey)],
    now: Timestamp,
) -> SqlResult<Vec<(i64, LedgerKey)>> {
    let mut statement = connection.prepare_cached(DELETE_SENDS)?;
    let mut gone = Vec::with_capacity(rows.len());
    for (number, key) in rows {
        if statement.execute(params![number, now.as_millis()])? > 0 {
            gone.push((*number, *key));
        }
    }
    Ok(gone)
}

/// Deletes those that are still dead; says how many.
fn delete_guesses(connection: &Connection, keys: &[Key], now: Timestamp) -> SqlResult<u64> {
    let mut statement = connection.prepare_cached(DELETE_GUESSES)?;
    let mut deleted = 0;
    for key in keys {
        deleted += statement.execute(params![key, now.as_millis()])?;
    }
    Ok(deleted as u64)
}

/// The statements of this file that run beside people's requests.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[DEAD_SENDS, DEAD_GUESSES, DELETE_SENDS, DELETE_GUESSES];
