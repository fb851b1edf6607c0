//! What the figures count of rows that are deleted.

use std::collections::BTreeMap;

use otpd_domain::Timestamp;
use otpd_domain::identifier::Channel;
use otpd_domain::message::ReportedStage;
use otpd_domain::ports::SmsTotals;
use rusqlite::{Connection, Result, Row, params};

use super::columns::{channel, instant};

/// Deleted rows are counted by the quarter of an hour they were created in, since every zone's day begins with one.
const QUARTER_MILLIS: i64 = 15 * 60_000;
/// How far back a "today" can begin: a day of 25 hours and the difference of two zones, and some more.
const REACH_OF_TODAY: i64 = 96 * 3_600_000;

/// What is counted, in the order of the columns: the one list that every statement here is made of.
macro_rules! columns {
    ($each:ident) => {
        concat!(
            $each!("issued"),
            ", ",
            $each!("verified"),
            ", ",
            $each!("expired"),
            ", ",
            $each!("accepted"),
            ", ",
            $each!("failed"),
            ", ",
            $each!("gsm7"),
            ", ",
            $each!("ucs2"),
            ", ",
            $each!("segments"),
            ", ",
            $each!("delivered"),
            ", ",
            $each!("undelivered")
        )
    };
}
macro_rules! name {
    ($column:literal) => {
        $column
    };
}
macro_rules! sum {
    ($column:literal) => {
        concat!("coalesce(sum(", $column, "), 0)")
    };
}
macro_rules! add {
    ($column:literal) => {
        concat!($column, " = ", $column, " + excluded.", $column)
    };
}

/// Counts of one channel and one quarter.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    issued: i64,
    verified: i64,
    expired: i64,
    accepted: i64,
    failed: i64,
    gsm7: i64,
    ucs2: i64,
    segments: i64,
    delivered: i64,
    undelivered: i64,
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

    /// Counts what a deleted text message came to, from a row that begins likewise.
    pub(super) fn count_sms(
        &mut self,
        row: &Row<'_>,
        segments: i64,
        is_unicode: bool,
        reported: Option<&str>,
    ) -> Result<()> {
        let counts = self.counts(row)?;
        counts.gsm7 += i64::from(!is_unicode);
        counts.ucs2 += i64::from(is_unicode);
        counts.segments += segments;
        counts.delivered += i64::from(reported == Some(ReportedStage::Delivered.as_str()));
        counts.undelivered += i64::from(reported == Some(ReportedStage::Undelivered.as_str()));
        Ok(())
    }

    fn counts(&mut self, row: &Row<'_>) -> Result<&mut Counts> {
        let key = (channel(row, 0)?.as_str(), quarter(instant(row, 1)?));
        Ok(self.0.entry(key).or_default())
    }

    /// Adds them to what is stored.
    pub(super) fn store(&self, connection: &Connection) -> Result<()> {
        for ((channel, quarter), counts) in &self.0 {
            let values = params![
                channel,
                quarter,
                counts.issued,
                counts.verified,
                counts.expired,
                counts.accepted,
                counts.failed,
                counts.gsm7,
                counts.ucs2,
                counts.segments,
                counts.delivered,
                counts.undelivered,
            ];
            connection.prepare_cached(ADD)?.execute(values)?;
        }
        Ok(())
    }
}

fn quarter(moment: Timestamp) -> i64 {
    moment.as_millis().div_euclid(QUARTER_MILLIS)
}

const ADD: &str = concat!(
    "INSERT INTO tallies (channel, quarter, ",
    columns!(name),
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT DO UPDATE SET ",
    columns!(add)
);

const MERGE: &str = concat!(
    "INSERT INTO tallies (channel, quarter, ",
    columns!(name),
    ") SELECT channel, 0, ",
    columns!(sum),
    " FROM tallies WHERE quarter > 0 AND quarter < ?1 GROUP BY channel ON CONFLICT DO UPDATE SET ",
    columns!(add)
);

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
    pub(super) verified: u64,
    pub(super) expired: u64,
    pub(super) accepted: u64,
    pub(super) failed: u64,
    pub(super) sms: SmsTotals,
    pub(super) issued_today: u64,
}

const READ: &str = concat!(
    "SELECT ",
    columns!(sum),
    ", coalesce(sum(issued) FILTER (WHERE quarter >= ?2), 0) FROM tallies WHERE channel = ?1"
);

/// What was counted, with "today" from `day_start` on.
pub(super) fn deleted(connection: &Connection, channel: Channel, day_start: Timestamp) -> Result<Deleted> {
    let count = |row: &Row<'_>, index| row.get::<_, i64>(index).map(i64::cast_unsigned);
    connection.prepare_cached(READ)?.query_row(params![channel.as_str(), quarter(day_start)], |row| {
        Ok(Deleted {
            issued: count(row, 0)?,
            verified: count(row, 1)?,
            expired: count(row, 2)?,
            accepted: count(row, 3)?,
            failed: count(row, 4)?,
            sms: SmsTotals {
                gsm7: count(row, 5)?,
                ucs2: count(row, 6)?,
                segments: count(row, 7)?,
                delivered: count(row, 8)?,
                undelivered: count(row, 9)?,
            },
            issued_today: count(row, 10)?,
        })
    })
}
