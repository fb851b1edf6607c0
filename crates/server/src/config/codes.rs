//! What the keys of codes have in common: those of `[challenges]`, of registration, and of each type of verification.

use std::time::Duration;

use otpd_domain::code::{CodeLength, MAX_LENGTH, MIN_LENGTH};
use otpd_domain::limits::{Cooldown, Rate};
use otpd_domain::policy::{MAX_ATTEMPTS, MAX_TTL};

use super::table::parse;
use super::table::problem::Wrong;

/// Shortest validity that may be configured: a message needs some seconds to arrive and be typed.
const MIN_TTL: Duration = Duration::from_secs(10);
/// Longest stretch a rate may look back: codes are kept as long.
const MAX_WITHIN: Duration = Duration::from_hours(24);

/// Where live codes are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeStore {
    /// In the database.
    Database,
    /// In the memory of the server: they die with it.
    Memory,
}

/// Reads the name of a store.
pub fn store(text: &str) -> Result<CodeStore, Wrong> {
    const REMEDY: &str = "Write \"database\" or \"memory\"";
    match text.trim() {
        "database" => Ok(CodeStore::Database),
        "memory" => Ok(CodeStore::Memory),
        // The text is not shown: such a URL may carry a password.
        planned if planned.starts_with("redis:") || planned.starts_with("rediss:") => {
            Err(Wrong::new("this version of otpd does not have the store \"redis\" yet", REMEDY))
        }
        other => Err(Wrong::new(format!("\"{other}\" is no store of codes"), REMEDY)),
    }
}

/// Reads a number of digits.
pub fn length(text: &str) -> Result<CodeLength, Wrong> {
    let digits = parse::number(MIN_LENGTH..=MAX_LENGTH)(text)?;
    CodeLength::new(digits).ok_or_else(|| Wrong::new("no code has that length", "Write a number from 4 to 10"))
}

/// Reads how long a code is valid.
pub fn ttl(text: &str) -> Result<Duration, Wrong> {
    parse::duration(MIN_TTL..=MAX_TTL)(text)
}

/// Reads how often a code may be guessed.
pub fn max_attempts(text: &str) -> Result<u32, Wrong> {
    parse::number(1..=MAX_ATTEMPTS)(text)
}

/// Reads the waits between sends.
pub fn cooldown(text: &str) -> Result<Cooldown, Wrong> {
    Cooldown::parse(text).map_err(|error| {
        Wrong::new(
            format!("\"{text}\" cannot be read: {error}"),
            "Write durations with commas between them, such as 30s, 60s, 120s",
        )
    })
}

/// Reads how many sends are allowed in how long.
pub fn rate(text: &str) -> Result<Rate, Wrong> {
    let rate = Rate::parse(text).map_err(|_| {
        Wrong::new(format!("\"{text}\" is no rate"), "Write how many in how long, such as 3/10m or 10/1d")
    })?;
    if rate.within > MAX_WITHIN {
        let why =
            format!("{} is longer than {}, the most allowed", parse::written(rate.within), parse::written(MAX_WITHIN));
        return Err(Wrong::new(why, "Write a stretch of at most a day, such as 10/1d"));
    }
    Ok(rate)
}
