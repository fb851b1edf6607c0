//! Live codes.

use async_trait::async_trait;
use otpd_domain::Timestamp;
use otpd_domain::account::AccountId;
use otpd_domain::challenge::{Challenge, ChallengeHandle, ChallengeId, PendingChallenge, Purpose};
use otpd_domain::identifier::Identifier;
use otpd_domain::keys::{KeyId, Mac256};
use otpd_domain::message::{MessageId, OutboxMessage};
use otpd_domain::ports::{ChallengeStore, Issue, Issued, Redeemed, Reissued, Reservation, StoreError};
use otpd_domain::session::{NewSession, SessionId};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::columns::{channel, instant, maybe_instant, word};
use super::outbox::{delivery_state, expire_message};
use super::standing::{Fate, Presented, Standing, note_dead};
use super::{SqliteStore, redeem};

#[async_trait]
impl ChallengeStore for SqliteStore {
    async fn issue(&self, issue: Issue) -> Result<Issued, StoreError> {
        self.write(move |connection| write_issue(connection, &issue)).await
    }

    async fn reissue(&self, old: &ChallengeHandle, issue: Issue, now: Timestamp) -> Result<Reissued, StoreError> {
        let presented = Presented::of(old);
        self.write(move |connection| replace(connection, &presented, &issue, now)).await
    }

    async fn find(&self, id: ChallengeId) -> Result<Option<PendingChallenge>, StoreError> {
        self.read(|connection| find(connection, id))
    }

    async fn reserve_guess(&self, handle: &ChallengeHandle, now: Timestamp) -> Result<Reservation, StoreError> {
        let presented = Presented::of(handle);
        self.write(move |connection| reserve(connection, &presented, now)).await
    }

    async fn redeem(
        &self,
        id: ChallengeId,
        session: NewSession,
        replaces: Option<SessionId>,
        now: Timestamp,
    ) -> Result<Redeemed, StoreError> {
        self.write(move |connection| redeem::redeem(connection, id, &session, replaces, now)).await
    }
}

const HOLDER_OF_EMAIL: &str = "SELECT id FROM accounts WHERE email = ?1 AND active";
const HOLDER_OF_PHONE: &str = "SELECT id FROM accounts WHERE phone = ?1 AND active";

const INSERT_CHALLENGE: &str = "INSERT INTO challenges (id, secret_hash, purpose, channel, identifier, account_id, \
     verifier_key, verifier, created_at, expires_at, max_attempts, resends, resend_at, message_id) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";

const INSERT_MESSAGE: &str = "INSERT INTO outbox (id, channel, account_id, withheld, sealed_key, sealed, created_at, \
     expires_at, due_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?7)";

/// The same two rows are written whether or not anybody has the contact.
fn write_issue(connection: &Connection, issue: &Issue) -> Result<Issued> {
    let account_id = holder(connection, &issue.challenge.identifier)?;
    insert_challenge(connection, &issue.challenge, account_id)?;
    insert_message(connection, &issue.message, account_id)?;
    Ok(Issued { account_id })
}

/// The active account that has the contact.
fn holder(connection: &Connection, identifier: &Identifier) -> Result<Option<AccountId>> {
    let sql = match identifier {
        Identifier::Email(_) => HOLDER_OF_EMAIL,
        Identifier::Phone(_) => HOLDER_OF_PHONE,
    };
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_row([identifier.as_str()], |row| row.get(0).map(AccountId)).optional()
}

fn insert_challenge(connection: &Connection, challenge: &Challenge, account_id: Option<AccountId>) -> Result<()> {
    let values = params![
        challenge.id.as_bytes(),
        challenge.secret_hash,
        challenge.purpose.as_str(),
        challenge.identifier.channel().as_str(),
        challenge.identifier.as_str(),
        account_id.map(|id| id.0),
        challenge.verifier.key_id.0,
        challenge.verifier.bytes,
        challenge.created_at.as_millis(),
        challenge.expires_at.as_millis(),
        challenge.max_attempts,
        challenge.resends,
        challenge.resend_at.as_millis(),
        challenge.message_id.as_bytes(),
    ];
    connection.prepare_cached(INSERT_CHALLENGE)?.execute(values).map(|_| ())
}

