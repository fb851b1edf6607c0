//! Who may come in by the API and by password, and what is demanded of them.

use std::time::Duration;

use otpd_domain::code::CodeLength;
use otpd_domain::limits::Rate;
use otpd_domain::password::MIN_ALONE;
use otpd_web::Access;

use super::findings::Findings;
use super::guessing;
use crate::config::Config;
use crate::config::codes::CodeStore;
use crate::config::table::parse;
use crate::config::verification::DeclaredType;

/// Shortest code that the limits on guessing are reckoned for.
const SAFE_CODE_LENGTH: u8 = 6;
/// Longest life of an access token that needs no second thought.
const SHORT_LIVED: Duration = Duration::from_mins(15);

/// Says what the API is configured to do: a look at it shows what somebody forgot.
pub fn tell(config: &Config, findings: &mut Findings) {
    if config.verification.access != Access::Closed {
        for kind in &config.verification.types {
            findings.fine(format!("verification type {}", described(kind)));
            never_reached(config, &format!("verification.{}.rate", kind.name), kind.policy.codes.rate, findings);
        }
    }
    if config.registration.access != Access::Closed {
        never_reached(config, "registration.rate", config.registration.codes.rate, findings);
    }
}

/// Tells of a rate that the limit over all kinds of codes cuts short.
fn never_reached(config: &Config, key: &str, rate: Rate, findings: &mut Findings) {
    let most = config.limits.sends.to_contact.most_in(rate.within);
    if most < rate.sends.into() {
        let within = parse::written(rate.within);
        findings.tell(format!("{key}: of its {} in {within}, limits.send.per_contact lets {most} through", rate.sends));
    }
}

fn described(kind: &DeclaredType) -> String {
    let codes = &kind.policy.codes;
    format!(
        "{}: {} digits, valid {}, {} guesses, {} sends in {}, template {}",
        kind.name,
        codes.length.digits(),
        parse::written(codes.ttl),
        codes.max_attempts,
        codes.rate.sends,
        parse::written(codes.rate.within),
        kind.policy.template
    )
}

/// Looks for what is not safe for real customers.
pub fn check(config: &Config, findings: &mut Findings) {
    verification(config, findings);
    registration(config, findings);
    tokens(config, findings);
    if config.challenges.store == CodeStore::Memory {
        let why = "\"memory\" forgets every live code when the server stops";
        findings.warning(
            "challenges.store",
            why,
            "Write \"database\", unless people may ask for another code after each restart",
        );
    }
}

fn verification(config: &Config, findings: &mut Findings) {
    match config.verification.access {
        Access::Open => {
            let why = "\"open\" lets everybody send messages to anybody without a key, at your cost";
            let remedy = "Write \"key\" and make keys with otpd api-key create, or let only your own back ends reach /api/users/";
            findings.warning("verification.access", why, remedy);
        }
        Access::Key => {}
        Access::Closed => return,
    }
    for kind in &config.verification.types {
        // A type that follows [challenges] is told of there.
        if kind.policy.codes.length != config.challenges.code_length {
            length(config, &format!("verification.{}.code_length", kind.name), kind.policy.codes.length, findings);
        }
    }
}

fn registration(config: &Config, findings: &mut Findings) {
    if config.registration.access == Access::Closed {
        return;
    }
    findings.fine("registration is open to everybody; registration.access = \"off\" closes it");
    let least = config.passwords.policy.min_length;
    if least < MIN_ALONE {
        let why = format!(
            "{least} characters are enough only where a code is always asked for too, and here the password alone signs in"
        );
        findings.error(
            "passwords.min_length",
            why,
            format!("Write {MIN_ALONE} or more, or registration.access = \"off\""),
        );
    }
}

fn tokens(config: &Config, findings: &mut Findings) {
    let lifetime = config.tokens.lifetime;
    if lifetime > SHORT_LIVED {
        let why = format!(
            "a token that was handed out goes on being believed for {}, also when its session or account has ended",
            parse::written(lifetime)
        );
        findings.warning("tokens.lifetime", why, format!("Write {} or less", parse::written(SHORT_LIVED)));
    }
    for origin in config.api.allowed_origins.iter().filter(|origin| origin.starts_with("http://")) {
        let why = format!("{origin} is not https: whoever is on the way can change its pages and call the API in them");
        findings.error("api.allowed_origins", why, "Write the https origin of the front end");
    }
}

fn length(config: &Config, key: &str, length: CodeLength, findings: &mut Findings) {
    if length.digits() < SAFE_CODE_LENGTH {
        let chance = guessing::in_a_day(config, length);
        let why = format!("{} digits are guessed with a chance of {chance} a day", length.digits());
        findings.warning(key, why, format!("Write {SAFE_CODE_LENGTH} or more"));
    }
}
