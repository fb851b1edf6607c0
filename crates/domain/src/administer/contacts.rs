//! A signed-in person gives the account another address or number.

use std::time::Duration;

use crate::challenge::{ChallengeHandle, Purpose, Subject};
use crate::codes::{Guess, Refusal, RequestCode, Requested, guess, notice, request_code};
use crate::identifier::Identifier;
use crate::message::MessageKind;
use crate::ports::{Addressee, Effect, Redeemed, Redemption};
use crate::session::SignedIn;
use crate::{Domain, Fault, Visitor};

/// How long after a sign-in a contact may be changed: a session that was left open, or taken, must not be enough to move the
/// account to somebody else's address for good (ASVS 5.0 7.5.1).
pub const FRESH: Duration = Duration::from_mins(10);

/// What came of asking for a change of contact.
#[derive(Clone, Debug)]
pub enum ContactChangeRequest {
    /// A code is on its way to the new contact, or to nobody; see [`Requested`].
    Requested(Requested),
    /// The session is older than [`FRESH`]: the person must sign in again first. Nothing was sent.
    SignInAgain,
}

/// Whether the sign-in of this session is fresh enough to change a contact.
pub fn is_fresh(domain: &Domain, who: &SignedIn) -> bool {
    domain.clock.now().since(who.session.created_at) < FRESH
}

/// Sends a code to the new contact. Where another account holds it, that account's owner is told instead, and no code
/// is right.
///
/// # Errors
/// When the store or the source of randomness fails; nothing was sent then.
pub async fn request_contact_change(
    domain: &Domain,
    who: &SignedIn,
    identifier: Identifier,
    pending: Option<ChallengeHandle>,
    language: String,
    visitor: Visitor,
) -> Result<ContactChangeRequest, Fault> {
    if !is_fresh(domain, who) {
        return Ok(ContactChangeRequest::SignInAgain);
    }
    let (purpose, addressee) = (Purpose::NewContact, Addressee::NewContactOf(who.account.id));
    let input = RequestCode { purpose, addressee, identifier, pending, language, visitor };
    Ok(ContactChangeRequest::Requested(request_code(domain, input).await?))
}

/// What came of the code for a new contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactChange {
    /// The account holds the contact; the old ones were told, and every other session ended.
    Done,
    /// The code does nothing.
    Refused(Refusal),
}

/// Guesses, then gives the signed-in account the proven contact and tells the old ones.
///
/// # Errors
/// When the store or the source of randomness fails; nothing is changed then.
pub async fn confirm_contact_change(
    domain: &Domain,
    who: &SignedIn,
    handle: &ChallengeHandle,
    typed: &str,
    language: &str,
    visitor: &Visitor,
) -> Result<ContactChange, Fault> {
    let spent = match guess(domain, visitor, handle, &Purpose::NewContact, typed).await? {
        Guess::Right { subject: Subject::Account(id), spent } if id == who.account.id => spent,
        // Another person signed in in this browser since: the code was for the one before.
        Guess::Right { .. } => return Ok(ContactChange::Refused(Refusal::Gone)),
        Guess::Refused(refusal) => return Ok(ContactChange::Refused(refusal)),
    };
    let now = domain.clock.now();
    let old = who.account.profile.contacts();
    let notices = old.map(|contact| notice(domain, &contact, MessageKind::ContactChanged, language, now));
    let notices = notices.collect::<Result<_, _>>()?;
    let effect = Effect::ChangeContact { keep: who.session.id, notices };
    let redemption = Redemption { effect, spent, trail: visitor.trail() };
    Ok(match domain.ports.challenges.redeem(handle.id, redemption, now).await? {
        Redeemed::Done { .. } => {
            domain.ports.bell.ring();
            tracing::debug!(account = %who.account.id, "contact changed");
            ContactChange::Done
        }
        Redeemed::AlreadyVerified => ContactChange::Refused(Refusal::AlreadyUsed),
        Redeemed::Refused => ContactChange::Refused(Refusal::Gone),
    })
}