fn insert_message(connection: &Connection, message: &OutboxMessage, account_id: Option<AccountId>) -> Result<()> {
    let values = params![
        message.id.as_bytes(),
        message.channel.as_str(),
        account_id.map(|id| id.0),
        account_id.is_none(),
        message.sealed.key_id.0,
        message.sealed.bytes,
        message.created_at.as_millis(),
        message.expires_at.as_millis(),
    ];
    connection.prepare_cached(INSERT_MESSAGE)?.execute(values).map(|_| ())
}

const SUPERSEDE: &str = "UPDATE challenges SET superseded_at = ?2 WHERE id = ?1";

fn replace(connection: &Connection, old: &Presented, issue: &Issue, now: Timestamp) -> Result<Reissued> {
    let standing = Standing::read(connection, old.id)?.filter(|standing| standing.is_of(old));
    let Some(standing) = standing else { return Ok(Reissued::Gone) };
    if matches!(standing.fate(now), Fate::Verified | Fate::Superseded) {
        return Ok(Reissued::Gone);
    }
    if now < standing.resend_at {
        return Ok(Reissued::TooSoon { resend_at: standing.resend_at });
    }
    connection.prepare_cached(SUPERSEDE)?.execute(params![old.id.as_bytes(), now.as_millis()])?;
    expire_message(connection, standing.message_id, now)?;
    write_issue(connection, issue).map(Reissued::Done)
}

const COUNT_GUESS: &str = "UPDATE challenges SET attempts = attempts + 1 WHERE id = ?1";

fn reserve(connection: &Connection, presented: &Presented, now: Timestamp) -> Result<Reservation> {
    let standing = Standing::read(connection, presented.id)?.filter(|standing| standing.is_of(presented));
    let Some(standing) = standing else { return Ok(Reservation::Gone) };
    match standing.fate(now) {
        Fate::Superseded => Ok(Reservation::Gone),
        Fate::Verified => Ok(Reservation::AlreadyVerified),
        Fate::Expired => {
            note_dead(connection, presented.id, &standing, now)?;
            Ok(Reservation::Expired)
        }
        Fate::Alive if standing.attempts >= standing.max_attempts => Ok(Reservation::Exhausted),
        Fate::Alive => {
            connection.prepare_cached(COUNT_GUESS)?.execute([presented.id.as_bytes()])?;
            let attempts_left = standing.max_attempts - standing.attempts - 1;
            Ok(Reservation::Reserved { verifier: standing.verifier, account_id: standing.account_id, attempts_left })
        }
    }
}

const FIND: &str = "SELECT c.secret_hash, c.purpose, c.channel, c.identifier, c.verifier_key, c.verifier, \
     c.created_at, c.expires_at, c.max_attempts, c.resends, c.resend_at, c.message_id, c.attempts, c.verified_at, \
     c.superseded_at, m.id IS NOT NULL, m.outcome, m.tries, m.deferred, c.found_dead_at \
     FROM challenges c LEFT JOIN outbox m ON m.id = c.message_id WHERE c.id = ?1";

fn find(connection: &Connection, id: ChallengeId) -> Result<Option<PendingChallenge>> {
    let mut statement = connection.prepare_cached(FIND)?;
    let found = statement.query_row([id.as_bytes()], |row| {
        let expires_at = instant(row, 7)?;
        let challenge = Challenge {
            id,
            secret_hash: row.get(0)?,
            purpose: word(row, 1, Purpose::from_word)?,
            identifier: Identifier::from_stored(channel(row, 2)?, row.get(3)?),
            verifier: Mac256 { key_id: KeyId(row.get(4)?), bytes: row.get(5)? },
            created_at: instant(row, 6)?,
            expires_at: maybe_instant(row, 19)?.map_or(expires_at, |dead_at| dead_at.min(expires_at)),
            max_attempts: row.get(8)?,
            resends: row.get(9)?,
            resend_at: instant(row, 10)?,
            message_id: MessageId::from_bytes(row.get(11)?),
        };
        let in_outbox: bool = row.get(15)?;
        Ok(PendingChallenge {
            challenge,
            attempts: row.get(12)?,
            verified_at: maybe_instant(row, 13)?,
            superseded_at: maybe_instant(row, 14)?,
            delivery: if in_outbox { Some(delivery_state(row, 16)?) } else { None },
        })
    });
    found.optional()
}

/// The statements of this file that people wait for.
#[cfg(test)]
pub(super) const HOT: &[&str] =
    &[HOLDER_OF_EMAIL, HOLDER_OF_PHONE, INSERT_CHALLENGE, INSERT_MESSAGE, SUPERSEDE, COUNT_GUESS, FIND];
