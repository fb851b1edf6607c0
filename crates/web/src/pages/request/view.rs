//! What the request page shows.

use otpd_domain::identifier::{Channel, ContactError, EmailError, PhoneError};
use otpd_templating::Template;
use serde::Serialize;

use crate::pages::Frame;

/// What the page shows.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RequestPage {
    pub frame: Frame,
    /// `email`, `phone`, or empty when neither was chosen.
    pub contact_type: &'static str,
    /// What was typed, kept.
    pub contact_value: String,
    pub next: Option<String>,
    pub notice: Option<Notice>,
    pub error: Option<InputError>,
}

/// Why a person is (back) on this page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notice {
    /// They were signed in, and no longer are.
    SessionExpired,
    /// The sign-in they had begun is gone.
    PendingExpired,
    /// The code they typed was used before.
    CodeUsed,
    /// The form they sent was too old.
    FormStale,
}

/// What is wrong with what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputError {
    /// Neither e-mail nor phone was chosen.
    Type,
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

impl Template for RequestPage {
    const NAME: &'static str = "pages/request.html";

    fn samples() -> Vec<Self> {
        use InputError::{Email, EmailMissing, Phone, PhoneCharacters, PhoneMissing, Type};
        use Notice::{CodeUsed, FormStale, PendingExpired, SessionExpired};
        let plain = || Self { frame: Frame::sample(), contact_type: "email", ..Self::default() };
        let notices = [SessionExpired, PendingExpired, CodeUsed, FormStale];
        let errors = [
            (Type, ""),
            (EmailMissing, "email"),
            (Email, "email"),
            (PhoneMissing, "phone"),
            (PhoneCharacters, "phone"),
            (Phone, "phone"),
        ];
        let next = Some("/dashboard/".to_owned());
        let with_notice = notices.map(|reason| Self { notice: Some(reason), next: next.clone(), ..plain() });
        let refused = errors.map(|(error, contact_type)| Self {
            error: Some(error),
            contact_type,
            contact_value: "what was typed".to_owned(),
            ..plain()
        });
        [plain()].into_iter().chain(with_notice).chain(refused).collect()
    }
}

impl InputError {
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
