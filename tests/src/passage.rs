//! The passage of time, as limits see it.
//!
//! The binary reads the system's clock, and nobody waits a day in a test: what was sent is made older instead.

use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::Otpd;

/// Bytes of an entry of a ledger: when (milliseconds since 1970, the lowest byte first), how often, mark.
const ENTRY: usize = 8 + 4 + 1;

impl Otpd {
    /// Makes every send so much older, for the limits on sends and the waits on the page.
    ///
    /// # Panics
    /// When the database cannot be changed.
    pub fn later(&self, by: Duration) {
        let mut connection = Connection::open(self.path("otpd.db")).expect("it opens");
        connection.busy_timeout(Duration::from_secs(10)).expect("a busy timeout");
        let step = connection.transaction_with_behavior(TransactionBehavior::Immediate).expect("a transaction");
        let millis = i64::try_from(by.as_millis()).expect("few");
        make_older(&step, millis);
        step.execute("UPDATE challenges SET resend_at = resend_at - ?1", [millis]).expect("challenges");
        step.commit().expect("it is written");
    }
}

fn make_older(step: &Transaction<'_>, millis: i64) {
    let mut read = step.prepare("SELECT number, moments FROM ledgers").expect("a statement");
    let rows = read.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
    // A key has two rows while a dead one is not deleted yet: each row by its number.
    let ledgers: Vec<(i64, Vec<u8>)> = rows.collect::<Result<_, _>>().expect("ledgers");
    for (number, mut moments) in ledgers {
        for entry in moments.chunks_exact_mut(ENTRY) {
            let at = i64::from_le_bytes(entry[..8].try_into().expect("eight bytes"));
            entry[..8].copy_from_slice(&(at - millis).to_le_bytes());
        }
        let change = "UPDATE ledgers SET moments = ?2, dead_at = dead_at - ?3 WHERE number = ?1";
        step.execute(change, (number, moments, millis)).expect("a ledger");
    }
}
