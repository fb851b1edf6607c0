//! Deleting what is finished and old.
//!
//! What to delete is looked for on a reading connection, in the order of ids and so of creation; the writer then
//! deletes a few rows at a time, in its background lane. What the figures count of them goes to the tallies in
//! the same step. No row that is found can come back to life, so it needs no second look before it goes.

use std::time::Duration;

use async_trait::async_trait;
use otpd_domain::Timestamp;
use otpd_domain::challenge::ChallengeId;
use otpd_domain::message::MessageId;
use otpd_domain::ports::{CleanedUp, Retention, Stats, StoreError, Upkeep};
use rusqlite::{Connection, OptionalExtension, Params, Result, Row, params};

use super::SqliteStore;
use super::columns::CHANNELS;
use super::outbox::{ACCEPTED, expire_message};
use super::records::USED;
use super::registrations::delete_old;
use super::standing::is_for_somebody;
use super::stats::collect_stats;
use super::tallies::{Tallies, merge_old};

/// Rows that one background operation touches: about a millisecond's work.
const STEP: u32 = 128;

/// The bytes of an id. All ids begin with the time of their creation.
type Id = [u8; 16];

/// Deletes a row and counts it. False when it was gone already.
type Delete = fn(&Connection, &Id, &mut Tallies) -> Result<bool>;

#[async_trait]
impl Upkeep for SqliteStore {
    async fn clean_up(&self, retention: Retention, now: Timestamp) -> Result<CleanedUp, StoreError> {
        self.expire_messages(now).await?;
        let challenges = now.before(retention.challenges);
        let sessions = now.before(retention.sessions);
        let unused = sessions.before(retention.session_idle);
        let messages = now.before(retention.messages);
        let audit = now.before(retention.audit);
        let cleaned = CleanedUp {
            challenges: self
                .sweep(move |reader, after| old_challenges(reader, after, challenges), delete_challenge)
                .await?,
            sessions: self
                .sweep(move |reader, after| old_sessions(reader, after, sessions, unused), delete_session)
                .await?,
            messages: self.sweep(move |reader, after| old_messages(reader, after, messages), delete_message).await?,
            // As long as the codes that were sent for them.
            registrations: self.sweep_registrations(challenges).await?,
            audit: self.forget_entries(audit).await?,
            ledgers: self.forget_limits(audit, now).await?,
        };
        self.write_background(move |connection| merge_old(connection, now)).await?;
        Ok(cleaned)
    }

    async fn stats(&self, day_start: Timestamp, now: Timestamp) -> Result<Stats, StoreError> {
        self.scan(move |connection| collect_stats(connection, day_start, now)).await
    }

    async fn waiting(&self) -> Result<u64, StoreError> {
        self.read(|connection| {
            let count = |row: &Row<'_>| row.get::<_, u32>(0).map(u64::from);
            connection.prepare_cached("SELECT count(*) FROM outbox WHERE outcome IS NULL")?.query_row([], count)
        })
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.read(|connection| {
            connection.prepare_cached("SELECT max(version) FROM schema_migrations")?.query_row([], |_| Ok(()))
        })
    }
}

impl SqliteStore {
    /// Deletes what `find` finds, step by step, from the oldest on; says how much.
    async fn sweep<F>(&self, find: F, delete: Delete) -> Result<u64, StoreError>
    where
        F: Fn(&Connection, Id) -> Result<Vec<Id>> + Clone + Send + 'static,
    {
        let mut deleted = 0;
        let mut after = Id::default();
        loop {
            let find = find.clone();
            let found = self.scan(move |reader| find(reader, after)).await?;
            let Some(last) = found.last() else { return Ok(deleted) };
            after = *last;
            deleted += self.write_background(move |writer| delete_all(writer, &found, delete)).await?;
        }
    }

    /// Deletes registrations that expired by then; says how many of them were never activated.
    async fn sweep_registrations(&self, expired_by: Timestamp) -> Result<u64, StoreError> {
        let mut never_activated = 0;
        loop {
            let deleted = self.write_background(move |writer| delete_old(writer, expired_by, STEP)).await?;
            never_activated += deleted.never_activated;
            if deleted.rows == 0 {
                return Ok(never_activated);
            }
        }
    }

    /// Ends and erases messages that nobody claimed before they died: their channel may have no worker.
    async fn expire_messages(&self, now: Timestamp) -> Result<(), StoreError> {
        for channel in CHANNELS {
            loop {
                let found = self.scan(move |reader| dead_messages(reader, channel.as_str(), now)).await?;
                if found.is_empty() {
                    break;
                }
                self.write_background(move |writer| {
                    found.iter().try_for_each(|id| expire_message(writer, MessageId::from_bytes(*id), now))
                })
                .await?;
            }
        }
        Ok(())
    }
}

fn delete_all(connection: &Connection, ids: &[Id], delete: Delete) -> Result<u64> {
    let mut tallies = Tallies::default();
    let mut deleted = 0;
    for id in ids {
        deleted += u64::from(delete(connection, id, &mut tallies)?);
    }
    tallies.store(connection)?;
    Ok(deleted)
}

