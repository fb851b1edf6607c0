//! The ledgers of limits on sends: many rows, two for each send, most of them with one entry.
//!
//! Rows lie in the order in which they were first written, and where each lies is kept in memory. An index in the file would
//! put every key into a page of its own all over it, and each such page goes to the disk twice: a third of all that a request
//! costs.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use otpd_domain::limits::{Ledger, LedgerKey};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::{Ledgers, Written, ledger};

/// Where the ledgers of a database lie. One process alone writes them, which [`super::super::lock`] sees to.
///
/// They are learned from the file when serving begins, or when the first is asked for. What is known may be wrong after a
/// roll-back, or when a command deleted dead rows: so a row is the ledger's only if it bears its key. None that lives in the
/// file is ever missing here.
#[derive(Default)]
pub(in crate::sqlite) struct SendLedgers(Mutex<Option<Numbers>>);

/// The number of the row of each key: thirty to sixty bytes for each ledger.
type Numbers = HashMap<LedgerKey, i64>;

const ALL: &str = "SELECT key, number FROM ledgers ORDER BY number";
const READ: &str = "SELECT moments FROM ledgers WHERE number = ?1 AND key = ?2";
const ADD: &str = "INSERT INTO ledgers (key, moments, dead_at) VALUES (?1, ?2, ?3)";
const CHANGE: &str = "UPDATE ledgers SET moments = ?3, dead_at = ?4 WHERE number = ?1 AND key = ?2";

impl SendLedgers {
    /// Learns from the file where all of them lie, unless that is known: about a second for a million.
    pub(in crate::sqlite) fn learn(&self, connection: &Connection) -> Result<()> {
        self.with(connection, |_| ())
    }

    /// Forgets where ledgers lay whose rows were deleted; gives memory back when most of it is free.
    pub(in crate::sqlite) fn forget(&self, gone: &[(i64, LedgerKey)]) {
        let Some(numbers) = &mut *self.lock() else { return };
        for (number, key) in gone {
            if numbers.get(key) == Some(number) {
                numbers.remove(key);
            }
        }
        if numbers.capacity() / 8 > numbers.len() {
            numbers.shrink_to(numbers.len() * 2);
        }
    }

    fn number_of(&self, connection: &Connection, key: &LedgerKey) -> Result<Option<i64>> {
        self.with(connection, |numbers| numbers.get(key).copied())
    }

    fn with<T>(&self, connection: &Connection, work: impl FnOnce(&mut Numbers) -> T) -> Result<T> {
        let mut numbers = self.lock();
        let numbers = match &mut *numbers {
            Some(numbers) => numbers,
            unknown => unknown.insert(all(connection)?),
        };
        Ok(work(numbers))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Numbers>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A key that has two rows, since the older one was dead and not deleted yet, is found in the newer.
fn all(connection: &Connection) -> Result<Numbers> {
    let mut statement = connection.prepare(ALL)?;
    statement.query_map([], |row| Ok((LedgerKey::from_bytes(row.get(0)?), row.get(1)?)))?.collect()
}

impl Ledgers for SendLedgers {
    fn read(&self, connection: &Connection, key: &LedgerKey) -> Result<Option<Ledger>> {
        let Some(number) = self.number_of(connection, key)? else { return Ok(None) };
        connection.prepare_cached(READ)?.query_row(params![number, key.as_bytes()], ledger).optional()
    }

    fn add(&self, connection: &Connection, key: &LedgerKey, entry: &Written) -> Result<()> {
        let values = params![key.as_bytes(), entry.moments, entry.dead_at.as_millis()];
        let number = connection.prepare_cached(ADD)?.insert(values)?;
        self.with(connection, |numbers| numbers.insert(*key, number)).map(|_| ())
    }

    fn change(&self, connection: &Connection, key: &LedgerKey, entry: &Written) -> Result<()> {
        let number = self.number_of(connection, key)?;
        let values = params![number, key.as_bytes(), entry.moments, entry.dead_at.as_millis()];
        connection.prepare_cached(CHANGE)?.execute(values).map(|_| ())
    }
}

/// The statements of this file that people wait for.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[READ, ADD, CHANGE];
