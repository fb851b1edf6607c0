//! The contact of a request: `phone` or `email`.

use otpd_domain::identifier::{Channel, ContactError, EmailError, Identifier, PhoneError};

use super::refused::Refused;
use crate::state::WebState;

/// A contact as it was sent. Empty text is as good as none: forms send what was not filled in.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    pub phone: Option<&'a str>,
    pub email: Option<&'a str>,
}

impl Sent<'_> {
    /// The one contact that was sent.
    ///
    /// # Errors
    /// When there is none, when there are two, or when it is malformed.
    pub fn parse(self, state: &WebState) -> Result<Identifier, Refused> {
        let (channel, typed) = self.one()?;
        state.domain().contacts.parse(channel, typed).map_err(refusal)
    }

    /// The one contact that was sent, unread.
    ///
    /// # Errors
    /// When there is none, or when there are two.
    pub fn one(&self) -> Result<(Channel, &str), Refused> {
        match (filled(self.phone), filled(self.email)) {
            (Some(phone), None) => Ok((Channel::Sms, phone)),
            (None, Some(email)) => Ok((Channel::Email, email)),
            (Some(_), Some(_)) => Err(Refused::bad("contact-both")),
            (None, None) => Err(Refused::bad("contact-missing")),
        }
    }
}

/// A field that was filled in.
pub fn filled(field: Option<&str>) -> Option<&str> {
    field.filter(|text| !text.trim().is_empty())
}

/// What is said of a malformed contact.
pub fn refusal(error: ContactError) -> Refused {
    Refused::bad(match error {
        ContactError::Email(EmailError::Malformed) => "email-malformed",
        ContactError::Email(EmailError::TooLong) => "email-long",
        ContactError::Phone(PhoneError::Malformed) => "phone-malformed",
        ContactError::Phone(PhoneError::Invalid) => "phone-invalid",
    })
}
