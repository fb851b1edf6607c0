//! Ledgers of limits: read, asked and spent in memory, written back in the same step.

use std::time::Duration;

use otpd_domain::Timestamp;
use otpd_domain::limits::{Ledger, LedgerKey, Rates};
use rusqlite::types::Type;
use rusqlite::{Connection, Error, OptionalExtension, Result, params};

/// The statements of one table of ledgers.
pub(super) struct Table {
    read: &'static str,
    add: &'static str,
    change: &'static str,
    change_moments: &'static str,
    remove: &'static str,
    remove_only: &'static str,
    /// Those that clean-up finds: keys after one, in their order.
    pub(super) dead: &'static str,
    /// Deletes one, unless it came to life again.
    pub(super) delete_dead: &'static str,
}

macro_rules! table {
    ($name:literal) => {
        Table {
            read: concat!("SELECT moments FROM ", $name, " WHERE key = ?1"),
            add: concat!(
                "INSERT INTO ",
                $name,
                " (key, moments, dead_at) VALUES (?1, ?2, ?3) ON CONFLICT (key) DO NOTHING"
            ),
            change: concat!("UPDATE ", $name, " SET moments = ?2, dead_at = ?3 WHERE key = ?1"),
            change_moments: concat!("UPDATE ", $name, " SET moments = ?2 WHERE key = ?1"),
            remove: concat!("DELETE FROM ", $name, " WHERE key = ?1"),
            remove_only: concat!("DELETE FROM ", $name, " WHERE key = ?1 AND moments = ?2"),
            dead: concat!("SELECT key FROM ", $name, " WHERE key > ?1 AND dead_at <= ?2 ORDER BY key LIMIT ?3"),
            delete_dead: concat!("DELETE FROM ", $name, " WHERE key = ?1 AND dead_at <= ?2"),
        }
    };
}

/// The limits on sends: many rows, most of them with one entry.
pub(super) const SENDS: &Table = &table!("ledgers");
/// The budgets of guesses: few rows, since a right guess takes its own away again.
pub(super) const GUESSES: &Table = &table!("guess_ledgers");

impl Table {
    /// The ledger of that name, if anything is kept in it.
    pub(super) fn read(&self, connection: &Connection, key: &LedgerKey) -> Result<Option<Ledger>> {
        let mut statement = connection.prepare_cached(self.read)?;
        let read = statement.query_row([key.as_bytes()], |row| {
            let unreadable = || Error::FromSqlConversionFailure(0, Type::Blob, "not a ledger".into());
            Ledger::from_bytes(row.get_ref(0)?.as_blob()?).ok_or_else(unreadable)
        });
        read.optional()
    }

    /// Writes a ledger where there is none. False when there is one.
    pub(super) fn add(&self, connection: &Connection, key: &LedgerKey, entry: &Written) -> Result<bool> {
        let values = params![key.as_bytes(), entry.moments, entry.dead_at.as_millis()];
        Ok(connection.prepare_cached(self.add)?.execute(values)? > 0)
    }

    fn change(&self, connection: &Connection, key: &LedgerKey, entry: &Written) -> Result<()> {
        let values = params![key.as_bytes(), entry.moments, entry.dead_at.as_millis()];
        connection.prepare_cached(self.change)?.execute(values).map(|_| ())
    }

    /// Takes one back that was noted under that moment. Mostly it is the only one: then one statement does it.
    pub(super) fn give_back(&self, connection: &Connection, key: &LedgerKey, at: Timestamp, mark: u8) -> Result<()> {
        let only = Ledger::of_one(at, mark).to_bytes();
        if connection.prepare_cached(self.remove_only)?.execute(params![key.as_bytes(), only])? > 0 {
            return Ok(());
        }
        let Some(mut ledger) = self.read(connection, key)? else { return Ok(()) };
        ledger.give_back(at, mark);
        if ledger.is_empty() {
            return connection.prepare_cached(self.remove)?.execute([key.as_bytes()]).map(|_| ());
        }
        // What is left dies no later than before.
        connection.prepare_cached(self.change_moments)?.execute(params![key.as_bytes(), ledger.to_bytes()]).map(|_| ())
    }
}

