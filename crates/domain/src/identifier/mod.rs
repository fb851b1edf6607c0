//! What a person is reached and found by: an e-mail address or a phone number, each in one canonical form.

mod email;
mod phone;

use std::fmt;

pub use email::{EmailAddress, EmailError};
pub use phone::{ContactParser, PhoneError, PhoneNumber};
use serde::{Deserialize, Serialize};

/// How a message travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// Electronic mail.
    Email,
    /// Text message.
    Sms,
}

impl Channel {
    /// The word stored and printed for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
        }
    }

    /// The channel of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "email" => Some(Self::Email),
            "sms" => Some(Self::Sms),
            _ => None,
        }
    }
}

/// An e-mail address or a phone number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Identifier {
    /// An e-mail address.
    Email(EmailAddress),
    /// A phone number.
    Phone(PhoneNumber),
}

impl Identifier {
    /// The channel that reaches it.
    pub fn channel(&self) -> Channel {
        match self {
            Self::Email(_) => Channel::Email,
            Self::Phone(_) => Channel::Sms,
        }
    }

    /// The canonical text: what stores compare and transports send to.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Email(address) => address.as_str(),
            Self::Phone(number) => number.as_str(),
        }
    }

    /// The identifier of a stored canonical text.
    pub fn from_stored(channel: Channel, text: String) -> Self {
        match channel {
            Channel::Email => Self::Email(EmailAddress::from_stored(text)),
            Channel::Sms => Self::Phone(PhoneNumber::from_stored(text)),
        }
    }

    /// Enough of it to be recognised by its owner, too little to be used by anyone else.
    pub fn masked(&self) -> Masked<'_> {
        Masked(self)
    }
}

/// Shows an identifier masked: `a•••@example.com`, `+91•••••••210`.
pub struct Masked<'a>(&'a Identifier);

impl fmt::Display for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Identifier::Email(address) => {
                let (local, domain) = address.as_str().split_once('@').unwrap_or((address.as_str(), ""));
                let first = local.chars().next().unwrap_or('•');
                write!(f, "{first}•••@{domain}")
            }
            Identifier::Phone(number) => {
                let digits = number.as_str();
                // Three at either end; numbers are at least seven digits, so some always stay hidden.
                let (head, rest) = digits.split_at(digits.len().min(3));
                let (hidden, tail) = rest.split_at(rest.len().saturating_sub(3));
                write!(f, "{head}{}{tail}", "•".repeat(hidden.len()))
            }
        }
    }
}

/// Why a typed contact is no identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContactError {
    /// Not an e-mail address mail can be sent to.
    #[error(transparent)]
    Email(#[from] EmailError),
    /// Not a phone number of any country.
    #[error(transparent)]
    Phone(#[from] PhoneError),
}

#[cfg(test)]
mod tests;
