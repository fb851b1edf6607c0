//! The keys that other back ends call the API with.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;
use zeroize::Zeroize;

use crate::challenge::new_uuid;
use crate::clock::Timestamp;
use crate::entropy::{Entropy, EntropyError, random};

/// What every key begins with, so that people and scanners of leaked secrets know one when they see it.
const PREFIX: &str = "otpd_";
/// Bytes of a key's secret: 256 bits.
const SECRET: usize = 32;
/// Longest name of a key, in characters.
pub const MAX_NAME: usize = 100;

/// Names a key. Knowing it gives no power.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiKeyId(Uuid);

impl ApiKeyId {
    /// The id of sixteen stored bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    /// The sixteen bytes stores keep.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// Reads the text form, as the commands print it.
    pub fn parse(text: &str) -> Option<Self> {
        Uuid::try_parse(text).ok().map(Self)
    }
}

impl fmt::Display for ApiKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a caller holds: the key's id and a secret of 256 bits. Shown once, when it is made; stores keep its hash.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKeyToken {
    /// The key meant.
    pub id: ApiKeyId,
    secret: [u8; SECRET],
}

impl ApiKeyToken {
    /// A fresh key.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn generate(now: Timestamp, entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        Ok(Self { id: ApiKeyId(new_uuid(now, entropy)?), secret: random(entropy)? })
    }

    /// Reads what a caller sent; `None` when it is no key.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 16 + SECRET];
        let length = URL_SAFE_NO_PAD.decode_slice(text.strip_prefix(PREFIX)?, &mut bytes).ok()?;
        let (id, secret) = bytes.get(..length)?.split_first_chunk::<16>()?;
        Some(Self { id: ApiKeyId::from_bytes(*id), secret: secret.try_into().ok()? })
    }

    /// The text for the caller.
    pub fn to_text(&self) -> String {
        let mut bytes = [0; 16 + SECRET];
        bytes[..16].copy_from_slice(self.id.as_bytes());
        bytes[16..].copy_from_slice(&self.secret);
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    /// What stores keep of the secret.
    pub fn secret_hash(&self) -> [u8; 32] {
        Sha256::digest(self.secret).into()
    }
}

impl Drop for ApiKeyToken {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

impl fmt::Debug for ApiKeyToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKeyToken({})", self.id)
    }
}

/// What a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Send and check verifications.
    Verifications,
    /// Sign people in.
    SignIns,
    /// Learn in replies whether a contact has an account. Without it, known and unknown read the same.
    TellUnknown,
    /// Read accounts.
    AccountsRead,
    /// Create and change accounts, and read those it changes.
    AccountsWrite,
    /// Read and end sessions, and ask whose a token is.
    Sessions,
}

impl Scope {
    /// Every scope, in the order they are listed.
    pub const ALL: [Self; 6] = [
        Self::Verifications,
        Self::SignIns,
        Self::TellUnknown,
        Self::AccountsRead,
        Self::AccountsWrite,
        Self::Sessions,
    ];

    /// The word stored and printed for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verifications => "verifications",
            Self::SignIns => "sign-ins",
            Self::TellUnknown => "tell-unknown",
            Self::AccountsRead => "accounts-read",
            Self::AccountsWrite => "accounts-write",
            Self::Sessions => "sessions",
        }
    }

    /// The scope of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word)
    }
}

/// A key as it is written when it is made.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// SHA-256 of the secret.
    pub secret_hash: [u8; 32],
    /// What its maker calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends by itself, if it does.
    pub expires_at: Option<Timestamp>,
}

/// A stored key.
#[derive(Clone, Debug)]
pub struct ApiKey {
    /// As it was made.
    pub key: NewApiKey,
    /// When it was last used, to about a minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

impl ApiKey {
    /// Whether it is in force at `now`.
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.key.expires_at.is_none_or(|end| now < end)
    }

    /// Whether the token shown is the one this key was made with.
    pub fn belongs_to(&self, token: &ApiKeyToken) -> bool {
        token.secret_hash().ct_eq(&self.key.secret_hash).into()
    }

    /// Whether it may do that.
    pub fn may(&self, scope: Scope) -> bool {
        self.key.scopes.contains(&scope)
    }
}
