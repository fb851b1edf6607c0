//! The rules of otpd: identifiers, codes, challenges, accounts, sessions, messages and their use cases.
//!
//! This crate knows no HTTP, no SQL and no mail server. What it needs from outside it asks for through
//! [`ports`], and time and randomness are arguments ([`Clock`], [`Entropy`]), so that a whole year of
//! sign-ins can be replayed from one seed.
//!
//! The way in is [`sign_in`], [`register`], [`password_sign_in`], [`verification`] (one use case a file) and
//! [`administer`]; what they share of codes is in [`codes`]. All work on a [`Domain`].

pub mod account;
pub mod administer;
pub mod api_key;
pub mod audit;
pub mod browser;
pub mod challenge;
pub mod clock;
pub mod code;
pub mod codes;
pub mod entropy;
pub mod fault;
mod id;
pub mod identifier;
pub mod keys;
pub mod limits;
pub mod message;
pub mod meters;
pub mod password;
pub mod password_sign_in;
pub mod policy;
pub mod ports;
pub mod register;
pub mod session;
pub mod sign_in;
pub mod sms;
pub mod token;
pub mod verification;
pub mod visitor;

use std::sync::Arc;

pub use clock::{Clock, Timestamp};
pub use entropy::{Entropy, EntropyError};
pub use fault::Fault;
pub use keys::Keyring;
pub use policy::Policy;
pub use ports::Ports;
pub use visitor::Visitor;

/// Everything a use case works with: the outside world behind ports, and the settings in force.
#[derive(Clone)]
pub struct Domain {
    /// The stores and the outbox, as atomic operations.
    pub ports: Ports,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub entropy: Arc<dyn Entropy>,
    /// The keys for verifiers and sealed messages.
    pub keys: Arc<Keyring>,
    /// The limits and lifetimes in force.
    pub policy: Arc<Policy>,
    /// How contacts typed by people become identifiers.
    pub contacts: identifier::ContactParser,
}