fn ids(connection: &Connection, sql: &str, values: impl Params) -> Result<Vec<Id>> {
    connection.prepare_cached(sql)?.query_map(values, |row| row.get(0))?.collect()
}

const DEAD_MESSAGES: &str = "SELECT id FROM outbox \
     WHERE channel = ?1 AND outcome IS NULL AND due_at <= ?2 AND expires_at <= ?2 LIMIT ?3";

fn dead_messages(connection: &Connection, channel: &str, now: Timestamp) -> Result<Vec<Id>> {
    ids(connection, DEAD_MESSAGES, params![channel, now.as_millis(), STEP])
}

/// The walk need not go further: what ended by `by` was created by then.
fn created_after(by: Timestamp) -> Id {
    *ChallengeId::floor(by.after(Duration::from_millis(1))).as_bytes()
}

const OLD_CHALLENGES: &str =
    "SELECT id FROM challenges WHERE id > ?1 AND id < ?2 AND expires_at <= ?3 ORDER BY id LIMIT ?4";

fn old_challenges(connection: &Connection, after: Id, expired_by: Timestamp) -> Result<Vec<Id>> {
    let values = params![after, created_after(expired_by), expired_by.as_millis(), STEP];
    ids(connection, OLD_CHALLENGES, values)
}

const OLD_SESSIONS: &str = "SELECT id FROM sessions WHERE id > ?1 AND id < ?2 \
     AND (ended_at <= ?3 OR expires_at <= ?3 OR last_seen_at <= ?4) ORDER BY id LIMIT ?5";

fn old_sessions(connection: &Connection, after: Id, ended_by: Timestamp, unused_since: Timestamp) -> Result<Vec<Id>> {
    let values = params![after, created_after(ended_by), ended_by.as_millis(), unused_since.as_millis(), STEP];
    ids(connection, OLD_SESSIONS, values)
}

const OLD_MESSAGES: &str = "SELECT id FROM outbox WHERE id > ?1 AND id < ?2 AND finished_at <= ?3 ORDER BY id LIMIT ?4";

fn old_messages(connection: &Connection, after: Id, finished_by: Timestamp) -> Result<Vec<Id>> {
    let values = params![after, created_after(finished_by), finished_by.as_millis(), STEP];
    ids(connection, OLD_MESSAGES, values)
}

const DELETE_CHALLENGE: &str = concat!(
    "DELETE FROM challenges WHERE id = ?1 RETURNING channel, created_at, ",
    is_for_somebody!(),
    ", verified_at IS NOT NULL"
);

fn delete_challenge(connection: &Connection, id: &Id, tallies: &mut Tallies) -> Result<bool> {
    let mut statement = connection.prepare_cached(DELETE_CHALLENGE)?;
    let mut rows = statement.query([id])?;
    let Some(row) = rows.next()? else { return Ok(false) };
    if row.get(2)? {
        tallies.count_challenge(row, row.get(3)?)?;
    }
    Ok(true)
}

const DELETE_MESSAGE: &str = "DELETE FROM outbox WHERE id = ?1 \
     RETURNING channel, created_at, withheld, outcome, code, segments, is_unicode, reported";

fn delete_message(connection: &Connection, id: &Id, tallies: &mut Tallies) -> Result<bool> {
    let mut statement = connection.prepare_cached(DELETE_MESSAGE)?;
    let mut rows = statement.query([id])?;
    let Some(row) = rows.next()? else { return Ok(false) };
    let withheld: bool = row.get(2)?;
    if withheld {
        return Ok(true);
    }
    let accepted = row.get_ref(3)?.as_str()? == ACCEPTED;
    tallies.count_message(row, accepted)?;
    if let Some(code) = row.get_ref(4)?.as_str_or_null()? {
        tallies.count_challenge(row, code == USED)?;
    }
    if accepted && let Some(segments) = row.get(5)? {
        tallies.count_sms(row, segments, row.get(6)?, row.get_ref(7)?.as_str_or_null()?)?;
    }
    Ok(true)
}

const DELETE_SESSION: &str = "DELETE FROM sessions WHERE id = ?1 RETURNING account_id, created_at";

/// The account's last sign-in is that of its latest session; when that one goes, the account keeps it.
const KEEP_SIGN_IN: &str = "UPDATE accounts SET last_sign_in_at = max(coalesce(last_sign_in_at, ?2), ?2) \
     WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM sessions WHERE account_id = ?1)";

fn delete_session(connection: &Connection, id: &Id, _: &mut Tallies) -> Result<bool> {
    let mut statement = connection.prepare_cached(DELETE_SESSION)?;
    let account_and_creation = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?));
    let Some(values) = statement.query_row([id], account_and_creation).optional()? else { return Ok(false) };
    connection.prepare_cached(KEEP_SIGN_IN)?.execute(values)?;
    Ok(true)
}

/// The statements of this file that run beside people's requests.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[
    DEAD_MESSAGES,
    OLD_CHALLENGES,
    OLD_SESSIONS,
    OLD_MESSAGES,
    DELETE_CHALLENGE,
    DELETE_MESSAGE,
    DELETE_SESSION,
    KEEP_SIGN_IN,
];
