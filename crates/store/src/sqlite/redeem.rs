//! Using a rightly guessed code: challenge and effect in one step.

use otpd_domain::Timestamp;
use otpd_domain::challenge::ChallengeId;
use otpd_domain::ports::{Effect, Redeemed};
use rusqlite::{Connection, Result, params};

use super::effects::settle;
use super::standing::{Standing, note_dead};
use crate::rules::Fate;

/// Does it inside the open transaction.
pub(super) fn redeem(connection: &Connection, id: ChallengeId, effect: &Effect, now: Timestamp) -> Result<Redeemed> {
    let Some(standing) = Standing::read(connection, id)? else { return Ok(Redeemed::Refused) };
    match standing.fate(now) {
        Fate::Alive => {}
        Fate::Verified => return Ok(Redeemed::AlreadyVerified),
        Fate::Superseded => return Ok(Redeemed::Refused),
        Fate::Expired => {
            note_dead(connection, id, &standing, now)?;
            return Ok(Redeemed::Refused);
        }
    }
    let redeemed = settle(connection, standing.subject, &standing.identifier, effect, now)?;
    if matches!(redeemed, Redeemed::Done { .. }) {
        connection.prepare_cached(MARK_VERIFIED)?.execute(params![id.as_bytes(), now.as_millis()])?;
    }
    Ok(redeemed)
}

const MARK_VERIFIED: &str = "UPDATE challenges SET verified_at = ?2 WHERE id = ?1";

/// The statements of this file that people wait for.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[MARK_VERIFIED];
