//! A person asks for another code.

use std::time::Duration;

use super::{Fault, draw_up};
use crate::Domain;
use crate::challenge::ChallengeHandle;
use crate::ports::Reissued;

/// What is asked.
#[derive(Clone, Debug)]
pub struct ResendCode {
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
    /// Too soon after the last one.
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
    let challenges = &domain.ports.challenges;
    let Some(pending) = challenges.find(input.handle.id).await?.filter(|pending| pending.belongs_to(&input.handle))
    else {
        return Ok(Resent::Gone);
    };
    let resends = pending.challenge.resends.saturating_add(1);
    let (handle, issue) = draw_up(domain, &pending.challenge.identifier, &input.language, resends, now)?;
    match challenges.reissue(&input.handle, issue, now).await? {
        Reissued::Done(_) => {
            domain.ports.bell.ring();
            tracing::debug!(challenge = %handle.id, replaces = %input.handle.id, "code sent again");
            Ok(Resent::Sent { handle })
        }
        Reissued::TooSoon { resend_at } => Ok(Resent::TooSoon { wait: resend_at.since(now) }),
        Reissued::Gone => Ok(Resent::Gone),
    }
}
