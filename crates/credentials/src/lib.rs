//! Passwords, access tokens and proofs of work: the machinery behind the domain's ports `PasswordHasher`, `AccessTokens` and
//! `ProofOfWork`.

#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
pub mod passwords;
pub mod proofs;
pub mod tokens;

pub use passwords::{Argon2Hasher, Figures, PoolConfig, StartError};
pub use proofs::{ProofConfig, SignedProofs};
pub use tokens::{SignedTokens, TokenConfig};
