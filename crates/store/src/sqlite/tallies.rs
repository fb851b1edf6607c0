//! What the figures count of rows that are deleted.

use std::collections::BTreeMap;

use otpd_domain::Timestamp;
use otpd_domain::identifier::Channel;
use rusqlite::{Connection, Result, Row, params};

use super::columns::{channel, instant};

/// Deleted rows are counted by the quarter of an hour they were created in, since every zone's day begins with one.
const QUARTER_MILLIS: i64 = 15 * 60_000;
/// How far back a "today" can begin: a day of 25 hours and the difference of two zones, and some more.
const REACH_OF_TODAY: i64 = 96 * 3_600_000;

/// Counts of one channel and one quarter.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    issued: i64,
    verified: i64,
    expired: i64,
    accepted: i64,
    failed: i64,
}

/// Counts gathered in one step of a clean-up.
#[derive(Default)]
pub(super) struct Tallies(BTreeMap<(&'static str, i64), Counts>);

impl Tallies {
    /// Counts a deleted challenge, from a row that begins with channel and creation.
    pub(super) fn count_challenge(&mut self, row: &Row<'_>, verified: bool) -> Result<()> {
        let counts = self.counts(row)?;
        counts.issued += 1;
        counts.verified += i64::from(verified);
        counts.expired += i64::from(!verified);
        Ok(())
    }

    /// Counts a deleted message, from a row that begins likewise.
    pub(super) fn count_message(&mut self, row: &Row<'_>, accepted: bool) -> Result<()> {
        let counts = self.counts(row)?;
        counts.accepted += i64::from(accepted);
        counts.failed += i64::from(!accepted);
        Ok(())
    }

    fn counts(&mut self, row: &Row<'_>) -> Result<&mut Counts> {
        let key = (channel(row, 0)?.as_str(), quarter(instant(row, 1)?));
        Ok(self.0.entry(key).or_default())
    }

    /// Adds them to what is stored.
    pub(super) fn store(&self, connection: &Connection) -> Result<()> {
        for ((channel, quarter), counts) in &self.0 {
            let Counts { issued, verified, expired, accepted, failed } = counts;
            let values = params![channel, quarter, issued, verified, expired, accepted, failed];
            connection.prepare_cached(ADD)?.execute(values)?;
        }
        Ok(())
    }
}

fn quarter(moment: Timestamp) -> i64 {
    moment.as_millis().div_euclid(QUARTER_MILLIS)
}

const ADD: &str = "INSERT INTO tallies (channel, quarter, issued, verified, expired, accepted, failed) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
     ON CONFLICT DO UPDATE SET issued = issued + excluded.issued, verified = verified + excluded.verified, \
     expired = expired + excluded.expired, accepted = accepted + excluded.accepted, failed = failed + excluded.failed";

const MERGE: &str = "INSERT INTO tallies (channel, quarter, issued, verified, expired, accepted, failed) \
     SELECT channel, 0, sum(issued), sum(verified), sum(expired), sum(accepted), sum(failed) \
     FROM tallies WHERE quarter > 0 AND quarter < ?1 GROUP BY channel \
     ON CONFLICT DO UPDATE SET issued = issued + excluded.issued, verified = verified + excluded.verified, \
     expired = expired + excluded.expired, accepted = accepted + excluded.accepted, failed = failed + excluded.failed";

const DROP_MERGED: &str = "DELETE FROM tallies WHERE quarter > 0 AND quarter < ?1";

/// Sums up the quarters that no "today" reaches any more, so that the table stays small.
pub(super) fn merge_old(connection: &Connection, now: Timestamp) -> Result<()> {
    let reached = now.as_millis().saturating_sub(REACH_OF_TODAY).div_euclid(QUARTER_MILLIS);
    connection.prepare_cached(MERGE)?.execute([reached])?;
    connection.prepare_cached(DROP_MERGED)?.execute([reached]).map(|_| ())
}

/// What was counted of deleted rows of a channel.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Deleted {
    pub(super) issued: u64,
    pub(super) issued_today: u64,
    pub(super) verified: u64,
    pub(super) expired: u64,
    pub(super) accepted: u64,
    pub(super) failed: u64,
}

const READ: &str = "SELECT coalesce(sum(issued), 0), coalesce(sum(issued) FILTER (WHERE quarter >= ?2), 0), \
     coalesce(sum(verified), 0), coalesce(sum(expired), 0), coalesce(sum(accepted), 0), coalesce(sum(failed), 0) \
     FROM tallies WHERE channel = ?1";

/// What was counted, with "today" from `day_start` on.
pub(super) fn deleted(connection: &Connection, channel: Channel, day_start: Timestamp) -> Result<Deleted> {
    let count = |row: &Row<'_>, index| row.get::<_, i64>(index).map(i64::cast_unsigned);
    connection.prepare_cached(READ)?.query_row(params![channel.as_str(), quarter(day_start)], |row| {
        Ok(Deleted {
            issued: count(row, 0)?,
            issued_today: count(row, 1)?,
            verified: count(row, 2)?,
            expired: count(row, 3)?,
            accepted: count(row, 4)?,
            failed: count(row, 5)?,
        })
    })
}
