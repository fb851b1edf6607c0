//! A field for a new password: what is said of one that cannot be taken.

use otpd_domain::password::PasswordError;
use serde::Serialize;

/// What is wrong with a new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PasswordFault {
    /// Nothing was typed.
    Missing,
    /// Fewer characters than demanded.
    Short,
    /// Far more than anybody types.
    Long,
    /// Characters that no keyboard gives the same way twice.
    Control,
    /// Too easy to guess.
    Common,
}

impl PasswordFault {
    /// All of them, for the samples of templates.
    pub const ALL: [Self; 5] = [Self::Missing, Self::Short, Self::Long, Self::Control, Self::Common];

    /// What to say of a text that is no password.
    pub fn of(typed: &str, error: PasswordError) -> Self {
        tracing::info!(field = "password", reason = ?error, "a new password was refused");
        match error {
            _ if typed.is_empty() => Self::Missing,
            PasswordError::TooShort(_) => Self::Short,
            PasswordError::TooLong => Self::Long,
            PasswordError::ControlCharacters => Self::Control,
            PasswordError::Common => Self::Common,
        }
    }
}
