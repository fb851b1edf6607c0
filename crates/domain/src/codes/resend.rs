//! A person at a page asks for another code, or wants none any more.

use std::time::Duration;

use super::pending::find_own;
use super::{Drawing, draw_up};
use crate::challenge::{ChallengeHandle, PendingChallenge, Purpose, Subject};
use crate::ports::{Addressee, Reissued, Turn};
use crate::{Domain, Fault};

/// What is asked.
#[derive(Clone, Debug)]
pub struct ResendCode {
    /// What the code is for.
    pub purpose: Purpose,
    /// The pending challenge.
    pub handle: ChallengeHandle,
    /// The language of the browser.
    pub language: String,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Resent {
    /// A new code is on its way; the old one is dead.
    Sent {
        /// For the browser's cookie, in place of the old one.
        handle: ChallengeHandle,
    },
    /// Too soon after the last one, or too many for this contact.
    TooSoon {
        /// How long to wait.
        wait: Duration,
    },
    /// There is nothing pending: ask anew.
    Gone,
}

/// Replaces the pending code with a new one and sends it, in one commit.
///
/// # Errors
/// When the store or the source of randomness fails; the old code stands then.
pub async fn resend_code(domain: &Domain, input: ResendCode) -> Result<Resent, Fault> {
    let now = domain.clock.now();
    let found = find_own(domain, &input.handle).await?.filter(|found| found.challenge.purpose == input.purpose);
    let Some(pending) = found else { return Ok(Resent::Gone) };
    let Some(policy) = domain.policy.codes(&input.purpose) else { return Ok(Resent::Gone) };
    let drawing = Drawing {
        purpose: &input.purpose,
        policy,
        addressee: addressee_of(&pending),
        identifier: &pending.challenge.identifier,
        language: &input.language,
        name: None,
        resends: pending.challenge.resends.saturating_add(1),
    };
    let (handle, mut issue) = draw_up(domain, &drawing, now)?;
    if input.purpose.is_found_by_contact() {
        issue.turn = Some(Turn { after: Some(input.handle.id), replaces: true, rate: policy.rate });
    }
    match domain.ports.challenges.reissue(&input.handle, issue, now).await? {
        Reissued::Done { .. } => {
            domain.ports.bell.ring();
            tracing::debug!(challenge = %handle.id, replaces = %input.handle.id, "code sent again");
            Ok(Resent::Sent { handle })
        }
        Reissued::TooSoon { resend_at: at } | Reissued::Limited { retry_at: at } => {
            Ok(Resent::TooSoon { wait: at.since(now) })
        }
        Reissued::Gone => Ok(Resent::Gone),
    }
}

/// Whom another code is meant for: where accounts are looked up it is looked up anew, everything else stays.
fn addressee_of(pending: &PendingChallenge) -> Addressee {
    match (&pending.challenge.purpose, pending.subject) {
        (Purpose::SignIn | Purpose::PasswordReset, _) => Addressee::Holder,
        (_, Subject::Anyone) => Addressee::Anyone,
        (_, Subject::Registration(id)) => Addressee::Registration(id),
        (_, Subject::Account(id)) => Addressee::NewContactOf(id),
        (_, Subject::Nobody) => Addressee::Nobody,
    }
}

/// Ends a pending code unused. False when there is nothing (left) to end.
///
/// # Errors
/// When the store fails.
pub async fn cancel_code(domain: &Domain, handle: &ChallengeHandle) -> Result<bool, Fault> {
    Ok(domain.ports.challenges.cancel(handle, domain.clock.now()).await?)
}
