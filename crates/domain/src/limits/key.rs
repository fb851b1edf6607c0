//! Names of ledgers.

use std::fmt;

use sha2::{Digest, Sha256};

/// Names a ledger: the first 128 bits of a SHA-256 over what is limited and whom. Nobody can choose two names that meet.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LedgerKey([u8; 16]);

impl LedgerKey {
    /// The ledger of one kind of limit for one thing that is limited.
    pub fn of(kind: &str, value: &[u8]) -> Self {
        let hash: [u8; 32] =
            Sha256::new().chain_update(kind.as_bytes()).chain_update([0]).chain_update(value).finalize().into();
        let (first, _) = hash.split_first_chunk().unwrap_or_else(|| unreachable!("32 bytes have a half"));
        Self(*first)
    }

    /// Read back from a store.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// As stores keep it.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for LedgerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LedgerKey({:02x}{:02x}…)", self.0[0], self.0[1])
    }
}
