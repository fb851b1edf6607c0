//! A person asks for a code.

use super::{Fault, draw_up};
use crate::Domain;
use crate::account::AccountId;
use crate::challenge::ChallengeHandle;
use crate::identifier::Identifier;

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
/// A browser that asks again for the contact it has pending, before the cooldown is over, is given its pending
/// challenge back: a doubly pressed button sends one message.
///
/// # Errors
/// When the store or the source of randomness fails; nothing was sent then.
pub async fn request_code(domain: &Domain, input: RequestCode) -> Result<Requested, Fault> {
    let now = domain.clock.now();
    if let Some(handle) = &input.pending
        && let Some(pending) = domain.ports.challenges.find(handle.id).await?
        && pending.belongs_to(handle)
        && !pending.is_over()
        && pending.challenge.identifier == input.identifier
        && now < pending.challenge.resend_at
    {
        return Ok(Requested { handle: handle.clone(), account_id: None, repeated: true });
    }
    let (handle, issue) = draw_up(domain, &input.identifier, &input.language, 0, now)?;
    let issued = domain.ports.challenges.issue(issue).await?;
    domain.ports.bell.ring();
    tracing::debug!(challenge = %handle.id, contact = %input.identifier.masked(), known = issued.account_id.is_some(), "code requested");
    Ok(Requested { handle, account_id: issued.account_id, repeated: false })
}