/// A ledger as a row has it.
pub(super) struct Written {
    moments: Vec<u8>,
    dead_at: Timestamp,
}

impl Written {
    /// Of a ledger that is looked back into `reach` at most.
    pub(super) fn of(ledger: &Ledger, reach: Duration) -> Self {
        Self { moments: ledger.to_bytes(), dead_at: ledger.dead_at(reach) }
    }
}

/// Ledgers of one table that an operation looks at and spends from. Nothing is written before [`Self::write`].
pub(super) struct Book {
    table: &'static Table,
    pages: Vec<Page>,
}

/// A ledger in a book.
pub(super) struct Page {
    key: LedgerKey,
    /// As it stands by now.
    pub(super) ledger: Ledger,
    is_new: bool,
    /// How far back it is looked at; `None` while nothing was spent.
    spent: Option<Duration>,
}

impl Book {
    /// An empty book of that table.
    pub(super) fn of(table: &'static Table) -> Self {
        Self { table, pages: Vec::with_capacity(4) }
    }

    /// The ledger of that name; it is read the first time it is asked for.
    pub(super) fn page(&mut self, connection: &Connection, key: &LedgerKey) -> Result<&mut Page> {
        if let Some(index) = self.pages.iter().position(|page| page.key == *key) {
            return Ok(&mut self.pages[index]);
        }
        let found = self.table.read(connection, key)?;
        let is_new = found.is_none();
        Ok(self.pages.push_mut(Page { key: *key, ledger: found.unwrap_or_default(), is_new, spent: None }))
    }

    /// Writes a ledger that holds this one alone, on these terms, at once. False, and nothing is written, when there is one
    /// already.
    pub(super) fn add_fresh(
        &self,
        connection: &Connection,
        key: &LedgerKey,
        (rates, mark, reach): (&Rates, u8, Duration),
        now: Timestamp,
    ) -> Result<bool> {
        let mut ledger = Ledger::default();
        ledger.spend(rates, mark, reach, now);
        self.table.add(connection, key, &Written::of(&ledger, reach))
    }

    /// Writes what was spent.
    pub(super) fn write(&self, connection: &Connection) -> Result<()> {
        for page in &self.pages {
            let Some(reach) = page.spent else { continue };
            let written = Written::of(&page.ledger, reach);
            if page.is_new {
                self.table.add(connection, &page.key, &written)?;
            } else {
                self.table.change(connection, &page.key, &written)?;
            }
        }
        Ok(())
    }
}

impl Page {
    /// Notes one more in memory; says under which moment.
    pub(super) fn spend(&mut self, rates: &Rates, mark: u8, reach: Duration, now: Timestamp) -> Timestamp {
        self.spent = Some(self.spent.map_or(reach, |before| before.max(reach)));
        self.ledger.spend(rates, mark, reach, now)
    }

    /// Notes a guess that was refused unseen: see [`Ledger::note_uncompared`].
    pub(super) fn note_uncompared(&mut self, rates: &Rates, mark: u8, reach: Duration, now: Timestamp) {
        self.spent = Some(self.spent.map_or(reach, |before| before.max(reach)));
        self.ledger.note_uncompared(rates, mark, reach, now);
    }
}

/// The statements of this file that people wait for.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[
    SENDS.read,
    SENDS.add,
    SENDS.change,
    SENDS.dead,
    SENDS.delete_dead,
    GUESSES.read,
    GUESSES.add,
    GUESSES.change,
    GUESSES.change_moments,
    GUESSES.remove,
    GUESSES.remove_only,
    GUESSES.dead,
    GUESSES.delete_dead,
];
