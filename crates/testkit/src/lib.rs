//! What tests of every room share: a fixed clock, seeded entropy, sample values, cheap
//! credentials and the store contract suite.

#![allow(clippy::missing_panics_doc, reason = "it serves tests, and a test that fails panics")]

pub mod sample;
pub mod store_contract;

mod clock;
mod credentials;
mod entropy;

pub use clock::FixedClock;
pub use credentials::{TestHasher, TestTokens};
pub use entropy::SeededEntropy;
use otpd_domain::ports::DeliveryBell;

/// A bell nobody hears: for tests that run the delivery worker's steps themselves.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoBell;

impl DeliveryBell for NoBell {
    fn ring(&self) {}
}
