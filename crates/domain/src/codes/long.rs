//! When a long code is sent.

use crate::clock::Timestamp;
use crate::identifier::Identifier;
use crate::ports::{GuessBudget, GuessKind};
use crate::{Domain, Fault, Visitor};

/// The budget that guesses at codes are taken from.
pub(crate) fn code_budget(domain: &Domain, visitor: &Visitor) -> GuessBudget {
    let guesses = &domain.policy.limits.guesses;
    GuessBudget {
        kind: GuessKind::Code,
        known: visitor.known.clone(),
        known_rates: guesses.codes_in_known_browser.clone(),
        rates: guesses.codes.clone(),
    }
}

/// Whether the next code for that contact must be a long one: guessers have spent the budget, and a short one could not be
/// typed. Should they spend it between this look and the send, the person's guess is refused and the next code is long.
///
/// Nothing at the doors shows it, known contact or not: the code is in the message alone.
pub(crate) async fn must_be_long(
    domain: &Domain,
    visitor: &Visitor,
    contact: &Identifier,
    now: Timestamp,
) -> Result<bool, Fault> {
    let budget = code_budget(domain, visitor);
    Ok(!domain.ports.limits.guess_has_room(contact, &budget, now).await?)
}
