//! The limits and lifetimes in force.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::challenge::{Purpose, VerificationType};
use crate::code::CodeLength;
use crate::limits::{Cooldown, LimitPolicy, Rate};
use crate::password::PasswordPolicy;

/// Longest validity a code may be given: 10 minutes (NIST SP 800-63B-4 §3.1.3.1, ASVS 5.0 6.6.3).
pub const MAX_TTL: Duration = Duration::from_mins(10);
/// Most guesses a single code may be given.
pub const MAX_ATTEMPTS: u32 = 5;

/// The limits of the codes of one purpose.
#[derive(Clone, Debug)]
pub struct CodePolicy {
    /// Digits of a code.
    pub length: CodeLength,
    /// How long a code is valid; at most [`MAX_TTL`].
    pub ttl: Duration,
    /// Guesses a code; at most [`MAX_ATTEMPTS`].
    pub max_attempts: u32,
    /// Waits between sends.
    pub cooldown: Cooldown,
    /// How many sends for one contact in how long; kept where challenges are found by contact.
    pub rate: Rate,
}

/// A kind of verification that the configuration declares.
#[derive(Clone, Debug)]
pub struct VerificationPolicy {
    /// The limits of its codes.
    pub codes: CodePolicy,
    /// The name of its message templates.
    pub template: String,
}

/// Who may register, and what becomes of it.
#[derive(Clone, Debug)]
pub struct RegistrationPolicy {
    /// The limits of its codes.
    pub codes: CodePolicy,
    /// How long a registration waits to be activated.
    pub keep: Duration,
    /// The customer type new accounts get.
    pub customer_type: String,
    /// Whether codes also go out by SMS where a number is given.
    pub sms: bool,
}

/// The limits and lifetimes in force.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The codes of the sign-in pages, also those for a new password or a new contact.
    pub sign_in: CodePolicy,
    /// Registration.
    pub registration: RegistrationPolicy,
    /// The kinds of verification.
    pub verifications: BTreeMap<VerificationType, VerificationPolicy>,
    /// What is demanded of new passwords.
    pub passwords: PasswordPolicy,
    /// How often may be sent and guessed, at all doors together.
    pub limits: LimitPolicy,
    /// How long a session lives unused.
    pub session_idle: Duration,
    /// How long a session lives at most.
    pub session_lifetime: Duration,
}

impl Policy {
    /// The limits of a purpose's codes; `None` for a kind of verification that is not (or no longer) declared.
    pub fn codes(&self, purpose: &Purpose) -> Option<&CodePolicy> {
        match purpose {
            Purpose::SignIn | Purpose::PasswordReset | Purpose::NewContact => Some(&self.sign_in),
            Purpose::Registration => Some(&self.registration.codes),
            Purpose::Verification(kind) => self.verifications.get(kind).map(|policy| &policy.codes),
        }
    }

    /// The kind of verification of that name, if it is declared.
    pub fn verification(&self, name: &str) -> Option<VerificationType> {
        VerificationType::parse(name).filter(|kind| self.verifications.contains_key(kind))
    }
}
