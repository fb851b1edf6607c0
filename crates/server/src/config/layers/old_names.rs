//! The variables of the systems otpd replaces, read as those systems read them.
//!
//! `EMAIL_HOST` alone chooses SMTP, since naming a mail server meant using it; with `--dev` it does not, so that
//! trying the server out sends nothing. So do `TWILIO_ACCOUNT_SID` and `SMS_USERNAME` with the transports of SMS; the
//! latter also chooses the gateway of the system it comes from. `EMAIL_USE_TLS` means STARTTLS, `EMAIL_USE_SSL` TLS from the start.

use super::{Merged, Variable};
use crate::config::table::problem::{Problem, Wrong};

/// Old names whose value is taken as it is.
const SAME: &[(&str, &str)] = &[
    ("EMAIL_HOST", "email.smtp.host"),
    ("EMAIL_PORT", "email.smtp.port"),
    ("EMAIL_HOST_USER", "email.smtp.username"),
    ("EMAIL_HOST_PASSWORD", "email.smtp.password"),
    ("DEFAULT_FROM_EMAIL", "email.from"),
    ("OTP_MAX_ATTEMPTS", "challenges.max_attempts"),
    ("TWILIO_ACCOUNT_SID", "sms.twilio.account_sid"),
    ("TWILIO_AUTH_TOKEN", "sms.twilio.auth_token"),
    ("TWILIO_PHONE_NUMBER", "sms.twilio.from"),
    ("SMS_USERNAME", "sms.gateway.username"),
    ("SMS_PASSWORD", "sms.gateway.password"),
    ("SMS_SENDER", "sms.gateway.sender"),
];

/// Old names that mean nothing without another one, and the key of that.
const WITH_A_LOGIN: &[(&str, &str, &str)] = &[
    ("TWILIO_AUTH_TOKEN", "TWILIO_ACCOUNT_SID", "sms.twilio.account_sid"),
    ("TWILIO_PHONE_NUMBER", "TWILIO_ACCOUNT_SID", "sms.twilio.account_sid"),
    ("SMS_PASSWORD", "SMS_USERNAME", "sms.gateway.username"),
    ("SMS_SENDER", "SMS_USERNAME", "sms.gateway.username"),
];

/// The gateway of the system that had `SMS_USERNAME`.
const OLD_GATEWAY: &str = "mshastra";

#[cfg(test)]
/// Every old name that is understood, with the key it sets and how it is read: for the reference.
pub const UNDERSTOOD: &[(&str, &str, &str)] = &[
    ("EMAIL_HOST", "email.smtp.host", "also sets `email.transport` to `smtp`, except with `--dev`"),
    ("EMAIL_PORT", "email.smtp.port", "as it is"),
    ("EMAIL_HOST_USER", "email.smtp.username", "as it is"),
    ("EMAIL_HOST_PASSWORD", "email.smtp.password", "as it is"),
    ("EMAIL_USE_TLS", "email.smtp.encryption", "`True` means `starttls`, `False` means `none`"),
    ("EMAIL_USE_SSL", "email.smtp.encryption", "`True` means `tls`"),
    ("DEFAULT_FROM_EMAIL", "email.from", "as it is"),
    ("OTP_EXPIRY_MINUTES", "challenges.ttl", "a number of minutes"),
    ("OTP_MAX_ATTEMPTS", "challenges.max_attempts", "as it is"),
    ("TWILIO_ACCOUNT_SID", "sms.twilio.account_sid", "also adds `twilio` to `sms.transport`, except with `--dev`"),
    ("TWILIO_AUTH_TOKEN", "sms.twilio.auth_token", "as it is"),
    ("TWILIO_PHONE_NUMBER", "sms.twilio.from", "as it is"),
    (
        "SMS_USERNAME",
        "sms.gateway.username",
        "also adds `gateway` to `sms.transport`, except with `--dev`, and chooses the preset `mshastra` where neither \
         preset nor url is set",
    ),
    ("SMS_PASSWORD", "sms.gateway.password", "as it is"),
    ("SMS_SENDER", "sms.gateway.sender", "as it is"),
];

