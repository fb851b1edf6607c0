//! What tests of every room share: a fixed clock, seeded entropy, sample values, limits, cheap
//! credentials and proofs, and the store contract suite.

#![allow(clippy::missing_panics_doc, reason = "it serves tests, and a test that fails panics")]

pub mod limits;
pub mod sample;
pub mod store_contract;

mod clock;
mod credentials;
mod entropy;
mod proofs;

pub use clock::FixedClock;
pub use credentials::{TestHasher, TestTokens};
pub use entropy::SeededEntropy;
use otpd_domain::ports::DeliveryBell;
pub use proofs::TestProofs;

/// A bell nobody hears: for tests that run the delivery worker's steps themselves.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoBell;

impl DeliveryBell for NoBell {
    fn ring(&self) {}
}
