//! Passwords, hashed with Argon2id by a few threads that do nothing else.
//!
//! One hash fills 19 MiB and takes a core for about 15 ms. So the number of threads bounds memory and the share of the
//! processor, the queue before them bounds the wait, and whoever finds the queue full is told so at once.
//!
//! A wrong password costs an unknown account the same work as a known one. Only an imported hash costs what it was made
//! with (one of Django 5.2 a quarter of a second), until its owner signs in for the first time.

pub(crate) mod argon2id;
pub(crate) mod django;
mod pool;
mod stored;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use otpd_domain::password::{Password, PasswordHash};
use otpd_domain::ports::{Compared, HashError, PasswordHasher};
use otpd_domain::{Entropy, EntropyError};

use argon2id::{Argon2Hash, Memory, OUTPUT_BYTES, SALT_BYTES};
use pool::Pool;
pub use pool::{Figures, PoolConfig};
use stored::Stored;

/// The hasher cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There was no randomness for the hash that unknown accounts are compared with.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// The system refused a thread.
    #[error("a thread for hashing passwords cannot be started; allow the process more threads: {0}")]
    Thread(#[from] std::io::Error),
}

/// Hashes with Argon2id at OWASP's least settings: 19 MiB, two passes, one lane. Reads Argon2id of any lower settings
/// and Django's PBKDF2, too, and hashes those anew when the password is right.
pub struct Argon2Hasher {
    pool: Pool,
    entropy: Arc<dyn Entropy>,
    /// Costs what a hash made today costs; its output was drawn, not computed, so no known password leads to it.
    nobodys: Argon2Hash,
}

impl Argon2Hasher {
    /// Starts the threads. They end when the hasher is dropped, after the hash they are at.
    ///
    /// # Errors
    /// When there is no randomness or no thread.
    pub fn start(config: PoolConfig, entropy: Arc<dyn Entropy>) -> Result<Self, StartError> {
        let nobodys = Argon2Hash::in_force(random::<SALT_BYTES>(&*entropy)?, random::<OUTPUT_BYTES>(&*entropy)?);
        Ok(Self { pool: Pool::start(config)?, entropy, nobodys })
    }

    /// What the threads have done so far.
    pub fn figures(&self) -> Figures {
        self.pool.figures()
    }
}

#[async_trait]
impl PasswordHasher for Argon2Hasher {
    async fn hash(&self, password: Password) -> Result<PasswordHash, HashError> {
        let salt = random(&*self.entropy)?;
        self.pool.run(move |memory| Argon2Hash::make(password.as_bytes(), salt, memory).to_stored()).await
    }

    async fn compare(&self, password: Password, hash: Option<PasswordHash>) -> Result<Compared, HashError> {
        let readable = hash.as_ref().and_then(Stored::read);
        let (known, unreadable) = (readable.is_some(), hash.is_some() && readable.is_none());
        let stored = readable.unwrap_or_else(|| Stored::Argon2id(self.nobodys.clone()));
        // Drawn by everybody: whether it is needed shall not show.
        let salt = random(&*self.entropy)?;
        let compare = move |memory: &mut Memory| {
            if !stored.matches(password.as_bytes(), memory) || !known {
                return Compared::Wrong;
            }
            let outdated = stored.is_outdated();
            let rehashed = outdated.then(|| Argon2Hash::make(password.as_bytes(), salt, memory).to_stored());
            Compared::Right { rehashed }
        };
        let compared = self.pool.run(compare).await?;
        // Said only after the work, so that no quick answer tells such an account from others.
        if unreadable { Err(HashError::Unreadable) } else { Ok(compared) }
    }
}

fn random<const N: usize>(entropy: &dyn Entropy) -> Result<[u8; N], EntropyError> {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes)?;
    Ok(bytes)
}
