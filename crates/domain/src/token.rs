//! Secrets that somebody holds and shows: an id and random bytes, as one text. Stores keep the id and a hash.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

use crate::clock::Timestamp;
use crate::entropy::{Entropy, EntropyError, random};

/// Bytes of a token's secret: 256 bits.
const SECRET: usize = 32;

/// An id and a secret as one text.
pub(crate) fn to_text(id: &[u8; 16], secret: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode([id.as_slice(), secret].concat())
}

/// The id and the secret of a text; `None` when it is not of that form.
pub(crate) fn from_text<const N: usize>(text: &str) -> Option<([u8; 16], [u8; N])> {
    // As long as the longest secret: a longer text does not fit.
    let mut bytes = [0; 16 + SECRET];
    let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
    let (id, secret) = bytes.get(..length)?.split_first_chunk::<16>()?;
    Some((*id, secret.try_into().ok()?))
}

/// What kind of token an id belongs to.
pub trait TokenId: Copy + fmt::Display {
    /// What the token's text begins with.
    const PREFIX: &'static str;

    /// A fresh id.
    ///
    /// # Errors
    /// When there is no randomness.
    fn fresh(now: Timestamp, entropy: &dyn Entropy) -> Result<Self, EntropyError>;

    /// The id of sixteen bytes.
    fn of_bytes(bytes: [u8; 16]) -> Self;

    /// Its sixteen bytes.
    fn bytes(&self) -> &[u8; 16];
}

/// An id and an opaque secret of 256 bits. Debug output shows the id alone; the secret is wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Token<Id: TokenId> {
    /// What the token is of. Knowing it gives no power.
    pub id: Id,
    secret: [u8; SECRET],
}

impl<Id: TokenId> Token<Id> {
    /// A fresh token.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn generate(now: Timestamp, entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        Ok(Self { id: Id::fresh(now, entropy)?, secret: random(entropy)? })
    }

    /// Reads what somebody showed; `None` when it is no such token.
    pub fn parse(text: &str) -> Option<Self> {
        let (id, secret) = from_text(text.strip_prefix(Id::PREFIX)?)?;
        Some(Self { id: Id::of_bytes(id), secret })
    }

    /// The text for its holder.
    pub fn to_text(&self) -> String {
        format!("{}{}", Id::PREFIX, to_text(self.id.bytes(), &self.secret))
    }

    /// What stores keep of the secret.
    pub fn secret_hash(&self) -> [u8; 32] {
        Sha256::digest(self.secret).into()
    }
}

impl<Id: TokenId> Drop for Token<Id> {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

impl<Id: TokenId> fmt::Debug for Token<Id> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({})", self.id)
    }
}

/// Says that an id is one of tokens.
macro_rules! token_id {
    ($id:ty, $prefix:literal) => {
        impl $crate::token::TokenId for $id {
            const PREFIX: &'static str = $prefix;

            fn fresh(now: $crate::Timestamp, entropy: &dyn $crate::Entropy) -> Result<Self, $crate::EntropyError> {
                Self::generate(now, entropy)
            }

            fn of_bytes(bytes: [u8; 16]) -> Self {
                Self::from_bytes(bytes)
            }

            fn bytes(&self) -> &[u8; 16] {
                self.as_bytes()
            }
        }
    };
}

pub(crate) use token_id;
