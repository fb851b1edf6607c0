//! Where a challenge stands: the one place that decides whether it may be guessed, used or replaced.

use otpd_domain::Timestamp;
use otpd_domain::account::AccountId;
use otpd_domain::challenge::{ChallengeHandle, ChallengeId};
use otpd_domain::keys::{KeyId, Mac256};
use otpd_domain::message::MessageId;
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::columns::instant;

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
    pub(super) account_id: Option<AccountId>,
    pub(super) verifier: Mac256,
    pub(super) attempts: u32,
    pub(super) max_attempts: u32,
    expires_at: Timestamp,
    pub(super) resend_at: Timestamp,
    pub(super) message_id: MessageId,
    verified: bool,
    superseded: bool,
    found_dead: bool,
}

/// What became of a challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Alive,
    Verified,
    Superseded,
    Expired,
}

impl Standing {
    /// Reads it. The writer alone writes, so it stands until the end of the operation.
    pub(super) fn read(connection: &Connection, id: ChallengeId) -> Result<Option<Self>> {
        let mut statement = connection.prepare_cached(STANDING)?;
        let read = statement.query_row([id.as_bytes()], |row| {
            Ok(Self {
                secret_hash: row.get(0)?,
                account_id: row.get::<_, Option<i64>>(1)?.map(AccountId),
                verifier: Mac256 { key_id: KeyId(row.get(2)?), bytes: row.get(3)? },
                attempts: row.get(4)?,
                max_attempts: row.get(5)?,
                expires_at: instant(row, 6)?,
                resend_at: instant(row, 7)?,
                message_id: MessageId::from_bytes(row.get(8)?),
                verified: row.get(9)?,
                superseded: row.get(10)?,
                found_dead: row.get(11)?,
            })
        });
        read.optional()
    }

    /// What became of it by `now`.
    pub(super) fn fate(&self, now: Timestamp) -> Fate {
        if self.superseded {
            Fate::Superseded
        } else if self.verified {
            Fate::Verified
        } else if self.found_dead || now >= self.expires_at {
            Fate::Expired
        } else {
            Fate::Alive
        }
    }

    /// Whether it is the one the handle was given out for.
    pub(super) fn is_of(&self, presented: &Presented) -> bool {
        // Hashes of random secrets: how many bytes agree helps nobody to find the secret, so no need for constant time.
        self.secret_hash == presented.secret_hash
    }
}

const STANDING: &str = "SELECT secret_hash, account_id, verifier_key, verifier, attempts, max_attempts, expires_at, \
     resend_at, message_id, verified_at IS NOT NULL, superseded_at IS NOT NULL, found_dead_at IS NOT NULL \
     FROM challenges WHERE id = ?1";

const NOTE_DEAD: &str = "UPDATE challenges SET found_dead_at = ?2 WHERE id = ?1";

/// Remembers that a challenge was seen expired: it stays so should the clock be set back.
pub(super) fn note_dead(connection: &Connection, id: ChallengeId, standing: &Standing, now: Timestamp) -> Result<()> {
    if standing.found_dead {
        return Ok(());
    }
    connection.prepare_cached(NOTE_DEAD)?.execute(params![id.as_bytes(), now.as_millis()]).map(|_| ())
}

/// The statements of this file that people wait for.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[STANDING, NOTE_DEAD];
