//! A contact, as requests and replies have it: `{"phone": "…"}` or `{"email": "…"}`.

use std::fmt;

use otpd_domain::identifier::{Channel, Identifier};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::given::given;
use super::kinds;
use super::problem::{Failure, Refusal};
use super::text::{EmailText, PhoneText};
use crate::state::WebState;

/// Where a code goes: a phone number or an e-mail address.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
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

impl<'de> Deserialize<'de> for Contact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OneOfTwo)
    }
}

/// Checks a contact while it is being read, so that what is wrong with it is said of its field.
struct OneOfTwo;

impl<'de> Visitor<'de> for OneOfTwo {
    type Value = Contact;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with phone or email")
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Contact, A::Error> {
        match Sent::deserialize(MapAccessDeserializer::new(object))? {
            Sent { phone: Some(phone), email: None } => Ok(Contact::Phone(PhoneContact { phone })),
            Sent { phone: None, email: Some(email) } => Ok(Contact::Email(EmailContact { email })),
            _ => Err(A::Error::custom("give either phone or email")),
        }
    }
}

impl Contact {
    /// The identifier it is; `field` is where it stands in the request.
    ///
    /// # Errors
    /// When nobody can have it.
    pub fn identifier(&self, state: &WebState, field: &str) -> Result<Identifier, Failure> {
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
pub fn identifier(state: &WebState, channel: Channel, typed: &str, field: &str) -> Result<Identifier, Failure> {
    let parsed = state.domain().contacts.parse(channel, typed);
    parsed.map_err(|error| Refusal::field(kinds::CONTACT_UNUSABLE, field, error.to_string()).into())
}

/// As replies have it: the canonical text, which keeps to the rules of typed ones.
impl From<&Identifier> for Contact {
    fn from(identifier: &Identifier) -> Self {
        match identifier {
            Identifier::Phone(number) => Self::Phone(PhoneContact { phone: number.into() }),
            Identifier::Email(address) => Self::Email(EmailContact { email: address.into() }),
        }
    }
}
