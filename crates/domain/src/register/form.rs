//! What a registration form holds, and what is wrong with it.

use crate::Domain;
use crate::account::{MAX_TEXT, PersonNames};
use crate::clock::Timestamp;
use crate::identifier::{EmailAddress, PhoneNumber};
use crate::password::{Password, PasswordError, PasswordHash};

/// What a person fills in. There is no role, no state and no id in it: nobody can register more than a customer.
#[derive(Clone)]
pub struct RegistrationForm {
    /// First and last name.
    pub names: PersonNames,
    /// E-mail address.
    pub email: EmailAddress,
    /// Phone number, if one was given.
    pub phone: Option<PhoneNumber>,
    /// The password as typed.
    pub password: String,
}

/// Why a form cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationProblem {
    /// Both names are empty.
    #[error("a name is needed")]
    NoName,
    /// A name is longer than [`MAX_TEXT`].
    #[error("a name has at most {MAX_TEXT} characters")]
    NameTooLong,
    /// A name has line breaks or other control characters in it.
    #[error("a name has no control characters")]
    NameControlCharacters,
    /// The password cannot be taken.
    #[error(transparent)]
    Password(#[from] PasswordError),
}

/// A registration as it is written.
#[derive(Clone, Debug)]
pub struct NewRegistration {
    /// First and last name.
    pub names: PersonNames,
    /// E-mail address.
    pub email: EmailAddress,
    /// Phone number, if one was given.
    pub phone: Option<PhoneNumber>,
    /// The hash of the password.
    pub password: PasswordHash,
    /// The customer type the account will have.
    pub customer_type: String,
    /// The language of the registering browser.
    pub language: String,
    /// The network it came from, as [`crate::visitor::network`] writes it, to tell two registrants of one contact apart.
    pub client: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it can no longer be activated.
    pub expires_at: Timestamp,
}

impl RegistrationForm {
    /// The password, when the whole form is in order.
    pub(super) fn check(&self, domain: &Domain) -> Result<Password, RegistrationProblem> {
        let full = self.names.full();
        if full.is_empty() {
            return Err(RegistrationProblem::NoName);
        }
        for name in [&self.names.first, &self.names.last, &full] {
            if name.chars().count() > MAX_TEXT {
                return Err(RegistrationProblem::NameTooLong);
            }
            if name.chars().any(char::is_control) {
                return Err(RegistrationProblem::NameControlCharacters);
            }
        }
        let local = self.email.as_str().split('@').next().unwrap_or_default();
        let phone = self.phone.as_ref().map_or("", PhoneNumber::as_str);
        let personal = [full.as_str(), &self.names.first, &self.names.last, self.email.as_str(), local, phone];
        Ok(Password::choose(&self.password, domain.policy.passwords, &personal)?)
    }
}
