//! What the verify page shows.

use std::time::Duration;

use super::Fault;
use crate::Domain;
use crate::challenge::ChallengeHandle;
use crate::identifier::Identifier;
use crate::message::DeliveryNews;

/// A pending sign-in as its browser may see it.
#[derive(Clone, Debug)]
pub struct Pending {
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

/// The pending sign-in of a browser, if it has one that is neither used nor replaced.
///
/// # Errors
/// When the store fails.
pub async fn pending(domain: &Domain, handle: &ChallengeHandle) -> Result<Option<Pending>, Fault> {
    let now = domain.clock.now();
    let found = domain.ports.challenges.find(handle.id).await?;
    Ok(found.filter(|pending| pending.belongs_to(handle) && !pending.is_over()).map(|pending| Pending {
        valid_for: pending.challenge.expires_at.since(now),
        resend_in: pending.challenge.resend_at.since(now),
        attempts_left: pending.attempts_left(),
        news: pending.delivery.map_or(DeliveryNews::Sent, crate::message::DeliveryState::news),
        identifier: pending.challenge.identifier,
    }))
}
