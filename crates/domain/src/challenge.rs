//! The pending sign-in: who asked, what was sent, and how often it may be guessed.

mod handle;
mod id;
mod purpose;
#[cfg(test)]
mod tests;

pub use handle::{ChallengeHandle, HANDLE_SECRET};
pub use id::ChallengeId;
pub use purpose::{Purpose, VerificationType};
use subtle::ConstantTimeEq;

use crate::account::{AccountId, RegistrationId};
use crate::clock::Timestamp;
use crate::code::Code;
use crate::identifier::Identifier;
use crate::keys::{Keyring, Mac256};
use crate::message::MessageId;

/// Whom a challenge is about: what the store found when it was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Nobody has this contact: no guess is right, and its message is not sent.
    Nobody,
    /// Whoever reads the message: no account is asked for.
    Anyone,
    /// An account.
    Account(AccountId),
    /// A registration that waits to be activated.
    Registration(RegistrationId),
}

/// Makes what is kept of a code: HMAC-SHA-256 over the challenge's id and the digits.
pub fn verifier(keys: &Keyring, id: ChallengeId, code: &Code) -> Mac256 {
    keys.verifier(&[id.as_bytes(), code.digits().as_bytes()])
}

/// Compares a presented code with what is kept, in constant time. A verifier whose key is gone matches nothing.
pub fn matches(keys: &Keyring, id: ChallengeId, kept: &Mac256, presented: &Code) -> bool {
    let made = keys.verifier_with(kept.key_id, &[id.as_bytes(), presented.digits().as_bytes()]);
    made.is_some_and(|made| made.ct_eq(&kept.bytes).into())
}

/// A challenge as it is written when it is issued. Counts and marks that change later belong to the store.
#[derive(Clone, Debug)]
pub struct Challenge {
    /// Its id.
    pub id: ChallengeId,
    /// SHA-256 of the handle's secret.
    pub secret_hash: [u8; 32],
    /// What the code is good for.
    pub purpose: Purpose,
    /// Where the code goes.
    pub identifier: Identifier,
    /// What is kept of the code.
    pub verifier: Mac256,
    /// When it was issued.
    pub created_at: Timestamp,
    /// From when on the code is dead.
    pub expires_at: Timestamp,
    /// How often the code may be guessed.
    pub max_attempts: u32,
    /// Whether the code is a long one ([`crate::code::LONG`]), which nobody guesses: its guesses take nothing from the
    /// account's budget.
    pub long: bool,
    /// How many sends came before this one in the same browser, or for the same contact and purpose where those find
    /// the challenge: 0 for a first request.
    pub resends: u32,
    /// From when on another code may be asked for.
    pub resend_at: Timestamp,
    /// The message that carries the code.
    pub message_id: MessageId,
}

/// A challenge as whoever asked for it sees it: for the verify page, for API callers, and for a resend.
#[derive(Clone, Debug)]
pub struct PendingChallenge {
    /// The challenge as issued.
    pub challenge: Challenge,
    /// Whom it is about.
    pub subject: Subject,
    /// Guesses spent.
    pub attempts: u32,
    /// When its code was accepted, if it was.
    pub verified_at: Option<Timestamp>,
    /// When a newer code took its place, if one did.
    pub superseded_at: Option<Timestamp>,
    /// What became of its message; `None` once the outbox forgot it.
    pub delivery: Option<crate::message::DeliveryState>,
}

impl PendingChallenge {
    /// Guesses left.
    pub fn attempts_left(&self) -> u32 {
        self.challenge.max_attempts.saturating_sub(self.attempts)
    }

    /// Whether the handle shown is the one this challenge was issued with.
    pub fn belongs_to(&self, handle: &ChallengeHandle) -> bool {
        handle.secret_hash().ct_eq(&self.challenge.secret_hash).into()
    }

    /// Whether its code can still be tried.
    pub fn is_alive(&self, now: Timestamp) -> bool {
        !self.is_over() && now < self.challenge.expires_at && self.attempts_left() > 0
    }

    /// Whether a code can no longer be tried because a right one, or a newer one, has come.
    pub fn is_over(&self) -> bool {
        self.verified_at.is_some() || self.superseded_at.is_some()
    }
}