/// Lays the old names over what is there. Empty ones count as not set.
pub fn lay(merged: &mut Merged, variables: &[Variable], development: bool) {
    let find = |name: &str| variables.iter().rev().find(|variable| variable.name == name && !variable.value.is_empty());
    for (name, path) in SAME {
        if let Some(variable) = find(name) {
            set(merged, path, variable.value.clone(), variable);
        }
    }
    if let Some(host) = find("EMAIL_HOST").filter(|_| !development) {
        set(merged, "email.transport", "smtp".to_owned(), host);
    }
    sms(merged, find("TWILIO_ACCOUNT_SID"), find("SMS_USERNAME"), development);
    encryption(merged, find("EMAIL_USE_TLS"), find("EMAIL_USE_SSL"));
    if let Some(variable) = find("OTP_EXPIRY_MINUTES") {
        match variable.value.trim().parse::<u32>() {
            Ok(minutes) => set(merged, "challenges.ttl", format!("{minutes}m"), variable),
            Err(_) => refuse(merged, variable, "is no number of minutes", "Write a whole number such as 5"),
        }
    }
}

/// Says which of them have no effect: what goes with a login that is nowhere.
pub fn note_idle(merged: &mut Merged, variables: &[Variable]) {
    for (name, login, key) in WITH_A_LOGIN {
        let idle = variables.iter().find(|variable| variable.name == *name && !variable.value.is_empty());
        if let Some(variable) = idle.filter(|_| !merged.values.contains_key(*key)) {
            let wrong = Wrong::new(format!("it has no effect without {login}"), format!("Set {login}, or remove it"));
            merged.notes.push(Problem::new(&variable.name, Some(variable.origin.clone()), wrong));
        }
    }
}

/// Chooses the transports of SMS that there are logins for.
fn sms(merged: &mut Merged, twilio: Option<&Variable>, gateway: Option<&Variable>, development: bool) {
    if let Some(variable) = gateway
        && !["sms.gateway.preset", "sms.gateway.url"].iter().any(|path| merged.values.contains_key(*path))
    {
        set(merged, "sms.gateway.preset", OLD_GATEWAY.to_owned(), variable);
    }
    let transports = [("twilio", twilio), ("gateway", gateway)];
    let chosen: Vec<&str> = transports.iter().filter(|(_, login)| login.is_some()).map(|(word, _)| *word).collect();
    if let Some(variable) = twilio.or(gateway).filter(|_| !development) {
        set(merged, "sms.transport", chosen.join(", "), variable);
    }
}

fn encryption(merged: &mut Merged, starttls: Option<&Variable>, tls: Option<&Variable>) {
    let mut chosen = None;
    for (variable, word) in [(starttls, "starttls"), (tls, "tls")] {
        let Some(variable) = variable else { continue };
        match (truth(&variable.value), chosen) {
            (Some(true), Some((_, "starttls"))) => {
                refuse(merged, variable, "contradicts EMAIL_USE_TLS", "Set only one of the two to True");
            }
            (Some(true), _) => chosen = Some((variable, word)),
            (Some(false), None) if word == "starttls" => chosen = Some((variable, "none")),
            (Some(false), _) => {}
            (None, _) => refuse(merged, variable, "is neither true nor false", "Write True or False"),
        }
    }
    if let Some((variable, word)) = chosen {
        set(merged, "email.smtp.encryption", word.to_owned(), variable);
    }
}

fn truth(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Some(true),
        "false" | "0" | "no" | "off" => Some(false),
        _ => None,
    }
}

fn set(merged: &mut Merged, path: &'static str, text: String, variable: &Variable) {
    merged.set(path, text, variable.origin.clone());
}

fn refuse(merged: &mut Merged, variable: &Variable, why: &str, remedy: &str) {
    let wrong = Wrong::new(format!("\"{}\" {why}", variable.value), remedy);
    merged.problems.push(Problem::new(&variable.name, Some(variable.origin.clone()), wrong));
}
