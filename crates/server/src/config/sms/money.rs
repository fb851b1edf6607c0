//! What text messages may cost, and where they go.

use std::time::Duration;

use otpd_domain::sms::{Country, GuardPolicy, Money, Prices, SmsPolicy};

use crate::config::table::parse;
use crate::config::table::problem::Wrong;
use crate::config::table::reader::Reader;

/// Most characters of a currency's name.
const LONGEST_CURRENCY: usize = 8;

/// What text messages may cost, and what the amounts are called.
pub fn read(reader: &mut Reader) -> (SmsPolicy, String) {
    let prices = reader.optional("sms.prices", prices).unwrap_or_default();
    let daily_ceiling = reader.optional("sms.daily_ceiling", ceiling).flatten();
    if daily_ceiling.is_some() && prices.is_empty() {
        let wrong = Wrong::new(
            "it is never reached, since sms.prices names no price",
            "Write what a message costs, such as sms.prices = \"*: 0.10\", or remove the key",
        );
        reader.wrong("sms.daily_ceiling", wrong);
    }
    let countries = reader.optional("sms.countries", countries).flatten();
    let policy = SmsPolicy { countries, prices, daily_ceiling, guard: guard(reader) };
    (policy, reader.value("sms.currency", currency))
}

fn guard(reader: &mut Reader) -> Option<GuardPolicy> {
    let (hour, day) = (Duration::from_hours(1), Duration::from_hours(24));
    let enabled = reader.value("sms.guard.enabled", parse::choice(&[("true", true), ("false", false)]));
    let policy = GuardPolicy {
        least_share: reader.value("sms.guard.least_share", share),
        enough: reader.value("sms.guard.enough", parse::number(5..=100_000)),
        enough_wide: reader.value("sms.guard.enough_wide", parse::number(5..=1_000_000)),
        window: reader.value("sms.guard.window", parse::duration(hour..=day * 7)),
        closed_for: reader.value("sms.guard.closed_for", parse::duration(hour / 6..=day * 31)),
    };
    if policy.enough_wide < policy.enough {
        let wrong = Wrong::new(
            format!("a million numbers would be judged by fewer codes than ten thousand ({})", policy.enough),
            format!("Write {} or more", policy.enough),
        );
        reader.wrong("sms.guard.enough_wide", wrong);
    }
    enabled.then_some(policy)
}

fn prices(text: &str) -> Result<Prices, Wrong> {
    Prices::parse(text).map_err(|error| {
        Wrong::new(
            error.to_string(),
            "Write leading digits, a colon and the price of a segment, with commas between them, such as \
             91: 0.002, 255: 0.06, *: 0.10",
        )
    })
}

fn ceiling(text: &str) -> Result<Option<Money>, Wrong> {
    const REMEDY: &str = "Write an amount such as 50 or 12.50, without a currency";
    if text.trim().is_empty() {
        return Ok(None);
    }
    match Money::parse(text) {
        Ok(none) if none == Money::default() => Err(Wrong::new(
            "with nothing to spend, no text message could be sent",
            format!("{REMEDY}, or remove the key"),
        )),
        Ok(money) => Ok(Some(money)),
        Err(_) => Err(Wrong::new(format!("\"{}\" is no amount", text.trim()), REMEDY)),
    }
}

fn countries(text: &str) -> Result<Option<Vec<Country>>, Wrong> {
    let mut countries = Vec::new();
    for code in parse::list(text) {
        let country = Country::parse(&code.to_ascii_uppercase()).ok_or_else(|| {
            let remedy = "Write two letters of ISO 3166 for each, with commas between them, such as IN, TZ, GB";
            Wrong::new(format!("\"{code}\" is no country with phone numbers"), remedy)
        })?;
        if !countries.contains(&country) {
            countries.push(country);
        }
    }
    Ok((!countries.is_empty()).then_some(countries))
}

fn currency(text: &str) -> Result<String, Wrong> {
    let name = parse::text(text)?;
    if name.chars().count() > LONGEST_CURRENCY || name.chars().any(char::is_whitespace) {
        let why = format!("\"{name}\" is more than a currency's name of at most {LONGEST_CURRENCY} characters");
        return Err(Wrong::new(why, "Write its letters, such as EUR or INR"));
    }
    Ok(name)
}

/// A share of one hundred, such as `20%`.
fn share(text: &str) -> Result<f64, Wrong> {
    let number = text.trim().strip_suffix('%').and_then(|number| number.trim_end().parse::<f64>().ok());
    let fitting = number.filter(|percent| (1.0..=80.0).contains(percent));
    fitting.map(|percent| percent / 100.0).ok_or_else(|| {
        Wrong::new(
            format!("\"{}\" is no share from 1% to 80%", text.trim()),
            "Write a share such as 20%; to close no block, write sms.guard.enabled = \"false\"",
        )
    })
}
