//! A person at a page asks for a code.

use super::pending::find_own;
use super::{Drawing, draw_up};
use crate::challenge::{ChallengeHandle, PendingChallenge, Purpose, Subject};
use crate::clock::Timestamp;
use crate::identifier::Identifier;
use crate::ports::{Addressee, Issue, Issued, Reissued};
use crate::{Domain, Fault};

/// What is asked.
#[derive(Clone, Debug)]
pub struct RequestCode {
    /// What the code shall be good for: sign-in, a new password, a new contact; a purpose that only handles find.
    pub purpose: Purpose,
    /// Whom it is meant for.
    pub addressee: Addressee,
    /// Where the code shall go.
    pub identifier: Identifier,
    /// The challenge this browser has pending, if any.
    pub pending: Option<ChallengeHandle>,
    /// The language of the browser.
    pub language: String,
}

/// What came of it. Pages must answer all the same way.
#[derive(Clone, Debug)]
pub struct Requested {
    /// For the browser's cookie.
    pub handle: ChallengeHandle,
    /// Whom the code is for; only callers that may know who is a customer may look. `None`: see `repeated`.
    pub subject: Option<Subject>,
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
    let requested = match again(domain, &input, now).await? {
        Some(requested) => requested,
        None => first(domain, &input, now).await?,
    };
    if !requested.repeated {
        domain.ports.bell.ring();
        let (contact, known) = (input.identifier.masked(), requested.subject != Some(Subject::Nobody));
        tracing::debug!(challenge = %requested.handle.id, %contact, known, "code requested");
    }
    Ok(requested)
}

async fn first(domain: &Domain, input: &RequestCode, now: Timestamp) -> Result<Requested, Fault> {
    let (handle, issue) = drawn(domain, input, 0, now)?;
    let subject = match domain.ports.challenges.issue(issue, now).await? {
        Issued::Done { subject, .. } => subject,
        other => unreachable!("without turn and once an issue is always done, not {other:?}"),
    };
    Ok(Requested { handle, subject: Some(subject), repeated: false })
}

/// The browser's pending challenge for the same contact: given back, or replaced. `None` when there is none.
async fn again(domain: &Domain, input: &RequestCode, now: Timestamp) -> Result<Option<Requested>, Fault> {
    let Some(old) = &input.pending else { return Ok(None) };
    let same = |pending: &PendingChallenge| {
        let challenge = &pending.challenge;
        let asks_again = challenge.identifier == input.identifier && challenge.purpose == input.purpose;
        // Another person may be signed in in this browser by now.
        let same_account = match (input.addressee, pending.subject) {
            (Addressee::NewContactOf(asking), Subject::Account(account)) => asking == account,
            _ => true,
        };
        !pending.is_over() && asks_again && same_account
    };
    let Some(pending) = find_own(domain, old).await?.filter(same) else { return Ok(None) };
    let repeated = Requested { handle: old.clone(), subject: None, repeated: true };
    if now < pending.challenge.resend_at {
        return Ok(Some(repeated));
    }
    let (handle, issue) = drawn(domain, input, pending.challenge.resends.saturating_add(1), now)?;
    Ok(match domain.ports.challenges.reissue(old, issue, now).await? {
        Reissued::Done { subject } => Some(Requested { handle, subject: Some(subject), repeated: false }),
        Reissued::TooSoon { .. } | Reissued::Limited { .. } => Some(repeated),
        Reissued::Gone => None,
    })
}

fn drawn(
    domain: &Domain,
    input: &RequestCode,
    resends: u32,
    now: Timestamp,
) -> Result<(ChallengeHandle, Issue), Fault> {
    let drawing = Drawing {
        purpose: &input.purpose,
        policy: domain.policy.codes(&input.purpose).unwrap_or(&domain.policy.sign_in),
        addressee: input.addressee,
        identifier: &input.identifier,
        language: &input.language,
        name: None,
        resends,
    };
    Ok(draw_up(domain, &drawing, now)?)
}
