//! `[challenges]`: the codes.

use std::time::Duration;

use otpd_domain::code::CodeLength;

use super::codes::{self, CodeStore};
use super::table::reader::Reader;
use super::table::{Key, Kind, Section, parse};

/// The table of this section.
pub const SECTION: Section = Section {
    name: "challenges",
    doc: "The codes: how long, how long valid, how often guessed.",
    keys: &[
        Key::with_default(
            "challenges.store",
            Kind::Choice(&["database", "memory"]),
            "database",
            "Where live codes are kept. Those in `memory` die when the server stops, and whoever waits for one asks for \
             another. Codes of registrations have a store of their own, `registration.store`.",
        ),
        Key::with_default(
            "challenges.memory_capacity",
            Kind::Number,
            "1000000",
            "How many codes a store in memory holds, 1000 to 100000000, at about 1 KB each; used and expired ones are among \
             them as long as a rate looks back. A full store sends no code until others leave it.",
        ),
        Key::with_default("challenges.code_length", Kind::Number, "6", "Digits of a code, 4 to 10."),
        Key::with_default(
            "challenges.ttl",
            Kind::Duration,
            "5m",
            "How long a code is valid, from 10s to 10m. Longer is refused: NIST SP 800-63B-4 allows ten minutes.",
        ),
        Key::with_default(
            "challenges.max_attempts",
            Kind::Number,
            "5",
            "How often one code may be guessed, 1 to 5. After that the person asks for another code.",
        ),
    ],
};

/// The checked settings of this section.
#[derive(Debug)]
pub struct Challenges {
    /// Where live codes are kept, but those of registrations.
    pub store: CodeStore,
    /// How many codes a store in memory holds.
    pub memory_capacity: usize,
    /// Digits of a code.
    pub code_length: CodeLength,
    /// How long a code is valid.
    pub ttl: Duration,
    /// Guesses a code.
    pub max_attempts: u32,
}

impl Challenges {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self {
            store: reader.value("challenges.store", codes::store),
            memory_capacity: reader.value("challenges.memory_capacity", parse::number(1_000..=100_000_000)),
            code_length: reader.value("challenges.code_length", codes::length),
            ttl: reader.value("challenges.ttl", codes::ttl),
            max_attempts: reader.value("challenges.max_attempts", codes::max_attempts),
        }
    }
}
