//! Signing in with a code: one use case a file. Every door (page, API, command) calls these.

mod pending;
mod request_code;
mod resend_code;
mod sessions;
mod sign_out;
mod verify_code;

use std::time::Duration;

pub use pending::{Pending, pending};
pub use request_code::{RequestCode, Requested, request_code};
pub use resend_code::{ResendCode, Resent, resend_code};
pub use sessions::{end_other_sessions, end_session, list_sessions, signed_in};
pub use sign_out::sign_out;
pub use verify_code::{Verified, VerifyCode, verify_code};

use crate::challenge::{Challenge, ChallengeHandle, Purpose, verifier};
use crate::clock::Timestamp;
use crate::code::{Code, CodeLength};
use crate::entropy::EntropyError;
use crate::identifier::Identifier;
use crate::limits::Cooldown;
use crate::message::{MessageContent, MessageId, OutboxMessage};
use crate::ports::{Issue, StoreError};
use crate::{Domain, Keyring};

/// Longest validity a code may be given: 10 minutes (NIST SP 800-63B-4 §3.1.3.1, ASVS 5.0 6.6.3).
pub const MAX_TTL: Duration = Duration::from_mins(10);
/// Most guesses a single code may be given.
pub const MAX_ATTEMPTS: u32 = 5;

/// The limits and lifetimes of a sign-in.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Digits of a code.
    pub code_length: CodeLength,
    /// How long a code is valid; at most [`MAX_TTL`].
    pub ttl: Duration,
    /// Guesses a code; at most [`MAX_ATTEMPTS`].
    pub max_attempts: u32,
    /// Waits between the sends of one browser.
    pub cooldown: Cooldown,
    /// How long a session lives unused.
    pub session_idle: Duration,
    /// How long a session lives at most.
    pub session_lifetime: Duration,
}

/// A use case could not be done for a reason that is not the person's.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There was no randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

/// A fresh challenge with its sealed message, and the handle for the browser.
fn draw_up(
    domain: &Domain,
    identifier: &Identifier,
    language: &str,
    resends: u32,
    now: Timestamp,
) -> Result<(ChallengeHandle, Issue), EntropyError> {
    let entropy = domain.entropy.as_ref();
    let policy = &domain.policy;
    let handle = ChallengeHandle::generate(now, entropy)?;
    let code = Code::generate(entropy, policy.code_length)?;
    let expires_at = now.after(policy.ttl);
    let message_id = MessageId::generate(now, entropy)?;
    let challenge = Challenge {
        id: handle.id,
        secret_hash: handle.secret_hash(),
        purpose: Purpose::SignIn,
        identifier: identifier.clone(),
        verifier: verifier(&domain.keys, handle.id, &code),
        created_at: now,
        expires_at,
        max_attempts: policy.max_attempts,
        resends,
        resend_at: now.after(policy.cooldown.after_send(resends)),
        message_id,
    };
    let content = MessageContent {
        to: identifier.as_str().to_owned(),
        code,
        valid_seconds: policy.ttl.as_secs(),
        language: language.to_owned(),
    };
    let message = seal_message(&domain.keys, domain, &challenge, &content)?;
    Ok((handle, Issue { challenge, message }))
}

fn seal_message(
    keys: &Keyring,
    domain: &Domain,
    challenge: &Challenge,
    content: &MessageContent,
) -> Result<OutboxMessage, EntropyError> {
    let channel = challenge.identifier.channel();
    Ok(OutboxMessage {
        id: challenge.message_id,
        channel,
        sealed: OutboxMessage::seal(keys, domain.entropy.as_ref(), challenge.message_id, channel, content)?,
        created_at: challenge.created_at,
        expires_at: challenge.expires_at,
    })
}
