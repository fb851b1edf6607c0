//! Signed-in browsers.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;
use zeroize::Zeroize;

use crate::account::{Account, AccountId};
use crate::challenge::new_uuid;
use crate::clock::Timestamp;
use crate::entropy::{Entropy, EntropyError, random};

/// Bytes of a token's secret: 256 bits.
const SECRET: usize = 32;
/// Longest user agent text kept with a session, in bytes.
pub const MAX_USER_AGENT: usize = 200;

/// Names a session. Knowing it gives no power: that is the token's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(Uuid);

impl SessionId {
    /// The id of sixteen stored bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    /// The sixteen bytes stores keep.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// Reads the text form, as the "end" buttons send it.
    pub fn parse(text: &str) -> Option<Self> {
        Uuid::try_parse(text).ok().map(Self)
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a signed-in browser holds: the session's id and an opaque secret of 256 bits. Stores keep its hash.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken {
    /// The session meant.
    pub id: SessionId,
    secret: [u8; SECRET],
}

impl SessionToken {
    /// A fresh token.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn generate(now: Timestamp, entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        Ok(Self { id: SessionId(new_uuid(now, entropy)?), secret: random(entropy)? })
    }

    /// Reads the text of a cookie; `None` when it is no token.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 16 + SECRET];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        let (id, secret) = bytes.get(..length)?.split_first_chunk::<16>()?;
        Some(Self { id: SessionId::from_bytes(*id), secret: secret.try_into().ok()? })
    }

    /// The text for a cookie.
    pub fn to_text(&self) -> String {
        let mut bytes = [0; 16 + SECRET];
        bytes[..16].copy_from_slice(self.id.as_bytes());
        bytes[16..].copy_from_slice(&self.secret);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// What stores keep of the secret.
    pub fn secret_hash(&self) -> [u8; 32] {
        Sha256::digest(self.secret).into()
    }
}

impl Drop for SessionToken {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionToken({})", self.id)
    }
}

/// A session as it is written when it opens.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// SHA-256 of the token's secret.
    pub secret_hash: [u8; 32],
    /// When it opened.
    pub created_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// The browser's own description, cut to [`MAX_USER_AGENT`] bytes.
    pub user_agent: String,
}

/// A stored session that has not been ended.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub account_id: AccountId,
    /// SHA-256 of the token's secret.
    pub secret_hash: [u8; 32],
    /// When it opened.
    pub created_at: Timestamp,
    /// When it was last used, to about a minute.
    pub last_seen_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// The browser's own description.
    pub user_agent: String,
}

impl Session {
    /// Whether the token shown is the one this session was opened with.
    pub fn belongs_to(&self, token: &SessionToken) -> bool {
        token.secret_hash().ct_eq(&self.secret_hash).into()
    }
}

/// A session with the account it belongs to: who is signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// Its account, which is active.
    pub account: Account,
}
