//! The figures: of the rows there are, and of those clean-up deleted.
//!
//! Of a code that is kept outside of the database its message tells: see `outbox.code`. Nobody says when such a code
//! expires, nor need they: a live one whose time has passed is counted as expired.

use otpd_domain::Timestamp;
use otpd_domain::identifier::Channel;
use otpd_domain::ports::{SmsTotals, Stats, Tally};
use rusqlite::{Connection, Result, Row, params};

use super::columns::CHANNELS;
use super::standing::is_for_somebody;
use super::tallies::deleted;

/// Collects them from one snapshot.
pub(super) fn collect_stats(connection: &Connection, day_start: Timestamp, now: Timestamp) -> Result<Stats> {
    let snapshot = connection.unchecked_transaction()?;
    let mut stats = Stats::default();
    let mut all_waits = Vec::new();
    for channel in CHANNELS {
        let mut waits = waits(&snapshot, channel)?;
        let mut tally = count(&snapshot, channel, day_start, now)?;
        tally.median_millis_to_verify = median(&mut waits);
        all_waits.append(&mut waits);
        add(&mut stats.all, &tally);
        match channel {
            Channel::Email => stats.email = tally,
            Channel::Sms => stats.sms = tally,
        }
    }
    stats.all.median_millis_to_verify = median(&mut all_waits);
    stats.sms_totals = sms_totals(&snapshot)?;
    Ok(stats)
}

const CHALLENGES: &str = concat!(
    "SELECT count(*), count(*) FILTER (WHERE created_at >= ?2), \
     count(*) FILTER (WHERE verified_at IS NOT NULL), \
     count(*) FILTER (WHERE verified_at IS NULL AND superseded_at IS NULL AND found_dead_at IS NULL AND expires_at > ?3) \
     FROM challenges WHERE channel = ?1 AND ",
    is_for_somebody!()
);

const CODES_OUTSIDE: &str = "SELECT count(*), count(*) FILTER (WHERE created_at >= ?2), \
     count(*) FILTER (WHERE code = 'used'), count(*) FILTER (WHERE code = 'live' AND expires_at > ?3) \
     FROM outbox WHERE channel = ?1 AND code IS NOT NULL";

const MESSAGES: &str = "SELECT count(*) FILTER (WHERE outcome IS NULL), \
     count(*) FILTER (WHERE outcome = 'accepted'), count(*) FILTER (WHERE outcome <> 'accepted') \
     FROM outbox WHERE channel = ?1 AND NOT withheld";

/// Codes there are rows of.
#[derive(Clone, Copy, Default)]
struct Codes {
    issued: u64,
    today: u64,
    verified: u64,
    live: u64,
}

fn number(row: &Row<'_>, index: usize) -> Result<u64> {
    row.get::<_, u32>(index).map(u64::from)
}

fn codes(connection: &Connection, channel: Channel, day_start: Timestamp, now: Timestamp) -> Result<Codes> {
    let mut sum = Codes::default();
    for sql in [CHALLENGES, CODES_OUTSIDE] {
        let values = params![channel.as_str(), day_start.as_millis(), now.as_millis()];
        connection.query_row(sql, values, |row| {
            sum.issued += number(row, 0)?;
            sum.today += number(row, 1)?;
            sum.verified += number(row, 2)?;
            sum.live += number(row, 3)?;
            Ok(())
        })?;
    }
    Ok(sum)
}

fn count(connection: &Connection, channel: Channel, day_start: Timestamp, now: Timestamp) -> Result<Tally> {
    let gone = deleted(connection, channel, day_start)?;
    let codes = codes(connection, channel, day_start, now)?;
    let (pending, accepted, failed) = connection
        .query_row(MESSAGES, [channel.as_str()], |row| Ok((number(row, 0)?, number(row, 1)?, number(row, 2)?)))?;
    Ok(Tally {
        total: gone.issued + codes.issued,
        today: gone.issued_today + codes.today,
        verified: gone.verified + codes.verified,
        expired: gone.expired + codes.issued - codes.verified - codes.live,
        live: codes.live,
        messages_pending: pending,
        messages_accepted: gone.accepted + accepted,
        messages_failed: gone.failed + failed,
        median_millis_to_verify: None,
    })
}

const SMS: &str = "SELECT count(*) FILTER (WHERE NOT is_unicode), count(*) FILTER (WHERE is_unicode), \
     coalesce(sum(segments), 0), count(*) FILTER (WHERE reported = 'delivered'), \
     count(*) FILTER (WHERE reported = 'undelivered') \
     FROM outbox WHERE outcome = 'accepted' AND NOT withheld AND segments IS NOT NULL";

fn sms_totals(connection: &Connection) -> Result<SmsTotals> {
    // Those with a size are text messages; "today" does not matter.
    let gone = deleted(connection, Channel::Sms, Timestamp::default())?.sms;
    connection.query_row(SMS, [], |row| {
        Ok(SmsTotals {
            gsm7: gone.gsm7 + number(row, 0)?,
            ucs2: gone.ucs2 + number(row, 1)?,
            segments: gone.segments + number(row, 2)?,
            delivered: gone.delivered + number(row, 3)?,
            undelivered: gone.undelivered + number(row, 4)?,
        })
    })
}

const WAITS: &str = concat!(
    "SELECT max(verified_at - created_at, 0) FROM challenges \
     WHERE channel = ?1 AND verified_at IS NOT NULL AND ",
    is_for_somebody!(),
    " UNION ALL SELECT max(code_ended_at - created_at, 0) FROM outbox WHERE channel = ?1 AND code = 'used'"
);

/// How long each verified challenge waited, in milliseconds.
fn waits(connection: &Connection, channel: Channel) -> Result<Vec<u32>> {
    let mut statement = connection.prepare(WAITS)?;
    let waits = statement.query_map([channel.as_str()], |row| row.get::<_, i64>(0))?;
    // Codes live ten minutes at most; a longer wait is a clock's mistake, and four bytes each are enough.
    waits.map(|wait| wait.map(|wait| u32::try_from(wait).unwrap_or(u32::MAX))).collect()
}

/// The middle of the values, or the mean of the two middle ones, rounded down.
fn median(values: &mut [u32]) -> Option<u64> {
    if values.is_empty() {
        return None;
    }
    let two_in_the_middle = values.len().is_multiple_of(2);
    let (below, &mut upper, _) = values.select_nth_unstable(values.len() / 2);
    let lower = below.iter().max().copied().filter(|_| two_in_the_middle).unwrap_or(upper);
    Some(u64::midpoint(lower.into(), upper.into()))
}

fn add(all: &mut Tally, one: &Tally) {
    all.total += one.total;
    all.today += one.today;
    all.verified += one.verified;
    all.expired += one.expired;
    all.live += one.live;
    all.messages_pending += one.messages_pending;
    all.messages_accepted += one.messages_accepted;
    all.messages_failed += one.messages_failed;
}
