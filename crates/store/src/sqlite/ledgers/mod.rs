//! Ledgers of limits: read, asked and spent in memory, written back in the same step.

mod guesses;
mod sends;

use std::time::Duration;

use otpd_domain::Timestamp;
use otpd_domain::limits::{Ledger, LedgerKey, Rates};
use rusqlite::types::Type;
use rusqlite::{Connection, Error, Result, Row};

pub(super) use self::guesses::Guesses;
pub(super) use self::sends::SendLedgers;

/// A table of ledgers.
pub(super) trait Ledgers {
    /// The ledger of that name, if anything is kept in it.
    fn read(&self, connection: &Connection, key: &LedgerKey) -> Result<Option<Ledger>>;
    /// Writes a ledger that was not found.
    fn add(&self, connection: &Connection, key: &LedgerKey, entry: &Written) -> Result<()>;
    /// Writes a ledger that was found.
    fn change(&self, connection: &Connection, key: &LedgerKey, entry: &Written) -> Result<()>;
}

/// Reads the moments of a row's first column.
fn ledger(row: &Row<'_>) -> Result<Ledger> {
    let unreadable = || Error::FromSqlConversionFailure(0, Type::Blob, "not a ledger".into());
    Ledger::from_bytes(row.get_ref(0)?.as_blob()?).ok_or_else(unreadable)
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
pub(super) struct Book<'l, L> {
    ledgers: &'l L,
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

impl<'l, L: Ledgers> Book<'l, L> {
    /// An empty book of that table.
    pub(super) fn of(ledgers: &'l L) -> Self {
        Self { ledgers, pages: Vec::with_capacity(4) }
    }

    /// The ledger of that name; it is read the first time it is asked for.
    pub(super) fn page(&mut self, connection: &Connection, key: &LedgerKey) -> Result<&mut Page> {
        if let Some(index) = self.pages.iter().position(|page| page.key == *key) {
            return Ok(&mut self.pages[index]);
        }
        let found = self.ledgers.read(connection, key)?;
        let is_new = found.is_none();
        Ok(self.pages.push_mut(Page { key: *key, ledger: found.unwrap_or_default(), is_new, spent: None }))
    }

    /// Writes what was spent.
    pub(super) fn write(&self, connection: &Connection) -> Result<()> {
        for page in &self.pages {
            let Some(reach) = page.spent else { continue };
            let written = Written::of(&page.ledger, reach);
            if page.is_new {
                self.ledgers.add(connection, &page.key, &written)?;
            } else {
                self.ledgers.change(connection, &page.key, &written)?;
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

/// The statements that people wait for.
#[cfg(test)]
pub(super) const HOT: &[&[&str]] = &[guesses::HOT, sends::HOT];
