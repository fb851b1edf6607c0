//! Randomness that repeats itself from a seed.

use std::sync::{Mutex, PoisonError};

use otpd_domain::{Entropy, EntropyError};
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};

/// `ChaCha20` from a seed: the same test draws the same bytes each time.
#[derive(Debug)]
pub struct SeededEntropy(Mutex<ChaCha20Rng>);

impl SeededEntropy {
    /// The source of that seed.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))
    }
}

impl Default for SeededEntropy {
    fn default() -> Self {
        Self::new(0)
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, dest: &mut [u8]) -> Result<(), EntropyError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(dest);
        Ok(())
    }
}
