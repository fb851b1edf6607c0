//! The digits a person types.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use crate::entropy::{Entropy, EntropyError};

/// Shortest code that may be configured.
pub const MIN_LENGTH: u8 = 4;
/// Longest code that may be configured.
pub const MAX_LENGTH: u8 = 10;

/// How many digits a code has: [`MIN_LENGTH`] to [`MAX_LENGTH`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeLength(u8);

impl CodeLength {
    /// Checks a configured length.
    pub fn new(digits: u8) -> Option<Self> {
        (MIN_LENGTH..=MAX_LENGTH).contains(&digits).then_some(Self(digits))
    }

    /// The number of digits.
    pub fn digits(self) -> u8 {
        self.0
    }
}

/// A code, generated or typed. It never shows itself in debug output and is wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Code(String);

impl Code {
    /// Draws a code uniformly: every digit from its own random byte, bytes from 250 on thrown away so that
    /// no digit is likelier than another; leading zeros are kept.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn generate(entropy: &dyn Entropy, length: CodeLength) -> Result<Self, EntropyError> {
        let wanted = usize::from(length.digits());
        let mut digits = String::with_capacity(wanted);
        let mut pool = [0_u8; 16];
        while digits.len() < wanted {
            entropy.fill(&mut pool)?;
            let fair = pool.iter().filter(|byte| **byte < 250).map(|byte| char::from(b'0' + byte % 10));
            digits.extend(fair.take(wanted - digits.len()));
        }
        pool.zeroize();
        Ok(Self(digits))
    }

    /// Reads a typed or pasted code: ASCII digits, with spaces and hyphens between them overlooked.
    ///
    /// # Errors
    /// When anything else is in it (full-width digits included) or the number of digits is another.
    pub fn parse(typed: &str, length: CodeLength) -> Result<Self, MalformedCode> {
        let mut digits = String::with_capacity(usize::from(MAX_LENGTH));
        for character in typed.chars() {
            match character {
                '0'..='9' if digits.len() < usize::from(MAX_LENGTH) => digits.push(character),
                ' ' | '-' => {}
                _ => return Err(MalformedCode),
            }
        }
        if digits.len() == usize::from(length.digits()) { Ok(Self(digits)) } else { Err(MalformedCode) }
    }

    /// The digits, for the message that carries them and for the verifier.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({} digits)", self.0.len())
    }
}

/// What was typed cannot be a code of this length; no attempt is spent on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a code of the expected length")]
pub struct MalformedCode;

#[cfg(test)]
mod tests;
