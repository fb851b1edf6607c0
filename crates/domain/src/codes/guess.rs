//! Somebody types a code.

use crate::challenge::{ChallengeHandle, Purpose, Subject, matches};
use crate::code::Code;
use crate::ports::Reservation;
use crate::{Domain, Fault};

/// What came of a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guess {
    /// It is the code. It still has to be redeemed.
    Right(Subject),
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
    /// The code's time is over.
    Expired,
    /// The code was used already.
    AlreadyUsed,
    /// There is nothing pending: ask anew.
    Gone,
}

/// Counts the guess, then compares it. A code is right only for the purpose it was sent for.
///
/// The count is committed before anything is compared; when it cannot be stored, nothing is compared. Of many
/// parallel guesses no more are compared than the code has attempts.
///
/// # Errors
/// When the store fails.
pub async fn guess(domain: &Domain, handle: &ChallengeHandle, purpose: &Purpose, typed: &str) -> Result<Guess, Fault> {
    // A kind of verification that is no longer declared has no codes.
    let Some(policy) = domain.policy.codes(purpose) else { return Ok(Guess::Refused(Refusal::Gone)) };
    let Ok(presented) = Code::parse(typed, policy.length) else { return Ok(Guess::Refused(Refusal::Malformed)) };
    let reservation = domain.ports.challenges.reserve_guess(handle, purpose, domain.clock.now()).await?;
    let (verifier, subject, attempts_left) = match reservation {
        Reservation::Reserved { verifier, subject, attempts_left } => (verifier, subject, attempts_left),
        Reservation::Exhausted => return Ok(Guess::Refused(Refusal::TooManyAttempts)),
        Reservation::Expired => return Ok(Guess::Refused(Refusal::Expired)),
        Reservation::AlreadyVerified => return Ok(Guess::Refused(Refusal::AlreadyUsed)),
        Reservation::Gone => return Ok(Guess::Refused(Refusal::Gone)),
    };
    // Compared for contacts that nobody has, too: the same work takes the same time.
    let right = matches(&domain.keys, handle.id, &verifier, &presented);
    if right && subject != Subject::Nobody {
        return Ok(Guess::Right(subject));
    }
    tracing::debug!(challenge = %handle.id, attempts_left, "wrong code");
    Ok(Guess::Refused(match attempts_left {
        0 => Refusal::TooManyAttempts,
        attempts_left => Refusal::Wrong { attempts_left },
    }))
}
