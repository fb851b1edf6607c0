//! What the verify page shows, and what API callers read.

use std::time::Duration;

use crate::challenge::{ChallengeHandle, PendingChallenge, Purpose};
use crate::clock::Timestamp;
use crate::identifier::Identifier;
use crate::message::{DeliveryNews, DeliveryState};
use crate::{Domain, Fault};

/// A pending code as its asker may see it.
#[derive(Clone, Debug)]
pub struct Pending {
    /// What the code is good for.
    pub purpose: Purpose,
    /// Where the code went. Show it masked.
    pub identifier: Identifier,
    /// How long the code stays valid; zero when it is dead.
    pub valid_for: Duration,
    /// How long until another code may be asked for; zero when at once.
    pub resend_in: Duration,
    /// Guesses left.
    pub attempts_left: u32,
    /// What became of the message.
    pub news: DeliveryNews,
}

impl Pending {
    /// As its asker may see it at `now`.
    pub fn of(pending: PendingChallenge, now: Timestamp) -> Self {
        Self {
            valid_for: pending.challenge.expires_at.since(now),
            resend_in: pending.challenge.resend_at.since(now),
            attempts_left: pending.attempts_left(),
            news: pending.delivery.map_or(DeliveryNews::Sent, DeliveryState::news),
            purpose: pending.challenge.purpose,
            identifier: pending.challenge.identifier,
        }
    }
}

/// The pending code of a browser for that purpose, if it has one that is neither used nor replaced.
///
/// # Errors
/// When the store fails.
pub async fn pending(domain: &Domain, handle: &ChallengeHandle, purpose: &Purpose) -> Result<Option<Pending>, Fault> {
    Ok(any_pending(domain, handle).await?.filter(|pending| pending.purpose == *purpose))
}

/// The pending code of a browser, whatever it is good for, if it is neither used nor replaced.
///
/// # Errors
/// When the store fails.
pub async fn any_pending(domain: &Domain, handle: &ChallengeHandle) -> Result<Option<Pending>, Fault> {
    let found = find_own(domain, handle).await?;
    Ok(found.filter(|pending| !pending.is_over()).map(|pending| Pending::of(pending, domain.clock.now())))
}

/// The handle's own challenge, whatever became of it.
pub(crate) async fn find_own(domain: &Domain, handle: &ChallengeHandle) -> Result<Option<PendingChallenge>, Fault> {
    let found = domain.ports.challenges.find(handle.id).await?;
    Ok(found.filter(|pending| pending.belongs_to(handle)))
}
