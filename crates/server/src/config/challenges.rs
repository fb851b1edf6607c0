//! `[challenges]`: the codes.

use std::time::Duration;

use otpd_domain::code::{CodeLength, MAX_LENGTH, MIN_LENGTH};
use otpd_domain::sign_in::{MAX_ATTEMPTS, MAX_TTL};

use super::table::problem::Wrong;
use super::table::reader::Reader;
use super::table::{Key, Kind, Section, parse};

/// Shortest validity that may be configured: a message needs some seconds to arrive and be typed.
const MIN_TTL: Duration = Duration::from_secs(10);

/// The table of this section.
pub const SECTION: Section = Section {
    name: "challenges",
    doc: "The codes: how long, how long valid, how often guessed.",
    keys: &[
        Key::with_default(
            "challenges.store",
            Kind::Choice(&["database"]),
            "database",
            "Where live codes are kept: in the database.",
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
    /// Digits of a code.
    pub code_length: CodeLength,
    /// How long a code is valid.
    pub ttl: Duration,
    /// Guesses a code.
    pub max_attempts: u32,
}

impl Challenges {
    pub(super) fn read(reader: &mut Reader) -> Self {
        reader.value("challenges.store", store);
        Self {
            code_length: reader.value("challenges.code_length", code_length),
            ttl: reader.value("challenges.ttl", parse::duration(MIN_TTL..=MAX_TTL)),
            max_attempts: reader.value("challenges.max_attempts", parse::number(1..=MAX_ATTEMPTS)),
        }
    }
}

fn store(text: &str) -> Result<(), Wrong> {
    match text.trim() {
        "database" => Ok(()),
        planned if planned == "memory" || planned.starts_with("redis:") || planned.starts_with("rediss:") => {
            let kind = planned.split(':').next().unwrap_or_default();
            Err(Wrong::new(
                format!("this version of otpd does not have the store \"{kind}\" yet"),
                "Write \"database\"",
            ))
        }
        other => Err(Wrong::new(format!("\"{other}\" is no store of codes"), "Write \"database\"")),
    }
}

fn code_length(text: &str) -> Result<CodeLength, Wrong> {
    let digits = parse::number(MIN_LENGTH..=MAX_LENGTH)(text)?;
    CodeLength::new(digits).ok_or_else(|| Wrong::new("no code has that length", "Write a number from 4 to 10"))
}
