//! The stored person. "Customer" is one of the roles.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::identifier::{EmailAddress, Identifier, PhoneNumber};

/// Longest name, address or type kept of an account, in characters.
pub const MAX_TEXT: usize = 300;

/// Names an account: a small number, as the systems otpd replaces gave them out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountId(pub i64);

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Names a registration. It becomes the account's id when the registration is activated: both are drawn from one
/// row of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RegistrationId(pub i64);

impl fmt::Display for RegistrationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A person's name in two parts, as registration forms ask for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonNames {
    /// First name; may be empty.
    pub first: String,
    /// Last name; may be empty.
    pub last: String,
}

impl PersonNames {
    /// Both as one name.
    pub fn full(&self) -> String {
        [self.first.trim(), self.last.trim()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Signs in and sees its own data.
    Customer,
    /// Looks after customers.
    Staff,
    /// Looks after staff, too.
    Superuser,
}

impl Role {
    /// The word stored and printed for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Staff => "staff",
            Self::Superuser => "superuser",
        }
    }

    /// The role of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Customer, Self::Staff, Self::Superuser].into_iter().find(|role| role.as_str() == word)
    }
}

/// What is known of an account before it has an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// Full name; messages greet by it.
    pub name: String,
    /// The name in its two parts, if it was given so.
    pub names: Option<PersonNames>,
    /// E-mail address; an account has this or a phone number, or both.
    pub email: Option<EmailAddress>,
    /// Phone number.
    pub phone: Option<PhoneNumber>,
    /// Postal address; may be empty.
    pub address: String,
    /// Household, Shop, Hotel, or what the company configured.
    pub customer_type: String,
    /// Its role.
    pub role: Role,
    /// Whether it may sign in.
    pub active: bool,
    /// Language tag its messages are written in; `None` follows the browser.
    pub language: Option<String>,
}

/// A stored account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// What is known of it.
    pub profile: NewAccount,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last signed in.
    pub last_sign_in_at: Option<Timestamp>,
}

/// Why a profile cannot be stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// Neither address nor number: nobody could sign in.
    #[error("an account needs an e-mail address or a phone number")]
    NoIdentifier,
    /// A text is longer than [`MAX_TEXT`].
    #[error("the {0} has more than {MAX_TEXT} characters")]
    TooLong(&'static str),
    /// A text has line breaks or other control characters.
    #[error("the {0} has control characters in it")]
    ControlCharacters(&'static str),
    /// The name is empty.
    #[error("the name is empty")]
    NoName,
    /// The customer type is not one of the configured ones.
    #[error("\"{given}\" is no customer type; the configured ones are {known}")]
    UnknownType {
        /// What was given.
        given: String,
        /// The configured ones.
        known: String,
    },
}

impl NewAccount {
    /// The contacts it has.
    pub fn contacts(&self) -> impl Iterator<Item = Identifier> + use<> {
        let email = self.email.clone().map(Identifier::Email);
        let phone = self.phone.clone().map(Identifier::Phone);
        email.into_iter().chain(phone)
    }

    /// Checks the profile against the configured customer types.
    ///
    /// # Errors
    /// Says what is wrong first.
    pub fn check(&self, customer_types: &[String]) -> Result<(), ProfileError> {
        if self.name.trim().is_empty() {
            return Err(ProfileError::NoName);
        }
        let names = self.names.clone().unwrap_or_default();
        for (what, text) in
            [("name", &self.name), ("first name", &names.first), ("last name", &names.last), ("address", &self.address)]
        {
            if text.chars().count() > MAX_TEXT {
                return Err(ProfileError::TooLong(what));
            }
            if text.chars().any(char::is_control) {
                return Err(ProfileError::ControlCharacters(what));
            }
        }
        if !customer_types.contains(&self.customer_type) {
            let (given, known) = (self.customer_type.clone(), customer_types.join(", "));
            return Err(ProfileError::UnknownType { given, known });
        }
        if self.email.is_none() && self.phone.is_none() {
            return Err(ProfileError::NoIdentifier);
        }
        Ok(())
    }
}
