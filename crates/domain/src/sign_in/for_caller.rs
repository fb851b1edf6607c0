//! Another back end signs a person in: it has a code sent, and may look where that stands. The guess itself is
//! [`verify_code`](super::verify_code()), as at the pages.

use crate::challenge::{ChallengeHandle, PendingChallenge, Purpose, Subject};
use crate::clock::Timestamp;
use crate::codes::{Drawing, Limited, Standing, charge, denied, draw_up, find_own, must_be_long};
use crate::identifier::Identifier;
use crate::message::{DeliveryNews, DeliveryState};
use crate::ports::{Addressee, Issued, Once};
use crate::{Domain, Fault, Visitor, meters};

/// What came of asking for a code.
#[derive(Clone, Debug)]
pub enum Asked {
    /// Challenge and message are committed, whether or not anybody has the contact.
    Sent(ChallengeHandle),
    /// The caller had made the same request before, and this came of it. Nothing was sent.
    Replayed(ChallengeHandle),
    /// The caller used its key for another request before. Nothing was sent.
    KeyReused,
    /// A limit is reached. Nothing was sent.
    Limited(Limited),
}

/// Sends a code to the contact's active account, if there is one. A caller has no browser whose pending code could be
/// given back, so each call sends, but for the same [`Once`] again.
///
/// # Errors
/// When the store or the source of randomness fails; nothing was sent then.
pub async fn ask_for_sign_in(
    domain: &Domain,
    identifier: &Identifier,
    language: &str,
    once: Option<Once>,
    visitor: &Visitor,
) -> Result<Asked, Fault> {
    let now = domain.clock.now();
    let charge = match charge(domain, visitor, &Purpose::SignIn, identifier, now) {
        Ok(charge) => charge,
        Err(limited) => return Ok(Asked::Limited(limited.note(domain, visitor, identifier, now))),
    };
    let drawing = Drawing {
        purpose: &Purpose::SignIn,
        policy: &domain.policy.sign_in,
        addressee: Addressee::Holder,
        identifier,
        language,
        name: None,
        resends: 0,
        long: must_be_long(domain, visitor, identifier, now).await?,
        charge,
    };
    let (handle, mut issue) = draw_up(domain, drawing, now)?;
    issue.once = once;
    Ok(match domain.ports.challenges.issue(issue, now).await? {
        Issued::Done { .. } => {
            domain.ports.bell.ring();
            meters::code_sent(&Purpose::SignIn, identifier.channel());
            tracing::debug!(challenge = %handle.id, contact = %identifier.masked(), "code requested by a caller");
            Asked::Sent(handle)
        }
        Issued::Repeated(id) => {
            let found = domain.ports.challenges.find(id).await?;
            let handle = found.and_then(|found| ChallengeHandle::of(&domain.keys, &found.challenge));
            // Its key was rotated away, or it was cleaned up just now: the caller's key names nothing any more.
            handle.map_or(Asked::KeyReused, Asked::Replayed)
        }
        Issued::KeyReused => Asked::KeyReused,
        Issued::Limited(by) => Asked::Limited(denied(domain, visitor, identifier, by, now)),
        Issued::Overtaken => unreachable!("without a turn an issue is not overtaken"),
    })
}

/// A sign-in as the caller that asked for it sees it.
#[derive(Clone, Debug)]
pub struct AskedSignIn {
    /// Where the code went.
    pub identifier: Identifier,
    /// Where it stands.
    pub standing: Standing,
    /// When the code was sent.
    pub created_at: Timestamp,
    /// From when on the code is dead.
    pub expires_at: Timestamp,
    /// From when on another one may be asked for.
    pub resend_at: Timestamp,
    /// Guesses left.
    pub attempts_left: u32,
    /// What became of the message.
    pub delivery: DeliveryNews,
    /// Whether an active account held the contact; only for callers that may know.
    pub known: bool,
}

/// The sign-in of that handle, if there is one.
///
/// # Errors
/// When the store fails.
pub async fn find_sign_in(domain: &Domain, handle: &ChallengeHandle) -> Result<Option<AskedSignIn>, Fault> {
    let now = domain.clock.now();
    let found = find_own(domain, handle).await?.filter(|found| found.challenge.purpose == Purpose::SignIn);
    Ok(found.map(|pending| as_sign_in(pending, now)))
}

fn as_sign_in(pending: PendingChallenge, now: Timestamp) -> AskedSignIn {
    AskedSignIn {
        standing: Standing::of(&pending, now),
        created_at: pending.challenge.created_at,
        expires_at: pending.challenge.expires_at,
        resend_at: pending.challenge.resend_at,
        attempts_left: pending.attempts_left(),
        delivery: pending.delivery.map_or(DeliveryNews::Sent, DeliveryState::news),
        known: pending.subject != Subject::Nobody,
        identifier: pending.challenge.identifier,
    }
}
