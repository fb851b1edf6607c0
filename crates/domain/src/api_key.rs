//! The keys that other back ends call the API with.

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::clock::Timestamp;
use crate::id::time_ordered_id;
use crate::token::{Token, token_id};

/// Longest name of a key, in characters.
pub const MAX_NAME: usize = 100;

time_ordered_id! {
    /// Names a key. Knowing it gives no power.
    ApiKeyId
}

// So that people and scanners of leaked secrets know one when they see it.
token_id!(ApiKeyId, "otpd_");

/// What a caller holds: the key's id and a secret of 256 bits. Shown once, when it is made; stores keep its hash.
pub type ApiKeyToken = Token<ApiKeyId>;

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
