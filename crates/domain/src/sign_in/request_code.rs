//! A person asks for a code.

use super::{Fault, draw_up};
use crate::Domain;
use crate::account::AccountId;
use crate::challenge::{ChallengeHandle, PendingChallenge};
use crate::clock::Timestamp;
use crate::identifier::Identifier;
use crate::ports::Reissued;

/// What is asked.
#[derive(Clone, Debug)]
pub struct RequestCode {
    /// Where the code shall go.
    pub identifier: Identifier,
    /// The challenge this browser has pending, if any.
    pub pending: Option<ChallengeHandle>,
    /// The language of the browser.
    pub language: String,
}

/// What came of it. Pages must answer both the same way.
#[derive(Clone, Debug)]
pub struct Requested {
    /// For the browser's cookie.
    pub handle: ChallengeHandle,
    /// The account the code is for; only callers that may know who is a customer may look.
    pub account_id: Option<AccountId>,
    /// The browser had asked for the same contact a moment ago: its code still stands and no other was sent.
    pub repeated: bool,
}

/// Issues a challenge and puts its message into the outbox, in one commit, whether or not anybody has the contact.
///
/// A browser that asks again for the contact it has pending is given its pending challenge back while the cooldown
/// lasts: coming back to the form and pressing the button sends nothing. Later it is the same as asking for
/// another code: the old one dies, and the next cooldown is the longer one.
///
/// # Errors
/// When the store or the source of randomness fails; nothing was sent then.
pub async fn request_code(domain: &Domain, input: RequestCode) -> Result<Requested, Fault> {
    let now = domain.clock.now();
    let requested = if let Some(requested) = again(domain, &input, now).await? {
        requested
    } else {
        let (handle, issue) = draw_up(domain, &input.identifier, &input.language, 0, now)?;
        let issued = domain.ports.challenges.issue(issue).await?;
        Requested { handle, account_id: issued.account_id, repeated: false }
    };
    if !requested.repeated {
        domain.ports.bell.ring();
        let (contact, known) = (input.identifier.masked(), requested.account_id.is_some());
        tracing::debug!(challenge = %requested.handle.id, %contact, known, "code requested");
    }
    Ok(requested)
}

/// The browser's pending challenge for the same contact: given back, or replaced. `None` when there is none.
async fn again(domain: &Domain, input: &RequestCode, now: Timestamp) -> Result<Option<Requested>, Fault> {
    let challenges = &domain.ports.challenges;
    let Some(old) = &input.pending else { return Ok(None) };
    let found = challenges.find(old.id).await?;
    let usable = |pending: &PendingChallenge| {
        pending.belongs_to(old) && !pending.is_over() && pending.challenge.identifier == input.identifier
    };
    let Some(pending) = found.filter(usable) else { return Ok(None) };
    let repeated = Requested { handle: old.clone(), account_id: None, repeated: true };
    if now < pending.challenge.resend_at {
        return Ok(Some(repeated));
    }
    let resends = pending.challenge.resends.saturating_add(1);
    let (handle, issue) = draw_up(domain, &input.identifier, &input.language, resends, now)?;
    Ok(match challenges.reissue(old, issue, now).await? {
        Reissued::Done(issued) => Some(Requested { handle, account_id: issued.account_id, repeated: false }),
        Reissued::TooSoon { .. } => Some(repeated),
        Reissued::Gone => None,
    })
}
