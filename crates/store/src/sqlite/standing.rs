//! Where a challenge stands: the one place that decides whether it may be guessed, used or replaced.

use otpd_domain::Timestamp;
use otpd_domain::account::{AccountId, RegistrationId};
use otpd_domain::challenge::{ChallengeHandle, ChallengeId, Purpose, Subject};
use otpd_domain::identifier::Identifier;
use otpd_domain::keys::{KeyId, Mac256};
use otpd_domain::message::MessageId;
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use super::columns::{channel, instant, word};
use crate::rules::{Fate, Marks};

/// A handle, hashed before it reaches the writer, whose time is dear.
pub(super) struct Presented {
    pub(super) id: ChallengeId,
    secret_hash: [u8; 32],
}

impl Presented {
    /// Hashes the handle's secret.
    pub(super) fn of(handle: &ChallengeHandle) -> Self {
        Self { id: handle.id, secret_hash: handle.secret_hash() }
    }
}

/// Where a challenge stands: what decides whether it may be guessed, used or replaced.
pub(super) struct Standing {
    secret_hash: [u8; 32],
    pub(super) subject: Subject,
    pub(super) purpose: Purpose,
    pub(super) identifier: Identifier,
    pub(super) verifier: Mac256,
    pub(super) attempts: u32,
    pub(super) max_attempts: u32,
    pub(super) resend_at: Timestamp,
    pub(super) message_id: MessageId,
    pub(super) created_at: Timestamp,
    /// Whether nobody can guess the code.
    pub(super) long: bool,
    pub(super) marks: Marks,
}

impl Standing {
    /// Reads it. The writer alone writes, so it stands until the end of the operation.
    pub(super) fn read(connection: &Connection, id: ChallengeId) -> Result<Option<Self>> {
        let mut statement = connection.prepare_cached(STANDING)?;
        let read = statement.query_row([id.as_bytes()], |row| {
            let purpose = word(row, 11, Purpose::from_word)?;
            Ok(Self {
                secret_hash: row.get(0)?,
                subject: subject(row, 1, &purpose)?,
                verifier: Mac256 { key_id: KeyId(row.get(3)?), bytes: row.get(4)? },
                attempts: row.get(5)?,
                max_attempts: row.get(6)?,
                resend_at: instant(row, 8)?,
                message_id: MessageId::from_bytes(row.get(9)?),
                created_at: instant(row, 16)?,
                long: row.get(17)?,
                marks: Marks {
                    expires_at: instant(row, 7)?,
                    verified: row.get(10)?,
                    superseded: row.get(14)?,
                    found_dead: row.get(15)?,
                },
                purpose,
                identifier: Identifier::from_stored(channel(row, 12)?, row.get(13)?),
            })
        });
        read.optional()
    }

    /// What became of it by `now`.
    pub(super) fn fate(&self, now: Timestamp) -> Fate {
        self.marks.fate(now)
    }

    /// Whether it is the one the handle was given out for.
    pub(super) fn is_of(&self, presented: &Presented) -> bool {
        // Hashes of random secrets: how many bytes agree helps nobody to find the secret, so no need for constant time.
        self.secret_hash == presented.secret_hash
    }
}

const STANDING: &str = "SELECT secret_hash, account_id, registration_id, verifier_key, verifier, attempts, \
     max_attempts, expires_at, resend_at, message_id, verified_at IS NOT NULL, purpose, channel, identifier, \
     superseded_at IS NOT NULL, found_dead_at IS NOT NULL, created_at, long FROM challenges WHERE id = ?1";

/// Whom a challenge is about, from its columns `account_id` and `registration_id`, which lie side by side.
pub(super) fn subject(row: &Row<'_>, index: usize, purpose: &Purpose) -> Result<Subject> {
    if matches!(purpose, Purpose::Verification(_)) {
        return Ok(Subject::Anyone);
    }
    let account = row.get::<_, Option<i64>>(index)?.map(|id| Subject::Account(AccountId(id)));
    let registration = row.get::<_, Option<i64>>(index + 1)?.map(|id| Subject::Registration(RegistrationId(id)));
    Ok(account.or(registration).unwrap_or(Subject::Nobody))
}

/// The same for the figures: whether the row of `challenges` in sight is about anybody.
macro_rules! is_for_somebody {
    () => {
        "(account_id IS NOT NULL OR registration_id IS NOT NULL OR purpose LIKE 'verification:%')"
    };
}
pub(super) use is_for_somebody;

const NOTE_DEAD: &str = "UPDATE challenges SET found_dead_at = ?2 WHERE id = ?1";

/// Remembers that a challenge was seen expired: it stays so should the clock be set back.
pub(super) fn note_dead(connection: &Connection, id: ChallengeId, standing: &Standing, now: Timestamp) -> Result<()> {
    if standing.marks.found_dead {
        return Ok(());
    }
    connection.prepare_cached(NOTE_DEAD)?.execute(params![id.as_bytes(), now.as_millis()]).map(|_| ())
}

const VERIFIED: &str = "UPDATE challenges SET verified_at = ?2 WHERE id = ?1";
/// No mark of [`Marks`] but the time.
const VERIFIED_IF_UNMARKED: &str = "UPDATE challenges SET verified_at = ?2 \
     WHERE id = ?1 AND verified_at IS NULL AND superseded_at IS NULL AND found_dead_at IS NULL";
const UNDO_VERIFIED: &str = "UPDATE challenges SET verified_at = NULL WHERE id = ?1";

/// Marks a challenge as used.
pub(super) fn mark_verified(connection: &Connection, id: ChallengeId, now: Timestamp) -> Result<()> {
    connection.prepare_cached(VERIFIED)?.execute(params![id.as_bytes(), now.as_millis()]).map(|_| ())
}

/// The same if it bears no mark at all. False when it does, or is gone.
pub(super) fn mark_verified_if_unmarked(connection: &Connection, id: ChallengeId, now: Timestamp) -> Result<bool> {
    Ok(connection.prepare_cached(VERIFIED_IF_UNMARKED)?.execute(params![id.as_bytes(), now.as_millis()])? > 0)
}

/// Takes that mark away in the step that made it.
pub(super) fn undo_verified(connection: &Connection, id: ChallengeId) -> Result<()> {
    connection.prepare_cached(UNDO_VERIFIED)?.execute([id.as_bytes()]).map(|_| ())
}

/// The statements of this file that people wait for.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[STANDING, NOTE_DEAD, VERIFIED, VERIFIED_IF_UNMARKED, UNDO_VERIFIED];
