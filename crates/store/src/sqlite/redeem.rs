//! Using a rightly guessed code: challenge and effect in one step.

use otpd_domain::Timestamp;
use otpd_domain::audit::{AuditEvent, NewAuditEntry};
use otpd_domain::challenge::{ChallengeId, Subject};
use otpd_domain::identifier::Identifier;
use otpd_domain::ports::{Effect, Redeemed, Redemption};
use rusqlite::{Connection, Result};

use super::audit::insert_entry;
use super::blocks::note_typed;
use super::effects::settle;
use super::guesses::give_back;
use super::reserved::Seen;
use super::standing::{Standing, mark_verified, mark_verified_if_unmarked, note_dead, undo_verified};
use crate::rules::Fate;

/// Does it inside the open transaction. `seen` is what is remembered of the code, if anything is.
pub(super) fn redeem(
    connection: &Connection,
    (id, seen): (ChallengeId, Option<Seen>),
    redemption: &Redemption,
    now: Timestamp,
) -> Result<Redeemed> {
    if let Some(seen) = seen.filter(|seen| seen.is_alive(now))
        && mark_verified_if_unmarked(connection, id, now)?
    {
        let used = Used { subject: seen.subject, contact: &seen.contact, sent_at: seen.sent_at };
        let redeemed = use_code(connection, &used, redemption, now)?;
        if !matches!(redeemed, Redeemed::Done { .. }) {
            undo_verified(connection, id)?;
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
        mark_verified(connection, id, now)?;
    }
    Ok(redeemed)
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
