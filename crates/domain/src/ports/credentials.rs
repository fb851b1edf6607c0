//! Passwords and access tokens: what needs heavy or standard machinery outside of the rules.

use async_trait::async_trait;
use serde::Serialize;

use crate::account::{Account, AccountId};
use crate::clock::Timestamp;
use crate::entropy::EntropyError;
use crate::password::{Password, PasswordHash};
use crate::session::SessionId;

/// A password could not be hashed or compared. Nothing was decided.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub enum HashError {
    /// So many wait already that another would wait too long.
    #[error("too many passwords are being checked at this moment")]
    Busy,
    /// There was no randomness for the salt.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// The stored hash cannot be read.
    #[error("a stored password hash cannot be read")]
    Unreadable,
}

/// What came of comparing a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compared {
    /// It is the one.
    Right {
        /// The same password hashed anew, when the stored hash was made with weaker settings than those in force.
        rehashed: Option<PasswordHash>,
    },
    /// It is not.
    Wrong,
}

/// Hashes and compares passwords, few at a time, so that memory stays bounded and the pages stay quick.
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// Hashes a new password with a fresh salt.
    async fn hash(&self, password: Password) -> Result<PasswordHash, HashError>;

    /// Compares a password with a stored hash. `None` does the same work against a hash that no password has, so that
    /// an unknown account takes as long as a known one.
    async fn compare(&self, password: Password, hash: Option<PasswordHash>) -> Result<Compared, HashError>;
}

/// What an access token says (RFC 9068 where it applies).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessClaims {
    /// Whose it is.
    pub account: AccountId,
    /// The session it was given out for.
    pub session: SessionId,
    /// From when on it is dead.
    pub expires_at: Timestamp,
}

/// An access token, ready to be handed out.
#[derive(Clone, Debug, Serialize)]
pub struct AccessToken {
    /// The compact JWS.
    pub token: String,
    /// From when on it is dead.
    pub expires_at: Timestamp,
}

/// Why a token is not believed; the log gets it, the caller only learns that it is not valid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TokenRefusal(pub String);

/// An access token could not be signed.
#[derive(Clone, Debug, thiserror::Error)]
#[error("an access token could not be signed: {0}")]
pub struct SigningError(pub String);

/// Signs and checks access tokens.
pub trait AccessTokens: Send + Sync {
    /// A token for an account's session.
    ///
    /// # Errors
    /// When signing fails.
    fn issue(&self, account: &Account, session: SessionId, now: Timestamp) -> Result<AccessToken, SigningError>;

    /// What a token says, when it is ours and alive at `now`.
    ///
    /// # Errors
    /// When it is not: wrong algorithm, unknown key, expired, another audience, or no token at all.
    fn check(&self, token: &str, now: Timestamp) -> Result<AccessClaims, TokenRefusal>;

    /// The published keys as a JSON Web Key Set (RFC 7517), newest first.
    fn key_set(&self) -> serde_json::Value;
}
