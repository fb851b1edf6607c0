//! How likely it is that somebody guesses a code, with the limits in force.

use std::time::Duration;

use otpd_domain::administer::chance_of_guessing_an_account;
use otpd_domain::code::{CodeLength, MAX_LENGTH};
use otpd_domain::limits::{Chance, Rates, chance_of_a_guess};
use otpd_web::Access;
use serde::Serialize;

use super::findings::{Findings, Severity};
use crate::config::Config;
use crate::config::limits::rates::written;
use crate::config::table::problem::{Problem, Wrong};
use crate::wire;

/// The greatest chance in a day that is promised for an account: twenty guesses at six digits.
const PROMISED: f64 = 2e-5;
/// Chances that differ by less are one: they come out of a division.
const CLOSE: f64 = 1e-12;
/// Digits that the promise is made for.
const USUAL: u8 = 6;
const DAY: Duration = Duration::from_hours(24);

/// What the limits on guessing come to, for scripts.
#[derive(Clone, Copy, Serialize)]
pub struct Guessing {
    failures_a_day: u64,
    chance_in_a_day: f64,
    chance_in_a_year: f64,
    failures_a_day_in_known_browser: u64,
    chance_in_a_day_in_known_browser: f64,
}

/// Tells what the limits come to, and blames the key that makes it more than is promised.
pub fn check(config: &Config, severity: Severity, findings: &mut Findings) {
    let (key, length) = shortest(config);
    let chance = chance(config);
    let (codes, in_browser) = (&config.limits.guesses.codes, &config.limits.guesses.codes_in_known_browser);
    let at_hand = chance_of_a_guess(in_browser, length);
    findings.tell(format!(
        "an account takes {} wrong codes a day ({}), over all its contacts, codes, doors and browsers",
        chance.guesses_a_day,
        written(codes),
    ));
    findings.tell(format!(
        "whoever types them all guesses a code of {} digits with a chance of {} a day and {} a year",
        length.digits(),
        one_in(chance.in_a_day),
        one_in(chance.in_a_year),
    ));
    findings.tell(format!(
        "browsers that have signed in before take {} more together ({}): {} a day, for whoever has such a browser",
        at_hand.guesses_a_day,
        written(in_browser),
        one_in(at_hand.in_a_day),
    ));
    let passwords = &config.limits.guesses.passwords;
    if config.registration.access != Access::Closed {
        let most = passwords.most_in(DAY);
        findings.tell(format!("an account takes {most} wrong passwords a day ({})", written(passwords)));
    }
    findings.guessing = Some(Guessing {
        failures_a_day: chance.guesses_a_day,
        chance_in_a_day: chance.in_a_day,
        chance_in_a_year: chance.in_a_year,
        failures_a_day_in_known_browser: at_hand.guesses_a_day,
        chance_in_a_day_in_known_browser: at_hand.in_a_day,
    });
    if chance.in_a_day > PROMISED + CLOSE {
        findings.add(severity, too_likely(codes, key, length, chance));
    }
}

fn chance(config: &Config) -> Chance {
    let mut policy = wire::policy(config);
    policy.registration.codes.length = shortest(config).1;
    chance_of_guessing_an_account(&policy)
}

/// The shortest codes of those that give power over an account, and the key that sets their length.
fn shortest(config: &Config) -> (&'static str, CodeLength) {
    let (sign_in, registration) = (config.challenges.code_length, config.registration.codes.length);
    if config.registration.access != Access::Closed && registration.digits() < sign_in.digits() {
        ("registration.code_length", registration)
    } else {
        ("challenges.code_length", sign_in)
    }
}

fn too_likely(codes: &Rates, length_key: &str, length: CodeLength, chance: Chance) -> Problem {
    let why = format!(
        "a code of {} digits is guessed with a chance of {} a day and {} a year; more than {} a day is too much",
        length.digits(),
        one_in(chance.in_a_day),
        one_in(chance.in_a_year),
        one_in(PROMISED),
    );
    let keeps = |digits: &u8| {
        CodeLength::new(*digits).is_some_and(|length| chance_of_a_guess(codes, length).in_a_day <= PROMISED + CLOSE)
    };
    match (length.digits()..=MAX_LENGTH).find(keeps) {
        Some(digits) if digits <= USUAL => {
            Problem::new(length_key, None, Wrong::new(why, format!("Write {length_key} = {digits}")))
        }
        longer => {
            let longer = longer.map(|digits| format!(" or {length_key} = {digits}")).unwrap_or_default();
            let remedy = format!("Write \"10/h, 20/d\"{longer}");
            Problem::new("limits.guess.per_account", None, Wrong::new(why, remedy))
        }
    }
}

/// The chance that codes of that length are guessed in a day, for words about them.
pub fn in_a_day(config: &Config, length: CodeLength) -> String {
    one_in(chance_of_a_guess(&config.limits.guesses.codes, length).in_a_day)
}

/// A chance as people grasp it: `1 in 50,000`, with percent where that says more.
fn one_in(chance: f64) -> String {
    let in_percent = if chance >= 0.001 { format!(" ({:.2} %)", chance * 100.0) } else { String::new() };
    format!("1 in {}{in_percent}", grouped((1.0 / chance).round()))
}

/// Digits in groups of three.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_are_written_as_people_grasp_them() {
        assert_eq!(one_in(2e-5), "1 in 50,000");
        assert_eq!(one_in(0.007_273), "1 in 137 (0.73 %)");
        assert_eq!(one_in(1.0), "1 in 1 (100.00 %)");
        assert_eq!(one_in(1e-9), "1 in 1,000,000,000");
    }

    #[test]
    fn the_remedy_is_the_nearest_that_keeps_the_promise() {
        let told = |rates: &str, digits| {
            let (rates, length) = (Rates::parse(rates).expect("rates"), CodeLength::new(digits).expect("a length"));
            let problem = too_likely(&rates, "challenges.code_length", length, chance_of_a_guess(&rates, length));
            (problem.key, problem.remedy)
        };
        let key = |(key, remedy): (&str, &str)| (key.to_owned(), remedy.to_owned());
        assert_eq!(told("20/d", 4), key(("challenges.code_length", "Write challenges.code_length = 6")));
        assert_eq!(told("2/d", 4), key(("challenges.code_length", "Write challenges.code_length = 5")));
        let both = "Write \"10/h, 20/d\" or challenges.code_length = 8";
        assert_eq!(told("50/h", 6), key(("limits.guess.per_account", both)));
        assert_eq!(told("1000000/s", 6), key(("limits.guess.per_account", "Write \"10/h, 20/d\"")));
    }
}
