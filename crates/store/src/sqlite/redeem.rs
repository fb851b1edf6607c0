//! Using a rightly guessed code: challenge and effect in one step.

use otpd_domain::Timestamp;
use otpd_domain::audit::{AuditEvent, NewAuditEntry};
use otpd_domain::challenge::{ChallengeId, Subject};
use otpd_domain::identifier::Identifier;
use otpd_domain::ports::{Effect, Redeemed, Redemption};
use rusqlite::{Connection, Result, params};

use super::audit::insert_entry;
use super::blocks::note_typed;
use super::effects::settle;
use super::guesses::give_back;
use super::reserved::Seen;
use super::standing::{Standing, note_dead};
use crate::rules::Fate;

/// Does it inside the open transaction. `seen` is what is remembered of the code, if anything is.
pub(super) fn redeem(
    connection: &Connection,
    (id, seen): (ChallengeId, Option<Seen>),
    redemption: &Redemption,
    now: Timestamp,
) -> Result<Redeemed> {
    if let Some(seen) = seen.filter(|seen| seen.is_alive(now))
        && mark_unmarked(connection, id, now)?
    {
        let used = Used { subject: seen.subject, contact: &seen.contact, sent_at: seen.sent_at };
        let redeemed = use_code(connection, &used, redemption, now)?;
        if !matches!(redeemed, Redeemed::Done { .. }) {
            connection.prepare_cached(UNMARK)?.execute([id.as_bytes()])?;
        }
        return Ok(redeemed);
    }
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
    let used = Used { subject: standing.subject, contact: &standing.identifier, sent_at: standing.created_at };
    let redeemed = use_code(connection, &used, redemption, now)?;
    if matches!(redeemed, Redeemed::Done { .. }) {
        connection.prepare_cached(MARK_VERIFIED)?.execute(params![id.as_bytes(), now.as_millis()])?;
    }
    Ok(redeemed)
}

const MARK_VERIFIED: &str = "UPDATE challenges SET verified_at = ?2 WHERE id = ?1";
const UNMARK: &str = "UPDATE challenges SET verified_at = NULL WHERE id = ?1";
const MARK_UNMARKED: &str = "UPDATE challenges SET verified_at = ?2 \
     WHERE id = ?1 AND verified_at IS NULL AND superseded_at IS NULL AND found_dead_at IS NULL";

/// Marks a code as used that bears no mark at all. False when it bears one, or is gone.
fn mark_unmarked(connection: &Connection, id: ChallengeId, now: Timestamp) -> Result<bool> {
    Ok(connection.prepare_cached(MARK_UNMARKED)?.execute(params![id.as_bytes(), now.as_millis()])? > 0)
}

/// A code that is used, wherever it is kept.
pub(super) struct Used<'c> {
    /// Whom it is about.
    pub(super) subject: Subject,
    /// The contact it proves.
    pub(super) contact: &'c Identifier,
    /// When it was sent.
    pub(super) sent_at: Timestamp,
}

/// Commits the effect of a code, or refuses it; with the effect goes what its use gives back, counts and notes.
pub(super) fn use_code(
    connection: &Connection,
    used: &Used<'_>,
    redemption: &Redemption,
    now: Timestamp,
) -> Result<Redeemed> {
    let redeemed = settle(connection, used.subject, used.contact, &redemption.effect, now)?;
    let Redeemed::Done { account, .. } = redeemed else { return Ok(redeemed) };
    if let Some(spent) = &redemption.spent {
        give_back(connection, spent)?;
    }
    note_typed(connection, used.contact, used.sent_at)?;
    if let Some(event) = event_of(&redemption.effect) {
        let entry = NewAuditEntry::new(event, redemption.trail.clone()).of_contact(used.contact);
        insert_entry(connection, &NewAuditEntry { account, ..entry }, 1, now)?;
    }
    Ok(redeemed)
}

/// What the audit trail calls an effect. What is verified for another back end is that one's own affair.
fn event_of(effect: &Effect) -> Option<AuditEvent> {
    match effect {
        Effect::Verify => None,
        Effect::OpenSession { .. } => Some(AuditEvent::SignedIn),
        Effect::Activate { .. } => Some(AuditEvent::Activated),
        Effect::SetPassword { .. } => Some(AuditEvent::PasswordSet),
        Effect::ChangeContact { .. } => Some(AuditEvent::ContactChanged),
    }
}

/// The statements of this file that people wait for.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[MARK_VERIFIED, UNMARK, MARK_UNMARKED];
