//! A back end has a code sent.

use super::read::find_verification;
use crate::challenge::{ChallengeHandle, Purpose, VerificationType};
use crate::codes::{SendCode, Sent, replay_of, send_code};
use crate::identifier::Identifier;
use crate::ports::{Addressee, Once};
use crate::{Domain, Fault, Visitor};

/// What is asked.
#[derive(Clone, Debug)]
pub struct SendVerification {
    /// Where the code shall go.
    pub identifier: Identifier,
    /// What the caller verifies for.
    pub kind: VerificationType,
    /// The language to write in.
    pub language: String,
    /// Another code is wanted although the last one is fresh: [`Sent::TooSoon`] is then an answer.
    pub again: bool,
    /// The caller's own name for this request.
    pub once: Option<Once>,
    /// Who asks.
    pub visitor: Visitor,
}

/// Sends a code, unless the last one for this contact and type is so fresh that it still stands.
///
/// # Errors
/// When the store or the source of randomness fails; nothing was sent then.
pub async fn send_verification(domain: &Domain, input: SendVerification) -> Result<Sent, Fault> {
    let SendVerification { identifier, kind, language, again, once, visitor } = input;
    let (purpose, addressee) = (Purpose::Verification(kind), Addressee::Anyone);
    send_code(domain, SendCode { purpose, addressee, identifier, language, again, once, visitor }).await
}

/// Sends another code for a verification. `None` when there is no such verification, or it was verified or cancelled.
///
/// # Errors
/// When the store or the source of randomness fails; the old code stands then.
pub async fn resend_verification(
    domain: &Domain,
    handle: &ChallengeHandle,
    language: String,
    once: Option<Once>,
    visitor: Visitor,
) -> Result<Option<Sent>, Fault> {
    let Some(found) = find_verification(domain, handle).await? else { return Ok(None) };
    let (purpose, addressee) = (Purpose::Verification(found.kind), Addressee::Anyone);
    let keyed = once.is_some();
    let input = SendCode { purpose, addressee, identifier: found.identifier, language, again: true, once, visitor };
    match (found.standing.is_final(), keyed) {
        (false, _) => send_code(domain, input).await.map(Some),
        // It may be this very request, made again, that brought it to an end.
        (true, true) => replay_of(domain, input).await,
        (true, false) => Ok(None),
    }
}
