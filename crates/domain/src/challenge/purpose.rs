//! What a code is good for.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

use super::Subject;
use crate::account::AccountId;

/// What a code is good for. A code is bound to its purpose.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Signing in to an account.
    SignIn,
    /// Activating a registration.
    Registration,
    /// Choosing a new password.
    PasswordReset,
    /// Giving an account another address or number.
    NewContact,
    /// What another back end asked for.
    Verification(VerificationType),
}

/// What the stored word of a verification begins with.
const VERIFICATION: &str = "verification:";

impl Purpose {
    /// The word stored for it.
    pub fn word(&self) -> Cow<'static, str> {
        match self {
            Self::SignIn => "sign-in".into(),
            Self::Registration => "registration".into(),
            Self::PasswordReset => "password-reset".into(),
            Self::NewContact => "new-contact".into(),
            Self::Verification(kind) => format!("{VERIFICATION}{}", kind.as_str()).into(),
        }
    }

    /// The purpose of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        if let Some(kind) = word.strip_prefix(VERIFICATION) {
            return VerificationType::parse(kind).map(Self::Verification);
        }
        [Self::SignIn, Self::Registration, Self::PasswordReset, Self::NewContact]
            .into_iter()
            .find(|purpose| purpose.word() == word)
    }

    /// Whether its challenges are found by contact, too, and take turns for it. All others are found by the browser's
    /// handle alone.
    pub fn is_found_by_contact(&self) -> bool {
        matches!(self, Self::Registration | Self::Verification(_))
    }

    /// Whether browsers hold its challenges, so that nobody else may end one.
    pub fn is_held_by_browsers(&self) -> bool {
        !matches!(self, Self::Verification(_))
    }

    /// Whether its codes go to the account they are about, and not to a contact that is new to it.
    pub fn goes_to_its_own_account(&self) -> bool {
        matches!(self, Self::SignIn | Self::PasswordReset)
    }

    /// The account that a code about `subject` was sent to, where the challenge alone says so: its budget is what guesses
    /// are taken from. Should it have lost the contact since, the code opens nothing.
    pub fn account_sent_to(&self, subject: Subject) -> Option<AccountId> {
        match subject {
            Subject::Account(account) if self.goes_to_its_own_account() => Some(account),
            _ => None,
        }
    }
}

/// The name of a kind of verification, such as `Login`: the caller's word for what it verifies for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct VerificationType(String);

impl VerificationType {
    /// Reads a name: 1 to 40 letters, digits, hyphens and underscores of ASCII.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=40).contains(&text.len());
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        (fits && plain).then(|| Self(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VerificationType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
