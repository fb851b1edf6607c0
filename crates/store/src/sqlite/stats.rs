//! The figures: of the rows there are, and of those clean-up deleted.

use otpd_domain::Timestamp;
use otpd_domain::identifier::Channel;
use otpd_domain::ports::{Stats, Tally};
use rusqlite::{Connection, Result, params};

use super::columns::CHANNELS;
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
    Ok(stats)
}

const CHALLENGES: &str = "SELECT count(*), count(*) FILTER (WHERE created_at >= ?2), \
     count(*) FILTER (WHERE verified_at IS NOT NULL), \
     count(*) FILTER (WHERE verified_at IS NULL AND superseded_at IS NULL AND found_dead_at IS NULL AND expires_at > ?3) \
     FROM challenges WHERE channel = ?1 AND account_id IS NOT NULL";

const MESSAGES: &str = "SELECT count(*) FILTER (WHERE outcome IS NULL), \
     count(*) FILTER (WHERE outcome = 'accepted'), count(*) FILTER (WHERE outcome <> 'accepted') \
     FROM outbox WHERE channel = ?1 AND NOT withheld";

fn count(connection: &Connection, channel: Channel, day_start: Timestamp, now: Timestamp) -> Result<Tally> {
    let gone = deleted(connection, channel, day_start)?;
    let values = params![channel.as_str(), day_start.as_millis(), now.as_millis()];
    let (issued, today, verified, live) = connection.query_row(CHALLENGES, values, |row| {
        Ok((row.get::<_, u32>(0)?, row.get::<_, u32>(1)?, row.get::<_, u32>(2)?, row.get::<_, u32>(3)?))
    })?;
    let (pending, accepted, failed) = connection.query_row(MESSAGES, [channel.as_str()], |row| {
        Ok((row.get::<_, u32>(0)?, row.get::<_, u32>(1)?, row.get::<_, u32>(2)?))
    })?;
    Ok(Tally {
        total: gone.issued + u64::from(issued),
        today: gone.issued_today + u64::from(today),
        verified: gone.verified + u64::from(verified),
        expired: gone.expired + u64::from(issued - verified - live),
        live: u64::from(live),
        messages_pending: u64::from(pending),
        messages_accepted: gone.accepted + u64::from(accepted),
        messages_failed: gone.failed + u64::from(failed),
        median_millis_to_verify: None,
    })
}

const WAITS: &str = "SELECT max(verified_at - created_at, 0) FROM challenges \
     WHERE channel = ?1 AND account_id IS NOT NULL AND verified_at IS NOT NULL";

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
