//! `[tokens]`: the access tokens that a log-in hands out.

use std::time::Duration;

use super::table::reader::Reader;
use super::table::{Key, Kind, Section, parse};

/// The table of this section.
pub const SECTION: Section = Section {
    name: "tokens",
    doc: "The access tokens (JWT) that a log-in by the API hands out.",
    keys: &[
        Key::with_default(
            "tokens.lifetime",
            Kind::Duration,
            "15m",
            "How long an access token is valid, from 1m to 1h. One that was handed out cannot be called back.",
        ),
        Key::optional(
            "tokens.audience",
            Kind::Text,
            "https://shop.example.com",
            "Claim `aud`: the back ends that shall believe the tokens. Without it: `server.public_url`.",
        ),
    ],
};

/// The checked settings of this section.
#[derive(Debug)]
pub struct Tokens {
    /// How long a token is valid.
    pub lifetime: Duration,
    /// Who shall believe it; `None` for the server itself.
    pub audience: Option<String>,
}

impl Tokens {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self {
            lifetime: reader
                .value("tokens.lifetime", parse::duration(Duration::from_mins(1)..=Duration::from_hours(1))),
            audience: reader.optional("tokens.audience", parse::text),
        }
    }
}
