//! `[registration]`: who may register, and what becomes of it.

use std::time::Duration;

use otpd_domain::limits::Cooldown;
use otpd_domain::policy::{CodePolicy, MAX_TTL};
use otpd_web::Access;

use super::codes::{self, CodeStore};
use super::table::problem::Wrong;
use super::table::reader::Reader;
use super::table::{Key, Kind, Section, parse};

/// Longest wait for an activation that may be configured.
const LONGEST_KEPT: Duration = Duration::from_hours(24 * 30);

/// The table of this section.
pub const SECTION: Section = Section {
    name: "registration",
    doc: "Registration with a password, activated by a code.",
    keys: &[
        Key::with_default(
            "registration.access",
            Kind::Choice(&["open", "off"]),
            "open",
            "Who may register, on `/register/` and by `/api/register/`: everybody or nobody. When it is off, the pages for \
             passwords do not exist either.",
        ),
        Key::with_default(
            "registration.store",
            Kind::Choice(&["memory", "database"]),
            "memory",
            "Where the codes of registrations are kept. Those in `memory` die when the server stops; the registration \
             waits on, and its owner asks for another code.",
        ),
        Key::like(
            "registration.code_length",
            Kind::Number,
            "challenges.code_length",
            "6",
            "Digits of a registration's code, 4 to 10.",
        ),
        Key::with_default(
            "registration.ttl",
            Kind::Duration,
            "10m",
            "How long a registration's code is valid, from 10s to 10m.",
        ),
        Key::like(
            "registration.max_attempts",
            Kind::Number,
            "challenges.max_attempts",
            "5",
            "How often a registration's code may be guessed, 1 to 5.",
        ),
        Key::with_default(
            "registration.rate",
            Kind::Text,
            "3/10m",
            "How many codes for registrations may be sent to one contact in how long: 1 to 100 in at most a day. \
             `limits.send.per_contact` holds besides, for codes of all kinds together.",
        ),
        Key::with_default(
            "registration.keep",
            Kind::Duration,
            "24h",
            "How long a registration waits to be activated, from 10m to 30d.",
        ),
        Key::optional(
            "registration.sms",
            Kind::Choice(&["on", "off"]),
            "on",
            "Whether a code also goes to the phone number, where one was given. Without this key: when `sms.transport` is \
             something else than `console`.",
        )
        .in_development("on"),
        Key::optional(
            "registration.customer_type",
            Kind::Text,
            "Household",
            "The customer type of new accounts, one of `customers.types`. Without it: the first of them.",
        ),
    ],
};

/// The checked settings of this section.
#[derive(Debug)]
pub struct Registration {
    /// Who may register.
    pub access: Access,
    /// Where its codes are kept.
    pub store: CodeStore,
    /// What holds for its codes.
    pub codes: CodePolicy,
    /// How long a registration waits.
    pub keep: Duration,
    /// Whether codes go out by SMS, too.
    pub sms: bool,
    /// The customer type of new accounts.
    pub customer_type: String,
}

impl Registration {
    pub(super) fn read(reader: &mut Reader, cooldown: &Cooldown, customer_types: &[String]) -> Self {
        let codes = CodePolicy {
            length: reader.value("registration.code_length", codes::length),
            ttl: reader.value("registration.ttl", codes::ttl),
            max_attempts: reader.value("registration.max_attempts", codes::max_attempts),
            cooldown: cooldown.clone(),
            rate: reader.value("registration.rate", codes::rate),
        };
        Self {
            access: reader.value("registration.access", access),
            store: reader.value("registration.store", codes::store),
            codes,
            keep: reader.value("registration.keep", parse::duration(MAX_TTL..=LONGEST_KEPT)),
            sms: sms(reader),
            customer_type: customer_type(reader, customer_types),
        }
    }
}

fn access(text: &str) -> Result<Access, Wrong> {
    parse::choice(&[("open", Access::Open), ("off", Access::Closed)])(text)
}

fn sms(reader: &mut Reader) -> bool {
    let chosen = reader.optional("registration.sms", parse::choice(&[("on", true), ("off", false)]));
    // Whether the transports are right is told where they are read.
    let sends = |text: &str| Ok(parse::list(text).any(|transport| transport != "console"));
    chosen.unwrap_or_else(|| reader.value("sms.transport", sends))
}

fn customer_type(reader: &mut Reader, types: &[String]) -> String {
    let known = |text: &str| {
        let unknown =
            || Wrong::new(format!("\"{text}\" is none of customers.types"), format!("Write {}", types.join(" or ")));
        types.iter().find(|one| *one == text.trim()).cloned().ok_or_else(unknown)
    };
    reader.optional("registration.customer_type", known).or_else(|| types.first().cloned()).unwrap_or_default()
}
