//! Passwords: what is taken as one, and what is kept of it.

use std::fmt;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroize;

/// Shortest password that may be configured as the least: where a code is always asked too (NIST SP 800-63B-4 §3.1.1.2).
pub const MIN_WITH_CODE: usize = 8;
/// Shortest password where it alone signs in (the same section; ASVS 5.0 6.2.1 asks for 8 at least and recommends 15).
pub const MIN_ALONE: usize = 15;
/// Longest password taken, in characters. 64 at least must be allowed; more than this is no password but an attack.
pub const MAX_LENGTH: usize = 256;

/// The most common passwords that are long enough to be chosen, in lower case, one a line.
const COMMON: &str = include_str!("password/common.txt");

/// A password as typed, in Unicode's form NFKC, so that the same keys give the same password on every system. It never
/// shows itself in debug output and is wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// What is kept of a password: a PHC string of Argon2id, or an older hash that was imported.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// What is demanded of a new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// Least number of characters.
    pub min_length: usize,
}

/// Why a text cannot be a new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PasswordError {
    /// Fewer characters than demanded.
    #[error("a password needs at least {0} characters; three or four words make a good one")]
    TooShort(usize),
    /// More than [`MAX_LENGTH`].
    #[error("a password has at most {MAX_LENGTH} characters")]
    TooLong,
    /// Control characters, which no keyboard gives the same way twice.
    #[error("a password has no control characters")]
    ControlCharacters,
    /// One of the most common ones, or the person's own name or contact.
    #[error("this password is too easy to guess; choose one that nobody else would think of")]
    Common,
}

impl Password {
    /// A password to compare with a stored one: anything short enough. `None` is as wrong as any wrong password.
    pub fn presented(typed: &str) -> Option<Self> {
        // Four bytes a character at most; checked before the work of normalising.
        (typed.len() <= MAX_LENGTH * 4).then(|| Self(normal(typed))).filter(|it| it.length() <= MAX_LENGTH)
    }

    /// What is compared in place of a text too long to be a password, so that it takes as long.
    pub(crate) fn none() -> Self {
        Self(String::new())
    }

    /// A new password, checked against the policy. `personal` are texts it must not be, with or without digits and
    /// punctuation around it: the person's name and contacts.
    ///
    /// # Errors
    /// Says what is wrong first.
    pub fn choose(typed: &str, policy: PasswordPolicy, personal: &[&str]) -> Result<Self, PasswordError> {
        let password = Self::presented(typed).ok_or(PasswordError::TooLong)?;
        if password.0.chars().any(char::is_control) {
            return Err(PasswordError::ControlCharacters);
        }
        if password.length() < policy.min_length {
            return Err(PasswordError::TooShort(policy.min_length));
        }
        if password.is_common(personal) {
            return Err(PasswordError::Common);
        }
        Ok(password)
    }

    /// The characters, for the hasher alone.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    fn length(&self) -> usize {
        self.0.chars().count()
    }

    fn is_common(&self, personal: &[&str]) -> bool {
        let lower = zeroize::Zeroizing::new(self.0.to_lowercase());
        let bare = stripped(&lower);
        let repeats = |unit: usize| lower.as_bytes().chunks(unit).all(|chunk| lower.as_bytes().starts_with(chunk));
        let few = (1..=4).any(repeats) || is_sequence(lower.as_bytes());
        let listed = COMMON.lines().any(|common| common == lower.as_str() || common == bare);
        let is_this = |text: &str| text.chars().count() >= 4 && [lower.as_str(), bare].contains(&text);
        let own = personal
            .iter()
            .map(|text| normal(text).to_lowercase())
            .any(|text| is_this(&text) || is_this(stripped(&text)));
        few || listed || own
    }
}

/// The form in which texts are compared.
fn normal(text: &str) -> String {
    text.nfkc().collect()
}

/// Whether each sign follows from the one before by the same small step, as in `abcdefgh` and `9876543210987`.
fn is_sequence(bytes: &[u8]) -> bool {
    let step = |pair: &[u8]| match pair {
        [from, to] if from.is_ascii_digit() && to.is_ascii_digit() => (to + 10 - from) % 10,
        [from, to] => to.wrapping_sub(*from),
        _ => 0,
    };
    let mut steps = bytes.windows(2).map(step);
    let first = steps.next().unwrap_or_default();
    steps.all(|step| step == first)
}

/// A text without the digits and signs around it, with which people try to make an easy password a hard one.
fn stripped(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_ascii_digit() || c.is_ascii_punctuation() || c == ' ')
}

impl PasswordHash {
    /// A hash made by the hasher or read back from a store.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The text stores keep.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Drop for Password {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: PasswordPolicy = PasswordPolicy { min_length: MIN_ALONE };

    fn choose(typed: &str) -> Result<Password, PasswordError> {
        Password::choose(
            typed,
            POLICY,
            &[
                "asha.rao@example.com",
                "Asha Rao of Pune",
                "asharaofrompune99",
                "+919876543210123",
                "So\u{fb01}a of Helsinki",
            ],
        )
    }

    #[test]
    fn long_phrases_of_any_script_are_taken() {
        let long = "correct horse battery ".repeat(11);
        for good in ["purple monkey dishwasher", "  spaces around it  ", "пароль который никто", long.as_str()]
        {
            assert!(choose(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn bad_ones_are_told_apart() {
        assert_eq!(choose("short"), Err(PasswordError::TooShort(15)));
        assert_eq!(choose(&"ab".repeat(129)), Err(PasswordError::TooLong));
        assert_eq!(choose("with a \u{7} bell in it"), Err(PasswordError::ControlCharacters));
        for common in [
            "aaaaaaaaaaaaaaaaaaaa",
            "123412341234123412",
            "Asha Rao of Pune!!1",
            "asharaofrompune99",
            "asharaofrompune7",
            "sofia of helsinki",
            "so\u{fb01}a of helsinki",
            "+919876543210123",
            "passwordpassword",
            "1234567890123456",
            "123456789012345678",
            "98765432109876543",
            "24680246802468024",
            "abcdefghijklmnopqrs",
        ] {
            assert_eq!(choose(common), Err(PasswordError::Common), "{common}");
        }
    }

    #[test]
    fn the_same_keys_give_the_same_password() {
        let composed = Password::presented("caf\u{e9} ﬁne of mine");
        assert_eq!(composed, Password::presented("cafe\u{301} fine of mine"));
        assert_eq!(Password::presented(&"a".repeat(100_000)), None);
        assert_eq!(format!("{:?}", composed.expect("one")), "Password");
    }
}
