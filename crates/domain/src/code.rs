//! The digits a person types.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use crate::entropy::{Entropy, EntropyError};

/// Shortest code that may be configured.
pub const MIN_LENGTH: u8 = 4;
/// Longest code that may be configured.
pub const MAX_LENGTH: u8 = 10;

/// Characters of a long code: what people type when somebody has spent the account's budget of guesses. 13 of 32
/// characters are 65 bits; from 64 on no limit is needed (SP 800-63B-4 §3.1.3.2).
pub const LONG: usize = 13;
/// Crockford's base 32: no I, L, O and U, which are read as other characters or make words.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

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

    /// Draws a long code of [`LONG`] characters, uniformly: 32 divides 256.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn generate_long(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut pool = [0_u8; LONG];
        entropy.fill(&mut pool)?;
        let code = pool.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
        pool.zeroize();
        Ok(Self(code))
    }

    /// Reads a typed or pasted code: ASCII digits, or a long code in either case, with spaces and hyphens overlooked. Of a
    /// long one O is 0, and I and L are 1, as Crockford has it. Either is taken whichever was sent, so that nothing tells
    /// which it was.
    ///
    /// # Errors
    /// When anything else is in it (full-width digits included) or its length is another.
    pub fn parse(typed: &str, length: CodeLength) -> Result<Self, MalformedCode> {
        let mut read = String::with_capacity(LONG);
        for character in typed.chars() {
            match character {
                ' ' | '-' => {}
                _ if read.len() == LONG => return Err(MalformedCode),
                'o' | 'O' => read.push('0'),
                'i' | 'I' | 'l' | 'L' => read.push('1'),
                _ => read.push(character.to_ascii_uppercase()),
            }
        }
        let long = read.len() == LONG && read.bytes().all(|byte| ALPHABET.contains(&byte));
        let short = read.len() == usize::from(length.digits())
            && typed.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ' || byte == b'-');
        if long || short { Ok(Self(read)) } else { Err(MalformedCode) }
    }

    /// The digits, or the characters of a long code, for the verifier.
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// Whether it is a long one.
    pub fn is_long(&self) -> bool {
        self.0.len() == LONG
    }

    /// As people read it: a long code in groups, `7KQ4-MZ2X-9HTWB`.
    pub fn readable(&self) -> String {
        match (self.0.get(..4), self.0.get(4..8), self.0.get(8..)) {
            (Some(first), Some(second), Some(third)) if self.is_long() => format!("{first}-{second}-{third}"),
            _ => self.0.clone(),
        }
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
