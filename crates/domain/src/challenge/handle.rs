//! What the asker of a code holds.

use std::fmt;

use sha2::{Digest, Sha256};

use super::{Challenge, ChallengeId};
use crate::keys::Keyring;
use crate::token::{from_text, to_text};

/// Bytes of the secret half of a handle: 128 bits, so that nobody finds another's challenge by trying.
pub const HANDLE_SECRET: usize = 16;

/// What the asking browser holds: the challenge's id and a secret that only this browser was given. Whoever
/// merely knows the address has no handle and can burn nobody's attempts.
#[derive(Clone, PartialEq, Eq)]
pub struct ChallengeHandle {
    /// The challenge meant.
    pub id: ChallengeId,
    secret: [u8; HANDLE_SECRET],
}

impl ChallengeHandle {
    /// The handle of a fresh id. Its secret is an HMAC of the id, which nobody without the key can make, and which
    /// the holder of the key can make again.
    pub fn derive(keys: &Keyring, id: ChallengeId) -> Self {
        Self::new(id, half(keys.handle(id.as_bytes())))
    }

    /// The handle that a stored challenge was given out with; `None` when its key is gone. Only for doors that find a
    /// challenge by contact and purpose: what they may do with it, the rules of those doors say.
    pub fn of(keys: &Keyring, challenge: &Challenge) -> Option<Self> {
        let secret = keys.handle_with(challenge.verifier.key_id, challenge.id.as_bytes())?;
        Some(Self::new(challenge.id, half(secret)))
    }

    /// The handle of these parts.
    pub const fn new(id: ChallengeId, secret: [u8; HANDLE_SECRET]) -> Self {
        Self { id, secret }
    }

    /// Reads the text of a cookie or of an API id; `None` when it is no handle.
    pub fn parse(text: &str) -> Option<Self> {
        let (id, secret) = from_text(text)?;
        Some(Self { id: ChallengeId::from_bytes(id), secret })
    }

    /// The text for a cookie, and the id that API callers get.
    pub fn to_text(&self) -> String {
        to_text(self.id.as_bytes(), &self.secret)
    }

    /// What stores keep of the secret.
    pub fn secret_hash(&self) -> [u8; 32] {
        Sha256::digest(self.secret).into()
    }
}

fn half(bytes: [u8; 32]) -> [u8; HANDLE_SECRET] {
    let (first, _) = bytes.split_first_chunk().unwrap_or_else(|| unreachable!("32 bytes have a half"));
    *first
}

impl fmt::Debug for ChallengeHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChallengeHandle({})", self.id)
    }
}
