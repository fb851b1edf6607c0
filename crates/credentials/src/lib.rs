//! Passwords and access tokens: the machinery behind the domain's ports `PasswordHasher` and `AccessTokens`.

pub mod passwords;
pub mod tokens;

pub use passwords::{Argon2Hasher, Figures, PoolConfig, StartError};
pub use tokens::{SignedTokens, TokenConfig};
