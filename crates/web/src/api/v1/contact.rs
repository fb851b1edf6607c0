//! A contact, as requests and replies have it: `{"phone": "…"}` or `{"email": "…"}`.

use otpd_domain::identifier::{Channel, Identifier};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::given::given;
use super::kinds;
use super::problem::Refusal;
use super::text::{EmailText, PhoneText};
use crate::state::WebState;

/// Where a code goes: a phone number or an e-mail address.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged, try_from = "Sent")]
pub enum Contact {
    /// By SMS.
    Phone(PhoneContact),
    /// By e-mail.
    Email(EmailContact),
}

/// A phone number. In replies it is international, with its `+`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PhoneContact {
    /// The number.
    pub phone: PhoneText,
}

/// An e-mail address. In replies it is in lower case.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailContact {
    /// The address.
    pub email: EmailText,
}

/// As it is read: so that what is wrong with it can be said of the field.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    #[serde(default, deserialize_with = "given")]
    phone: Option<PhoneText>,
    #[serde(default, deserialize_with = "given")]
    email: Option<EmailText>,
}

impl TryFrom<Sent> for Contact {
    type Error = &'static str;

    fn try_from(sent: Sent) -> Result<Self, &'static str> {
        match sent {
            Sent { phone: Some(phone), email: None } => Ok(Self::Phone(PhoneContact { phone })),
            Sent { phone: None, email: Some(email) } => Ok(Self::Email(EmailContact { email })),
            _ => Err("give either phone or email"),
        }
    }
}

impl Contact {
    /// The identifier it is; `field` is where it stands in the request.
    ///
    /// # Errors
    /// When nobody can have it.
    pub fn identifier(&self, state: &WebState, field: &str) -> Result<Identifier, Refusal> {
        let (channel, name, typed) = match self {
            Self::Phone(contact) => (Channel::Sms, "phone", contact.phone.as_str()),
            Self::Email(contact) => (Channel::Email, "email", contact.email.as_str()),
        };
        identifier(state, channel, typed, &format!("{field}.{name}"))
    }
}

/// The identifier of a typed contact; `field` is where it stands in the request.
///
/// # Errors
/// When nobody can have it.
pub fn identifier(state: &WebState, channel: Channel, typed: &str, field: &str) -> Result<Identifier, Refusal> {
    let parsed = state.domain().contacts.parse(channel, typed);
    parsed.map_err(|error| Refusal::field(kinds::CONTACT_UNUSABLE, field, error))
}

/// As replies have it: the canonical text, which keeps to the rules of typed ones.
impl From<&Identifier> for Contact {
    fn from(identifier: &Identifier) -> Self {
        let text = identifier.as_str().to_owned();
        match identifier {
            Identifier::Phone(_) => Self::Phone(PhoneContact { phone: PhoneText::kept(text) }),
            Identifier::Email(_) => Self::Email(EmailContact { email: EmailText::kept(text) }),
        }
    }
}
