//! A person at a page asks for another code, or wants none any more.

use std::time::Duration;

use super::limited::Limited;
use super::pending::find_own;
use super::{Drawing, charge, denied, draw_up, must_be_long};
use crate::challenge::{ChallengeHandle, PendingChallenge, Purpose, Subject};
use crate::ports::{Addressee, Reissued, Turn};
use crate::{Domain, Fault, Visitor, meters};

/// What is asked.
#[derive(Clone, Debug)]
pub struct ResendCode {
    /// What the code is for.
    pub purpose: Purpose,
    /// The pending challenge.
    pub handle: ChallengeHandle,
    /// The language of the browser.
    pub language: String,
    /// Who asks.
    pub visitor: Visitor,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Resent {
    /// A new code is on its way; the old one is dead.
    Sent {
        /// For the browser's cookie, in place of the old one.
        handle: ChallengeHandle,
    },
    /// Too soon after the last one.
    TooSoon {
        /// How long to wait.
        wait: Duration,
    },
    /// A limit is reached; the old code stands.
    Limited(Limited),
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
    let contact = &pending.challenge.identifier;
    // Asked too soon is asked for nothing: no proof of work is used up, and nobody has to show one.
    if now < pending.challenge.resend_at && !pending.is_over() {
        return Ok(Resent::TooSoon { wait: pending.challenge.resend_at.since(now) });
    }
    let charge = match charge(domain, &input.visitor, &input.purpose, contact, now) {
        Ok(charge) => charge.without_cooldown(),
        Err(limited) => return Ok(Resent::Limited(limited.note(domain, &input.visitor, contact, now))),
    };
    let drawing = Drawing {
        purpose: &input.purpose,
        policy,
        addressee: addressee_of(&pending),
        identifier: contact,
        language: &input.language,
        name: None,
        resends: pending.challenge.resends.saturating_add(1),
        long: must_be_long(domain, &input.visitor, contact, now).await?,
        charge,
    };
    let (handle, mut issue) = draw_up(domain, drawing, now)?;
    if input.purpose.is_found_by_contact() {
        issue.turn = Some(Turn { after: Some(input.handle.id), replaces: true, rate: policy.rate });
    }
    match domain.ports.challenges.reissue(&input.handle, issue, now).await? {
        Reissued::Done { .. } => {
            domain.ports.bell.ring();
            meters::code_sent(&input.purpose, contact.channel());
            tracing::debug!(challenge = %handle.id, replaces = %input.handle.id, "code sent again");
            Ok(Resent::Sent { handle })
        }
        Reissued::TooSoon { resend_at } => Ok(Resent::TooSoon { wait: resend_at.since(now) }),
        Reissued::Limited(by) => Ok(Resent::Limited(denied(domain, &input.visitor, contact, by, now))),
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
