//! Live codes.

use std::ops::ControlFlow::{self, Break, Continue};

use async_trait::async_trait;
use otpd_domain::Timestamp;
use otpd_domain::challenge::{Challenge, ChallengeHandle, ChallengeId, PendingChallenge, Purpose};
use otpd_domain::identifier::Identifier;
use otpd_domain::keys::{KeyId, Mac256};
use otpd_domain::message::MessageId;
use otpd_domain::ports::{
    ChallengeStore, GuessBudget, Issue, Issued, Redeemed, Redemption, Registered, Reissued, Reservation, StoreError,
};
use otpd_domain::register::NewRegistration;
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use super::columns::{channel, instant, maybe_instant, word};
use super::guesses::take_guess;
use super::outbox::delivery_state;
use super::reserved::Seen;
use super::spent::SpentUntil;
use super::standing::{Presented, Standing, note_dead, subject};
use super::{SqliteStore, issue, redeem};
use crate::rules::Fate;

#[async_trait]
impl ChallengeStore for SqliteStore {
    async fn issue(&self, issue: Issue, now: Timestamp) -> Result<Issued, StoreError> {
        let sends = self.sends();
        self.write(move |connection| issue::issue(connection, &sends, &issue, now)).await
    }

    async fn reissue(&self, old: &ChallengeHandle, issue: Issue, now: Timestamp) -> Result<Reissued, StoreError> {
        let (presented, sends) = (Presented::of(old), self.sends());
        self.write(move |connection| issue::reissue(connection, &sends, &presented, &issue, now)).await
    }

    async fn register(
        &self,
        registration: NewRegistration,
        issues: Vec<Issue>,
        now: Timestamp,
    ) -> Result<Registered, StoreError> {
        let sends = self.sends();
        self.write(move |connection| issue::register(connection, &sends, &registration, &issues, now)).await
    }

    async fn find(&self, id: ChallengeId) -> Result<Option<PendingChallenge>, StoreError> {
        self.read(|connection| find(connection, id))
    }

    async fn latest(&self, purpose: &Purpose, identifier: &Identifier) -> Result<Option<PendingChallenge>, StoreError> {
        self.read(|connection| latest(connection, purpose, identifier))
    }

    async fn reserve_guess(
        &self,
        handle: &ChallengeHandle,
        purpose: &Purpose,
        budget: &GuessBudget,
        now: Timestamp,
    ) -> Result<Reservation, StoreError> {
        let (presented, purpose, budget) = (Presented::of(handle), purpose.clone(), budget.clone());
        let (reserved, spent_until) = (self.reserved(), self.spent_until());
        self.write(move |connection| {
            let standing = match count_guess(connection, &presented, &purpose, now)? {
                Continue(standing) => standing,
                Break(refusal) => return Ok(refusal),
            };
            let seen = Seen::of(&standing);
            let reservation = take_from_budget(connection, standing, &budget, now, &spent_until)?;
            if matches!(reservation, Reservation::Reserved { .. }) {
                reserved.remember(presented.id, seen, now);
            }
            Ok(reservation)
        })
        .await
    }

    async fn redeem(&self, id: ChallengeId, redemption: Redemption, now: Timestamp) -> Result<Redeemed, StoreError> {
        let reserved = self.reserved();
        self.write(move |connection| redeem::redeem(connection, (id, reserved.take(id)), &redemption, now)).await
    }

    async fn cancel(&self, handle: &ChallengeHandle, now: Timestamp) -> Result<bool, StoreError> {
        let presented = Presented::of(handle);
        self.write(move |connection| cancel(connection, &presented, now)).await
    }
}

const COUNT_GUESS: &str = "UPDATE challenges SET attempts = attempts + 1 WHERE id = ?1";

/// Counts a guess, and says where the code stood before it; or says why none may be made.
fn count_guess(
    connection: &Connection,
    presented: &Presented,
    purpose: &Purpose,
    now: Timestamp,
) -> Result<ControlFlow<Reservation, Standing>> {
    let standing = Standing::read(connection, presented.id)?;
    let standing = standing.filter(|standing| standing.is_of(presented) && standing.purpose == *purpose);
    let Some(standing) = standing else { return Ok(Break(Reservation::Gone)) };
    Ok(match standing.fate(now) {
        Fate::Superseded => Break(Reservation::Gone),
        Fate::Verified => Break(Reservation::AlreadyVerified),
        Fate::Expired => {
            note_dead(connection, presented.id, &standing, now)?;
            Break(Reservation::Expired)
        }
        Fate::Alive if standing.attempts >= standing.max_attempts => Break(Reservation::Exhausted),
        Fate::Alive => {
            connection.prepare_cached(COUNT_GUESS)?.execute([presented.id.as_bytes()])?;
            Continue(standing)
        }
    })
}

