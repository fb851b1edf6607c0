//! `[phone]`: how typed numbers are read.

use otpd_domain::identifier::ContactParser;

use super::table::problem::Wrong;
use super::table::reader::Reader;
use super::table::{Key, Kind, Section};

/// The table of this section.
pub const SECTION: Section = Section {
    name: "phone",
    doc: "How typed phone numbers are read.",
    keys: &[Key::optional(
        "phone.default_region",
        Kind::Text,
        "IN",
        "The country whose numbers may be written without a country code, as two letters. Without it every number \
         needs its country code. With `--dev` it is `IN`.",
    )
    .in_development("IN")],
};

/// The checked settings of this section.
#[derive(Debug)]
pub struct Phone {
    /// Reads what people type.
    pub contacts: ContactParser,
}

impl Phone {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self { contacts: reader.optional("phone.default_region", region).unwrap_or_default() }
    }
}

fn region(text: &str) -> Result<ContactParser, Wrong> {
    ContactParser::with_default_region(&text.trim().to_ascii_uppercase()).ok_or_else(|| {
        Wrong::new(
            format!("\"{text}\" is no country with phone numbers"),
            "Write two letters of ISO 3166, such as IN, TZ or GB",
        )
    })
}
