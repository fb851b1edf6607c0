//! A back end hands in the code that somebody typed.

use crate::challenge::{ChallengeHandle, Purpose, VerificationType};
use crate::codes::{Guess, Refusal, guess};
use crate::identifier::Identifier;
use crate::ports::{Effect, Redeemed, Redemption};
use crate::{Domain, Fault, Visitor};

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// Right: the contact is proven, and the code used.
    Verified,
    /// The code does nothing.
    Refused(Refusal),
}

/// Checks a code for the newest verification of that contact and type.
///
/// # Errors
/// When the store fails; nothing is verified then.
pub async fn check_by_contact(
    domain: &Domain,
    identifier: &Identifier,
    kind: VerificationType,
    typed: &str,
    visitor: &Visitor,
) -> Result<Checked, Fault> {
    let purpose = Purpose::Verification(kind);
    let latest = domain.ports.challenges.latest(&purpose, identifier).await?;
    match latest.and_then(|latest| ChallengeHandle::of(&domain.keys, &latest.challenge)) {
        Some(handle) => check(domain, visitor, &handle, &purpose, typed).await,
        None => Ok(Checked::Refused(Refusal::Gone)),
    }
}

/// Checks a code for the verification of that handle.
///
/// # Errors
/// When the store fails; nothing is verified then.
pub async fn check_by_handle(
    domain: &Domain,
    handle: &ChallengeHandle,
    typed: &str,
    visitor: &Visitor,
) -> Result<Checked, Fault> {
    match super::find_verification(domain, handle).await? {
        Some(found) => check(domain, visitor, handle, &Purpose::Verification(found.kind), typed).await,
        None => Ok(Checked::Refused(Refusal::Gone)),
    }
}

async fn check(
    domain: &Domain,
    visitor: &Visitor,
    handle: &ChallengeHandle,
    purpose: &Purpose,
    typed: &str,
) -> Result<Checked, Fault> {
    let spent = match guess(domain, visitor, handle, purpose, typed).await? {
        Guess::Right { spent, .. } => spent,
        Guess::Refused(refusal) => return Ok(Checked::Refused(refusal)),
    };
    let redemption = Redemption { effect: Effect::Verify, spent, trail: visitor.trail() };
    let redeemed = domain.ports.challenges.redeem(handle.id, redemption, domain.clock.now()).await?;
    Ok(match redeemed {
        Redeemed::Done { .. } => {
            tracing::debug!(challenge = %handle.id, purpose = %purpose.word(), "verified for a caller");
            Checked::Verified
        }
        Redeemed::AlreadyVerified => Checked::Refused(Refusal::AlreadyUsed),
        Redeemed::Refused => Checked::Refused(Refusal::Gone),
    })
}
