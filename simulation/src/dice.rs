//! Chance, from the seed.

use std::sync::{Mutex, PoisonError};

/// Everything that happens by chance and is no secret: who acts, what fails, how long it takes.
#[derive(Debug)]
pub struct Dice(Mutex<fastrand::Rng>);

impl Dice {
    /// The dice of that seed.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(fastrand::Rng::with_seed(seed)))
    }

    /// A number below `end`, which is not 0.
    pub fn below(&self, end: u64) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).u64(0..end)
    }

    /// A number from `low` to `high`.
    pub fn between(&self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// An index of something that has `length` entries, at least one.
    pub fn index(&self, length: usize) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).usize(0..length)
    }

    /// True so many times in a thousand.
    pub fn permille(&self, times: u64) -> bool {
        self.below(1000) < times
    }

    /// One of several, by weight.
    pub fn pick<T: Copy>(&self, weighted: &[(u64, T)]) -> T {
        let mut left = self.below(weighted.iter().map(|(weight, _)| weight).sum());
        for (weight, one) in weighted {
            if left < *weight {
                return *one;
            }
            left -= weight;
        }
        unreachable!("what is left is below the sum")
    }
}
