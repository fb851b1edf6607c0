//! The ledgers of budgets of guesses: few rows, found by their keys, since a right guess takes its own away again.

use otpd_domain::Timestamp;
use otpd_domain::limits::{Ledger, LedgerKey};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::{Ledgers, Written, ledger};

/// The table of them.
pub(in crate::sqlite) struct Guesses;

const READ: &str = "SELECT moments FROM guess_ledgers WHERE key = ?1";
const ADD: &str = "INSERT INTO guess_ledgers (key, moments, dead_at) VALUES (?1, ?2, ?3) ON CONFLICT (key) DO NOTHING";
const CHANGE: &str = "UPDATE guess_ledgers SET moments = ?2, dead_at = ?3 WHERE key = ?1";
const CHANGE_MOMENTS: &str = "UPDATE guess_ledgers SET moments = ?2 WHERE key = ?1";
const REMOVE: &str = "DELETE FROM guess_ledgers WHERE key = ?1";
const REMOVE_ONLY: &str = "DELETE FROM guess_ledgers WHERE key = ?1 AND moments = ?2";

impl Guesses {
    /// Writes a ledger where there is none. False when there is one.
    pub(in crate::sqlite) fn add_first(connection: &Connection, key: &LedgerKey, entry: &Written) -> Result<bool> {
        let values = params![key.as_bytes(), entry.moments, entry.dead_at.as_millis()];
        Ok(connection.prepare_cached(ADD)?.execute(values)? > 0)
    }

    /// Takes one back that was noted under that moment. Mostly it is the only one: then one statement does it.
    pub(in crate::sqlite) fn give_back(
        &self,
        connection: &Connection,
        key: &LedgerKey,
        at: Timestamp,
        mark: u8,
    ) -> Result<()> {
        let only = Ledger::of_one(at, mark).to_bytes();
        if connection.prepare_cached(REMOVE_ONLY)?.execute(params![key.as_bytes(), only])? > 0 {
            return Ok(());
        }
        let Some(mut ledger) = self.read(connection, key)? else { return Ok(()) };
        ledger.give_back(at, mark);
        if ledger.is_empty() {
            return connection.prepare_cached(REMOVE)?.execute([key.as_bytes()]).map(|_| ());
        }
        // What is left dies no later than before.
        connection.prepare_cached(CHANGE_MOMENTS)?.execute(params![key.as_bytes(), ledger.to_bytes()]).map(|_| ())
    }
}

impl Ledgers for Guesses {
    fn read(&self, connection: &Connection, key: &LedgerKey) -> Result<Option<Ledger>> {
        connection.prepare_cached(READ)?.query_row([key.as_bytes()], ledger).optional()
    }

    fn add(&self, connection: &Connection, key: &LedgerKey, entry: &Written) -> Result<()> {
        Self::add_first(connection, key, entry).map(|_| ())
    }

    fn change(&self, connection: &Connection, key: &LedgerKey, entry: &Written) -> Result<()> {
        let values = params![key.as_bytes(), entry.moments, entry.dead_at.as_millis()];
        connection.prepare_cached(CHANGE)?.execute(values).map(|_| ())
    }
}

/// The statements of this file that people wait for.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[READ, ADD, CHANGE, CHANGE_MOMENTS, REMOVE, REMOVE_ONLY];
