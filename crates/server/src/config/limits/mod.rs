//! `[limits]`: how often things may be done.

pub mod rates;
mod table;

use otpd_domain::limits::{Cooldown, GuessPolicy, SendPolicy};
pub use table::SECTION;

use super::codes;
use super::table::reader::Reader;

/// The checked settings of this section.
#[derive(Debug)]
pub struct Limits {
    /// Wrong guesses.
    pub guesses: GuessPolicy,
    /// Sends.
    pub sends: SendPolicy,
}

impl Limits {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self {
            guesses: GuessPolicy {
                codes: reader.value("limits.guess.per_account", rates::rates),
                codes_in_known_browser: reader.value("limits.guess.per_known_browser", rates::rates),
                passwords: reader.value("limits.password.per_account", rates::rates),
                passwords_in_known_browser: reader.value("limits.password.per_known_browser", rates::rates),
                passwords_from_client: reader.value("limits.password.per_ip", rates::rates),
            },
            sends: SendPolicy {
                to_contact: reader.value("limits.send.per_contact", rates::rates),
                cooldown: reader.value("limits.send.cooldown", codes::cooldown),
                from_known_browser: reader.value("limits.send.per_known_browser", rates::rates),
                from_client: reader.value("limits.send.per_ip", rates::rates),
                before_proof: reader.value("limits.send.proof_after", rates::or_off),
                to_block: reader.value("limits.send.per_prefix", rates::rates),
                to_country: reader.optional("limits.send.per_country", rates::or_none).flatten(),
            },
        }
    }

    /// Waits between sends.
    pub fn cooldown(&self) -> &Cooldown {
        &self.sends.cooldown
    }
}
