//! Whether any budget of guesses may be spent at all: mostly none is, and then no request has to look.

use std::sync::atomic::{AtomicI64, Ordering};

use otpd_domain::Timestamp;
use otpd_domain::limits::{Ledger, Rates};
use rusqlite::{Connection, Result};

/// The moment from which on every budget has room, as far as this process knows, which alone takes guesses from them. A look
/// into the database costs a reader all that it has cached, since somebody has always written meanwhile.
#[derive(Debug)]
pub(super) struct SpentUntil(AtomicI64);

impl SpentUntil {
    /// As the database has it: whatever is kept of guesses may be a budget that is spent.
    pub(super) fn read(connection: &Connection) -> Result<Self> {
        let statement = "SELECT coalesce(max(dead_at), 0) FROM guess_ledgers";
        connection.query_row(statement, [], |row| row.get(0)).map(|until: i64| Self(AtomicI64::new(until)))
    }

    /// Notes a budget after a guess was taken from it, or refused.
    pub(super) fn note(&self, ledger: &Ledger, rates: &Rates, now: Timestamp) {
        if ledger.room(rates, now).is_err() {
            self.0.fetch_max(ledger.dead_at(rates.reach()).as_millis(), Ordering::Relaxed);
        }
    }

    /// Whether every budget has room at `now`.
    pub(super) fn is_none(&self, now: Timestamp) -> bool {
        now.as_millis() >= self.0.load(Ordering::Relaxed)
    }
}
