//! What text messages cost, day by day.

use otpd_domain::Timestamp;
use otpd_domain::sms::{Money, SmsSpending};
use rusqlite::{Connection, OptionalExtension, Result, params};

const DAY_MILLIS: i64 = 86_400_000;

/// The day (UTC) of a moment, counted from 1970 on.
pub(super) fn day_of(now: Timestamp) -> i64 {
    now.as_millis().div_euclid(DAY_MILLIS)
}

/// When the day after that one begins.
pub(super) fn next_day(now: Timestamp) -> Timestamp {
    Timestamp::from_millis((day_of(now) + 1) * DAY_MILLIS)
}

const READ: &str = "SELECT messages, millionths FROM sms_days WHERE day = ?1";

/// What was spent on the day of that moment.
pub(super) fn spending(connection: &Connection, now: Timestamp) -> Result<SmsSpending> {
    let mut statement = connection.prepare_cached(READ)?;
    let read = statement.query_row([day_of(now)], |row| {
        let messages: i64 = row.get(0)?;
        Ok(SmsSpending { messages: messages.cast_unsigned(), spent: Money::from_millionths(row.get(1)?) })
    });
    Ok(read.optional()?.unwrap_or_default())
}

const ADD: &str = "INSERT INTO sms_days (day, messages, millionths) VALUES (?1, ?2, ?3) \
     ON CONFLICT (day) DO UPDATE SET messages = messages + ?2, millionths = millionths + ?3";

/// Adds to the day of that moment.
pub(super) fn add_spending(connection: &Connection, more: SmsSpending, now: Timestamp) -> Result<()> {
    let values = params![day_of(now), more.messages.cast_signed(), more.spent.millionths()];
    connection.prepare_cached(ADD)?.execute(values).map(|_| ())
}

const DELETE_OLD: &str = "DELETE FROM sms_days WHERE day < ?1";

/// Forgets the days before that moment's; there are few.
pub(super) fn delete_days(connection: &Connection, before: Timestamp) -> Result<()> {
    connection.prepare_cached(DELETE_OLD)?.execute([day_of(before)]).map(|_| ())
}

/// The statements of this file that people wait for.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[READ, ADD, DELETE_OLD];