/// The guess is counted; it may be compared if the budget has room, or if it is at a long code.
fn take_from_budget(
    connection: &Connection,
    standing: Standing,
    budget: &GuessBudget,
    now: Timestamp,
    spent_until: &SpentUntil,
) -> Result<Reservation> {
    let account = standing.purpose.account_sent_to(standing.subject);
    let attempts_left = standing.max_attempts - standing.attempts - 1;
    let Standing { verifier, subject, identifier: contact, .. } = standing;
    let taken = if standing.long {
        Ok(None)
    } else {
        take_guess(connection, (&contact, account), budget, now, spent_until)?.map(Some)
    };
    Ok(match taken {
        Ok(spent) => Reservation::Reserved { verifier, subject, attempts_left, contact, spent },
        Err(over) => Reservation::OverBudget { over, contact, attempts_left },
    })
}

fn cancel(connection: &Connection, presented: &Presented, now: Timestamp) -> Result<bool> {
    let standing = Standing::read(connection, presented.id)?.filter(|standing| standing.is_of(presented));
    let Some(standing) = standing.filter(|standing| standing.fate(now) == Fate::Alive) else { return Ok(false) };
    issue::supersede(connection, presented.id, standing.message_id, now)?;
    Ok(true)
}

/// The columns [`pending`] reads, in its order.
macro_rules! pending_columns {
    () => {
        "SELECT c.id, c.secret_hash, c.purpose, c.channel, c.identifier, c.verifier_key, c.verifier, c.created_at, \
         c.expires_at, c.max_attempts, c.resends, c.resend_at, c.message_id, c.attempts, c.verified_at, \
         c.superseded_at, c.found_dead_at, c.account_id, c.registration_id, m.id IS NOT NULL, m.outcome, m.tries, \
         m.deferred, c.long FROM challenges c LEFT JOIN outbox m ON m.id = c.message_id "
    };
}

const FIND: &str = concat!(pending_columns!(), "WHERE c.id = ?1");
const LATEST: &str = concat!(
    pending_columns!(),
    "WHERE c.identifier = ?1 AND c.purpose = ?2 AND c.turn IS NOT NULL ORDER BY c.turn DESC LIMIT 1"
);

fn find(connection: &Connection, id: ChallengeId) -> Result<Option<PendingChallenge>> {
    connection.prepare_cached(FIND)?.query_row([id.as_bytes()], pending).optional()
}

fn latest(connection: &Connection, purpose: &Purpose, identifier: &Identifier) -> Result<Option<PendingChallenge>> {
    let values = params![identifier.as_str(), purpose.word()];
    connection.prepare_cached(LATEST)?.query_row(values, pending).optional()
}

fn pending(row: &Row<'_>) -> Result<PendingChallenge> {
    let purpose = word(row, 2, Purpose::from_word)?;
    let expires_at = instant(row, 8)?;
    let subject = subject(row, 17, &purpose)?;
    let challenge = Challenge {
        id: ChallengeId::from_bytes(row.get(0)?),
        secret_hash: row.get(1)?,
        purpose,
        identifier: Identifier::from_stored(channel(row, 3)?, row.get(4)?),
        verifier: Mac256 { key_id: KeyId(row.get(5)?), bytes: row.get(6)? },
        created_at: instant(row, 7)?,
        expires_at: maybe_instant(row, 16)?.map_or(expires_at, |dead_at| dead_at.min(expires_at)),
        max_attempts: row.get(9)?,
        long: row.get(23)?,
        resends: row.get(10)?,
        resend_at: instant(row, 11)?,
        message_id: MessageId::from_bytes(row.get(12)?),
    };
    let in_outbox: bool = row.get(19)?;
    Ok(PendingChallenge {
        challenge,
        subject,
        attempts: row.get(13)?,
        verified_at: maybe_instant(row, 14)?,
        superseded_at: maybe_instant(row, 15)?,
        delivery: if in_outbox { Some(delivery_state(row, 20)?) } else { None },
    })
}

/// The statements of this file that people wait for.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[COUNT_GUESS, FIND, LATEST];
