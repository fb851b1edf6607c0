//! A person at a page asks for a code.

use super::limited::Limited;
use super::pending::find_own;
use super::{Drawing, charge, denied, draw_up, must_be_long};
use crate::challenge::{ChallengeHandle, PendingChallenge, Purpose, Subject};
use crate::clock::Timestamp;
use crate::identifier::Identifier;
use crate::ports::{Addressee, Charge, Issue, Issued, Reissued};
use crate::{Domain, Fault, Visitor, meters};

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
    /// Who asks.
    pub visitor: Visitor,
}

/// What came of it. Both are the same whether or not anybody has the contact.
#[derive(Clone, Debug)]
pub enum Requested {
    /// A code is on its way, or the pending one stands.
    Done(RequestedCode),
    /// Nothing was sent.
    Limited(Limited),
}

/// A code that is on its way. Pages must answer all the same way.
#[derive(Clone, Debug)]
pub struct RequestedCode {
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
    let pending = pending_for_the_same(domain, &input).await?;
    if let Some((handle, pending)) = &pending
        && now < pending.challenge.resend_at
    {
        return Ok(standing(handle));
    }
    let charge = match charge(domain, &input.visitor, &input.purpose, &input.identifier, now) {
        Ok(charge) => charge,
        Err(limited) => return Ok(Requested::Limited(limited.note(domain, &input.visitor, &input.identifier, now))),
    };
    let long = must_be_long(domain, &input.visitor, &input.identifier, now).await?;
    let requested = match pending {
        Some(pending) => again(domain, &input, &pending, charge, long, now).await?,
        None => first(domain, &input, charge, long, now).await?,
    };
    if let Requested::Done(RequestedCode { handle, subject, repeated: false }) = &requested {
        domain.ports.bell.ring();
        meters::code_sent(&input.purpose, input.identifier.channel());
        let (contact, known) = (input.identifier.masked(), *subject != Some(Subject::Nobody));
        tracing::debug!(challenge = %handle.id, %contact, known, "code requested");
    }
    Ok(requested)
}

/// The browser's pending code stands.
fn standing(handle: &ChallengeHandle) -> Requested {
    Requested::Done(RequestedCode { handle: handle.clone(), subject: None, repeated: true })
}

async fn first(
    domain: &Domain,
    input: &RequestCode,
    charge: Charge,
    long: bool,
    now: Timestamp,
) -> Result<Requested, Fault> {
    let (handle, issue) = drawn(domain, input, 0, charge, long, now)?;
    Ok(match domain.ports.challenges.issue(issue, now).await? {
        Issued::Done { subject, .. } => {
            Requested::Done(RequestedCode { handle, subject: Some(subject), repeated: false })
        }
        Issued::Limited(by) => Requested::Limited(denied(domain, &input.visitor, &input.identifier, by, now)),
        other => unreachable!("without turn and once an issue is done or limited, not {other:?}"),
    })
}

/// The browser's pending challenge, when it is for the same contact and purpose.
async fn pending_for_the_same(
    domain: &Domain,
    input: &RequestCode,
) -> Result<Option<(ChallengeHandle, PendingChallenge)>, Fault> {
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
    let found = find_own(domain, old).await?.filter(same);
    Ok(found.map(|found| (old.clone(), found)))
}

/// A code in the place of the pending one.
async fn again(
    domain: &Domain,
    input: &RequestCode,
    (old, pending): &(ChallengeHandle, PendingChallenge),
    charge: Charge,
    long: bool,
    now: Timestamp,
) -> Result<Requested, Fault> {
    // The pending one's own wait is over.
    let without_waits = charge.clone().without_cooldown();
    let resends = pending.challenge.resends.saturating_add(1);
    let (handle, issue) = drawn(domain, input, resends, without_waits, long, now)?;
    match domain.ports.challenges.reissue(old, issue, now).await? {
        Reissued::Done { subject } => {
            Ok(Requested::Done(RequestedCode { handle, subject: Some(subject), repeated: false }))
        }
        Reissued::TooSoon { .. } => Ok(standing(old)),
        Reissued::Limited(by) => Ok(Requested::Limited(denied(domain, &input.visitor, &input.identifier, by, now))),
        // Used or replaced in this very moment: as if there had been none.
        Reissued::Gone => first(domain, input, charge, long, now).await,
    }
}

fn drawn(
    domain: &Domain,
    input: &RequestCode,
    resends: u32,
    charge: Charge,
    long: bool,
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
        long,
        charge,
    };
    Ok(draw_up(domain, drawing, now)?)
}
