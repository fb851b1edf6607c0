//! The formats a stored hash may have.

use otpd_domain::password::PasswordHash;

use super::argon2id::{Argon2Hash, Memory};
use super::django::DjangoHash;

/// A stored hash that can be compared with.
pub enum Stored {
    /// Ours, with the settings of today or of earlier.
    Argon2id(Argon2Hash),
    /// Imported.
    Django(DjangoHash),
}

impl Stored {
    /// Reads what a store keeps; `None` when it is in no known format.
    pub fn read(hash: &PasswordHash) -> Option<Self> {
        let text = hash.as_str();
        Argon2Hash::read(text).map(Self::Argon2id).or_else(|| DjangoHash::read(text).map(Self::Django))
    }

    /// Whether the password leads to this hash.
    pub fn matches(&self, password: &[u8], memory: &mut Memory) -> bool {
        match self {
            Self::Argon2id(hash) => hash.matches(password, memory),
            Self::Django(hash) => hash.matches(password),
        }
    }

    /// Whether it should be replaced when the password is at hand.
    pub fn is_outdated(&self) -> bool {
        match self {
            Self::Argon2id(hash) => hash.is_outdated(),
            Self::Django(_) => true,
        }
    }
}
