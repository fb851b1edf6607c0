//! `[sms.twilio]`

use secrecy::{ExposeSecret, SecretString};

use crate::config::table::parse;
use crate::config::table::problem::Wrong;
use crate::config::table::reader::Reader;

/// Longest name that phones show as a sender.
const LONGEST_NAME: usize = 11;

/// Twilio.
#[derive(Debug)]
pub struct Twilio {
    /// The account.
    pub account_sid: String,
    /// Its auth token.
    pub auth_token: SecretString,
    /// What messages come from.
    pub from: String,
    /// Where the API is, without a slash at its end.
    pub base_url: String,
}

impl Twilio {
    /// Read whatever the transport is, so that a wrong value is found before it matters.
    pub(super) fn read(reader: &mut Reader, in_use: bool) -> Self {
        let account_sid = reader.optional("sms.twilio.account_sid", account_sid);
        let auth_token = reader.secret("sms.twilio.auth_token");
        let from = reader.optional("sms.twilio.from", from);
        for path in ["sms.twilio.account_sid", "sms.twilio.auth_token", "sms.twilio.from"] {
            if in_use && !reader.is_given(path) {
                reader.missing(path, "sms.transport has \"twilio\" in it");
            }
        }
        if auth_token.as_ref().is_some_and(|token| !is_token(token.expose_secret())) {
            let wrong = Wrong::new("it is no auth token", "Write the letters and digits that Twilio's console shows");
            reader.wrong("sms.twilio.auth_token", wrong);
        }
        Self {
            account_sid: account_sid.unwrap_or_default(),
            auth_token: auth_token.unwrap_or_default(),
            from: from.unwrap_or_default(),
            base_url: reader.value("sms.twilio.base_url", base_url),
        }
    }
}

fn account_sid(text: &str) -> Result<String, Wrong> {
    let sid = parse::text(text)?;
    // It becomes a part of a path.
    if sid.starts_with("AC") && sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(sid);
    }
    Err(Wrong::new("it is no account SID", "Write it as Twilio's console shows it: AC and 32 letters and digits"))
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// A number, a short code, a name, or a messaging service.
fn from(text: &str) -> Result<String, Wrong> {
    let text = parse::text(text)?;
    let is_digits = |text: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if let Some(number) = text.strip_prefix('+') {
        let digits: String = number.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')')).collect();
        if is_digits(&digits, 7..=15) {
            return Ok(format!("+{digits}"));
        }
    }
    let is_service = text.starts_with("MG") && text.len() > LONGEST_NAME;
    let plain = |c: char| c.is_ascii_alphanumeric() || (!is_service && " -_&.".contains(c));
    let is_name = (is_service || text.len() <= LONGEST_NAME)
        && text.chars().all(plain)
        && text.chars().any(|c| c.is_ascii_alphabetic());
    if is_name || is_digits(&text, 3..=8) {
        return Ok(text);
    }
    let remedy =
        "Write a number such as +14155550100, a name of up to 11 letters and digits, or a messaging service (MG…)";
    Err(Wrong::new(format!("nothing can be sent from \"{text}\""), remedy))
}

fn base_url(text: &str) -> Result<String, Wrong> {
    let url = parse::text(text)?;
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let is_origin = |rest: &str| !rest.is_empty() && !rest.contains(['?', '#', '@', ' ']);
    if rest.map(|rest| rest.trim_end_matches('/')).is_some_and(is_origin) {
        return Ok(url.trim_end_matches('/').to_owned());
    }
    Err(Wrong::new(format!("\"{url}\" is no address of an API"), "Write https://api.twilio.com"))
}
