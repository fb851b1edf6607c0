//! Deleting what limits no longer count, and old lines of the audit trail.
//!
//! Ledgers are looked for on a reading connection, in the order of their keys; the writer deletes a few at a time, unless one
//! came to life again meanwhile.

use otpd_domain::Timestamp;
use otpd_domain::ports::StoreError;
use rusqlite::{Connection, params};

use super::SqliteStore;
use super::audit::delete_old_entries;
use super::blocks::{dead_blocks, delete_dead_block};
use super::ledgers::{GUESSES, SENDS, Table};
use super::money::delete_days;

/// Rows that one background operation touches: about a millisecond's work.
const STEP: u32 = 128;

type Key = [u8; 16];

impl SqliteStore {
    /// Deletes ledgers, blocks of numbers and days that no longer count; says how many ledgers.
    pub(super) async fn forget_limits(&self, days_before: Timestamp, now: Timestamp) -> Result<u64, StoreError> {
        let ledgers = self.forget_ledgers(SENDS, now).await? + self.forget_ledgers(GUESSES, now).await?;
        self.forget_blocks(now).await?;
        self.write_background(move |writer| delete_days(writer, days_before)).await?;
        Ok(ledgers)
    }

    async fn forget_ledgers(&self, table: &'static Table, now: Timestamp) -> Result<u64, StoreError> {
        let mut deleted = 0;
        let mut after = Key::default();
        loop {
            let found = self.scan(move |reader| dead(reader, table, after, now)).await?;
            let Some(last) = found.last() else { return Ok(deleted) };
            after = *last;
            deleted += self.write_background(move |writer| delete(writer, table, &found, now)).await?;
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

fn dead(connection: &Connection, table: &Table, after: Key, now: Timestamp) -> rusqlite::Result<Vec<Key>> {
    let mut statement = connection.prepare_cached(table.dead)?;
    statement.query_map(params![after, now.as_millis(), STEP], |row| row.get(0))?.collect()
}

fn delete(connection: &Connection, table: &Table, keys: &[Key], now: Timestamp) -> rusqlite::Result<u64> {
    let mut statement = connection.prepare_cached(table.delete_dead)?;
    let mut deleted = 0;
    for key in keys {
        deleted += statement.execute(params![key, now.as_millis()])?;
    }
    Ok(deleted as u64)
}
