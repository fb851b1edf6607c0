//! The limits in force.

use std::time::Duration;

use super::{Cooldown, Rates};
use crate::sms::SmsPolicy;

/// How long sends to a contact count for the next wait, when nothing else ends the series.
pub const SERIES: Duration = Duration::from_hours(1);

/// The limits in force, for all doors.
#[derive(Clone, Debug)]
pub struct LimitPolicy {
    /// Guesses.
    pub guesses: GuessPolicy,
    /// Sends.
    pub sends: SendPolicy,
    /// What text messages may cost, and where they go.
    pub sms: SmsPolicy,
}

/// How often may be guessed wrongly. Counted before it is compared, and given back when it was right.
#[derive(Clone, Debug)]
pub struct GuessPolicy {
    /// Codes, for an account over all its contacts, codes, doors and browsers; for a contact that no account holds, for the
    /// contact.
    pub codes: Rates,
    /// Codes, in all browsers that have signed in to the account before, together; on top of the others.
    pub codes_in_known_browser: Rates,
    /// Passwords, counted likewise (SP 800-63B-4 §3.2.2 allows 100 in a row).
    pub passwords: Rates,
    /// Passwords, in all browsers that have signed in to the account before, together; on top of the others.
    pub passwords_in_known_browser: Rates,
    /// Wrong passwords from one network, whatever the account.
    pub passwords_from_client: Rates,
}

/// How often may be sent.
#[derive(Clone, Debug)]
pub struct SendPolicy {
    /// To a contact, over all purposes and doors.
    pub to_contact: Rates,
    /// Waits between sends to a contact from pages.
    pub cooldown: Cooldown,
    /// From all browsers that have signed in to the contact's account before, together, when strangers have used up the
    /// contact's.
    pub from_known_browser: Rates,
    /// From one network: an IPv4 address or 64 bits of an IPv6 one. Callers with an API key are not counted.
    pub from_client: Rates,
    /// From one network, before a proof of work is asked for; `None` asks for none.
    pub before_proof: Option<Rates>,
    /// Text messages to a block of ten thousand numbers.
    pub to_block: Rates,
    /// Text messages to a country; `None`: as many as the money lasts.
    pub to_country: Option<Rates>,
}
