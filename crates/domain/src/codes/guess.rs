//! Somebody types a code.

use std::time::Duration;

use super::code_budget;
use crate::audit::{AuditEvent, NewAuditEntry};
use crate::challenge::{ChallengeHandle, Purpose, Subject, matches};
use crate::clock::Timestamp;
use crate::code::Code;
use crate::identifier::Identifier;
use crate::ports::{GuessKind, Reservation, Spent};
use crate::{Domain, Fault, Visitor, meters};

/// What came of a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guess {
    /// It is the code. It still has to be redeemed.
    Right {
        /// Whom it is about.
        subject: Subject,
        /// What the guess took from the budget, to be given back with the redemption.
        spent: Option<Spent>,
    },
    /// It is not, or there is nothing to guess.
    Refused(Refusal),
}

/// Why a typed code does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Not a code at all; no attempt was spent.
    Malformed,
    /// Wrong.
    Wrong {
        /// Guesses left; never 0.
        attempts_left: u32,
    },
    /// All guesses are spent.
    TooManyAttempts,
    /// So many wrong codes were typed for this contact, whoever did, that this one was not compared. The next code that is
    /// asked for will be a long one, which works.
    OverBudget {
        /// How long until a short code works again.
        wait: Duration,
    },
    /// The code's time is over.
    Expired,
    /// The code was used already.
    AlreadyUsed,
    /// There is nothing pending: ask anew.
    Gone,
}

/// Counts the guess, then compares it. A code is right only for the purpose it was sent for.
///
/// The count is committed before anything is compared, for the code and for the account's budget; when it cannot be
/// stored, nothing is compared. Of many parallel guesses no more are compared than the code has attempts and the budget
/// has room.
///
/// # Errors
/// When the store fails.
pub async fn guess(
    domain: &Domain,
    visitor: &Visitor,
    handle: &ChallengeHandle,
    purpose: &Purpose,
    typed: &str,
) -> Result<Guess, Fault> {
    // A kind of verification that is no longer declared has no codes.
    let Some(policy) = domain.policy.codes(purpose) else { return Ok(Guess::Refused(Refusal::Gone)) };
    let Ok(presented) = Code::parse(typed, policy.length) else { return Ok(Guess::Refused(Refusal::Malformed)) };
    let now = domain.clock.now();
    let budget = code_budget(domain, visitor);
    let refusal = match domain.ports.challenges.reserve_guess(handle, purpose, &budget, now).await? {
        Reservation::Reserved { verifier, subject, attempts_left, contact, spent } => {
            // Compared for contacts that nobody has, too: the same work takes the same time.
            if matches(&domain.keys, handle.id, &verifier, &presented) && subject != Subject::Nobody {
                return Ok(Guess::Right { subject, spent });
            }
            tracing::debug!(challenge = %handle.id, attempts_left, "wrong code");
            meters::wrong_code();
            note(domain, visitor, AuditEvent::WrongCode, subject, &contact, now);
            wrong(attempts_left)
        }
        Reservation::OverBudget { over, contact, attempts_left } => {
            tracing::debug!(challenge = %handle.id, told = over.told, "guess refused, the budget is spent");
            meters::guess_refused(GuessKind::Code);
            note(domain, visitor, AuditEvent::GuessRefused, Subject::Nobody, &contact, now);
            if over.told { Refusal::OverBudget { wait: over.retry_at.since(now) } } else { wrong(attempts_left) }
        }
        Reservation::Exhausted => Refusal::TooManyAttempts,
        Reservation::Expired => Refusal::Expired,
        Reservation::AlreadyVerified => Refusal::AlreadyUsed,
        Reservation::Gone => Refusal::Gone,
    };
    Ok(Guess::Refused(refusal))
}

fn wrong(attempts_left: u32) -> Refusal {
    if attempts_left == 0 { Refusal::TooManyAttempts } else { Refusal::Wrong { attempts_left } }
}

fn note(domain: &Domain, visitor: &Visitor, event: AuditEvent, subject: Subject, contact: &Identifier, now: Timestamp) {
    let entry = NewAuditEntry::new(event, visitor.trail()).of_contact(contact);
    let entry = match subject {
        Subject::Account(account) => entry.of_account(account),
        _ => entry,
    };
    domain.ports.audit.note(entry, now);
}
