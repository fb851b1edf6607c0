//! A back end looks at a verification.

use crate::challenge::{ChallengeHandle, PendingChallenge, Purpose, VerificationType};
use crate::clock::Timestamp;
use crate::codes::{Standing, find_own};
use crate::identifier::Identifier;
use crate::message::{DeliveryNews, DeliveryState};
use crate::{Domain, Fault};

/// A verification as its caller sees it.
#[derive(Clone, Debug)]
pub struct Verification {
    /// Where the code went.
    pub identifier: Identifier,
    /// What the caller verifies for.
    pub kind: VerificationType,
    /// Where it stands.
    pub standing: Standing,
    /// When the code was sent.
    pub created_at: Timestamp,
    /// From when on the code is dead.
    pub expires_at: Timestamp,
    /// From when on another one may be asked for.
    pub resend_at: Timestamp,
    /// When it was verified, if it was.
    pub verified_at: Option<Timestamp>,
    /// Guesses left.
    pub attempts_left: u32,
    /// What became of the message.
    pub delivery: DeliveryNews,
}

/// The verification of that handle, if there is one.
///
/// # Errors
/// When the store fails.
pub async fn find_verification(domain: &Domain, handle: &ChallengeHandle) -> Result<Option<Verification>, Fault> {
    let now = domain.clock.now();
    Ok(find_own(domain, handle).await?.and_then(|pending| as_verification(pending, now)))
}

fn as_verification(pending: PendingChallenge, now: Timestamp) -> Option<Verification> {
    let standing = Standing::of(&pending, now);
    let attempts_left = pending.attempts_left();
    let Purpose::Verification(kind) = pending.challenge.purpose else { return None };
    Some(Verification {
        identifier: pending.challenge.identifier,
        kind,
        standing,
        created_at: pending.challenge.created_at,
        expires_at: pending.challenge.expires_at,
        resend_at: pending.challenge.resend_at,
        verified_at: pending.verified_at,
        attempts_left,
        // No account is looked up, so there is nothing that this could tell of one.
        delivery: pending.delivery.map_or(DeliveryNews::Sent, DeliveryState::news),
    })
}
