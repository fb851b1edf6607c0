//! A person types the code.

use super::Fault;
use crate::Domain;
use crate::challenge::{ChallengeHandle, matches};
use crate::code::{Code, MalformedCode};
use crate::ports::{Redeemed, Reservation};
use crate::session::{MAX_USER_AGENT, NewSession, SessionId, SessionToken};

/// What is presented.
#[derive(Clone, Debug)]
pub struct VerifyCode {
    /// The pending challenge.
    pub handle: ChallengeHandle,
    /// What was typed.
    pub typed: String,
    /// The browser's own description, for the list of sessions.
    pub user_agent: String,
    /// The session this browser has already, if any: the new one replaces it.
    pub replaces: Option<SessionId>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Verified {
    /// Right: a session is open.
    SignedIn {
        /// For the browser's cookie.
        token: SessionToken,
    },
    /// Not a code at all; no attempt was spent.
    Malformed,
    /// Wrong.
    Wrong {
        /// Guesses left.
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

/// Counts the guess, then compares it, then opens a session.
///
/// The count is committed before anything is compared; when it cannot be stored, nothing is compared. Of many
/// parallel right submissions exactly one opens a session.
///
/// # Errors
/// When the store or the source of randomness fails; a counted guess stays counted.
pub async fn verify_code(domain: &Domain, input: VerifyCode) -> Result<Verified, Fault> {
    let Ok(presented) = Code::parse(&input.typed, domain.policy.code_length) else {
        return Ok(Verified::from(MalformedCode));
    };
    let id = input.handle.id;
    let reservation = domain.ports.challenges.reserve_guess(&input.handle, domain.clock.now()).await?;
    let (verifier, account_id, attempts_left) = match reservation {
        Reservation::Reserved { verifier, account_id, attempts_left } => (verifier, account_id, attempts_left),
        Reservation::Exhausted => return Ok(Verified::TooManyAttempts),
        Reservation::Expired => return Ok(Verified::Expired),
        Reservation::AlreadyVerified => return Ok(Verified::AlreadyUsed),
        Reservation::Gone => return Ok(Verified::Gone),
    };
    // Compared for unknown contacts, too: the same work takes the same time.
    let right = matches(&domain.keys, id, &verifier, &presented);
    if !right || account_id.is_none() {
        tracing::debug!(challenge = %id, attempts_left, "wrong code");
        return Ok(if attempts_left == 0 { Verified::TooManyAttempts } else { Verified::Wrong { attempts_left } });
    }
    open_session(domain, input).await
}

async fn open_session(domain: &Domain, input: VerifyCode) -> Result<Verified, Fault> {
    let now = domain.clock.now();
    let token = SessionToken::generate(now, domain.entropy.as_ref())?;
    let session = NewSession {
        id: token.id,
        secret_hash: token.secret_hash(),
        created_at: now,
        expires_at: now.after(domain.policy.session_lifetime),
        user_agent: cut(input.user_agent, MAX_USER_AGENT),
    };
    match domain.ports.challenges.redeem(input.handle.id, session, input.replaces, now).await? {
        Redeemed::Opened => {
            tracing::debug!(challenge = %input.handle.id, session = %token.id, "signed in");
            Ok(Verified::SignedIn { token })
        }
        Redeemed::AlreadyVerified => Ok(Verified::AlreadyUsed),
        Redeemed::Refused => Ok(Verified::Gone),
    }
}

impl From<MalformedCode> for Verified {
    fn from(_: MalformedCode) -> Self {
        Self::Malformed
    }
}

fn cut(mut text: String, bytes: usize) -> String {
    text.truncate(text.floor_char_boundary(bytes));
    text
}
