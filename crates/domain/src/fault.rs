//! What keeps a use case from being done that is not the person's doing.

use crate::entropy::EntropyError;
use crate::ports::{AccountError, HashError, SigningError, StoreError};

/// A use case could not be done for a reason that is not the person's.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There was no randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// A password could not be hashed or compared.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// An access token could not be signed.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// An account that was there a moment ago could not be read.
    #[error(transparent)]
    Account(#[from] AccountError),
}

impl Fault {
    /// Whether it is worth trying again in a few seconds.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Store(error) | Self::Account(AccountError::Store(error)) => {
                matches!(error, StoreError::Unavailable(_))
            }
            Self::Hash(error) => matches!(error, HashError::Busy | HashError::Entropy(_)),
            Self::Entropy(_) => true,
            Self::Signing(_) | Self::Account(_) => false,
        }
    }
}
