//! A field for an e-mail address or a phone number: what is taken, and what is said of the rest.

use otpd_domain::identifier::{Channel, ContactError, ContactParser, EmailError, Identifier, PhoneError};
use serde::Serialize;

/// What is wrong with what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputError {
    /// Neither e-mail nor phone was chosen.
    Type,
    /// Nothing was typed where either is taken.
    Missing,
    /// Nothing was typed for an address.
    EmailMissing,
    /// No e-mail address.
    Email,
    /// Nothing was typed for a number.
    PhoneMissing,
    /// Not written like a number.
    PhoneCharacters,
    /// Not a number of any country.
    Phone,
}

impl InputError {
    /// All of them, for the samples of templates.
    pub const ALL: [Self; 7] = [
        Self::Type,
        Self::Missing,
        Self::EmailMissing,
        Self::Email,
        Self::PhoneMissing,
        Self::PhoneCharacters,
        Self::Phone,
    ];

    /// What to say of a contact that is none.
    pub fn of(channel: Channel, typed: &str, error: ContactError) -> Self {
        match (error, channel) {
            _ if typed.trim().is_empty() && channel == Channel::Email => Self::EmailMissing,
            _ if typed.trim().is_empty() => Self::PhoneMissing,
            (ContactError::Email(EmailError::Malformed | EmailError::TooLong), _) => Self::Email,
            (ContactError::Phone(PhoneError::Malformed), _) => Self::PhoneCharacters,
            (ContactError::Phone(PhoneError::Invalid), _) => Self::Phone,
        }
    }
}

/// Reads a contact of a kind that was chosen.
///
/// # Errors
/// Says what is wrong with it; the log learns that, too, but not what was typed.
pub fn read(contacts: ContactParser, channel: Channel, typed: &str) -> Result<Identifier, InputError> {
    contacts.parse(channel, typed).map_err(|error| refused(InputError::of(channel, typed, error)))
}

/// Reads a contact where either kind is taken: what has a letter in it can only be an address.
///
/// # Errors
/// As [`read`].
pub fn read_either(contacts: ContactParser, typed: &str) -> Result<Identifier, InputError> {
    if typed.trim().is_empty() {
        return Err(refused(InputError::Missing));
    }
    let is_address = typed.chars().any(|c| c.is_alphabetic() || c == '@');
    read(contacts, if is_address { Channel::Email } else { Channel::Sms }, typed)
}

/// Notes that a contact was not taken.
pub fn refused(error: InputError) -> InputError {
    tracing::info!(field = "contact", ?error, "a malformed contact was refused");
    error
}

/// The kind of contact that a choice between two means.
pub fn channel_of(word: &str) -> Option<(&'static str, Channel)> {
    match word {
        "email" => Some(("email", Channel::Email)),
        "phone" => Some(("phone", Channel::Sms)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_letter_is_an_address() {
        let contacts = ContactParser::with_default_region("IN").expect("a region");
        let said = |typed| read_either(contacts, typed).map(|contact| contact.as_str().to_owned());
        assert_eq!(said(" Asha@Example.com"), Ok("asha@example.com".to_owned()));
        assert_eq!(said("98765 43210"), Ok("+919876543210".to_owned()));
        for (typed, error) in [
            (" ", InputError::Missing),
            ("asha", InputError::Email),
            ("asha99", InputError::Email),
            ("@", InputError::Email),
            ("12", InputError::Phone),
            ("12#", InputError::PhoneCharacters),
        ] {
            assert_eq!(said(typed), Err(error), "{typed}");
        }
    }
}
