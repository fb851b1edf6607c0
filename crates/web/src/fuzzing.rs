//! The door of the fuzz targets to the private parsers of this crate; not part of its interface.

pub use crate::api::caller::bearer;
pub use crate::api::json::{JsonProblem, parse as json};
pub use crate::api::v1::contact::Contact;
pub use crate::api::v1::path::PathId;
pub use crate::api::v1::text::{
    CodeText, EmailText, LanguageText, LineText, NameText, PhoneText, SearchText, TokenText,
};
pub use crate::colour::Colour;
pub use crate::cookies::{CookieRules, Kind};
pub use crate::device::Device;
pub use crate::extract::{Fields, Next, SentCookies, UserAgent, carry};
