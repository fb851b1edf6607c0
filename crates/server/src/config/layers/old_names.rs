//! The variables of the systems otpd replaces, read as those systems read them.
//!
//! `EMAIL_HOST` alone chooses SMTP, since naming a mail server meant using it; with `--dev` it does not, so that
//! trying the server out sends nothing. `EMAIL_USE_TLS` means STARTTLS, `EMAIL_USE_SSL` TLS from the start.

use super::{Merged, Variable};
use crate::config::table::problem::{Problem, Wrong};
use crate::config::table::reader::Raw;

/// Old names whose value is taken as it is.
const SAME: &[(&str, &str)] = &[
    ("EMAIL_HOST", "email.smtp.host"),
    ("EMAIL_PORT", "email.smtp.port"),
    ("EMAIL_HOST_USER", "email.smtp.username"),
    ("EMAIL_HOST_PASSWORD", "email.smtp.password"),
    ("DEFAULT_FROM_EMAIL", "email.from"),
    ("OTP_MAX_ATTEMPTS", "challenges.max_attempts"),
];

/// Old names of what this version does not have.
const WITHOUT_EFFECT: &[(&str, &str)] = &[
    ("TWILIO_ACCOUNT_SID", "the Twilio transport"),
    ("TWILIO_AUTH_TOKEN", "the Twilio transport"),
    ("TWILIO_PHONE_NUMBER", "the Twilio transport"),
    ("SMS_USERNAME", "the HTTP gateway transport"),
    ("SMS_PASSWORD", "the HTTP gateway transport"),
    ("SMS_SENDER", "the HTTP gateway transport"),
];

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
    encryption(merged, find("EMAIL_USE_TLS"), find("EMAIL_USE_SSL"));
    if let Some(variable) = find("OTP_EXPIRY_MINUTES") {
        match variable.value.trim().parse::<u32>() {
            Ok(minutes) => set(merged, "challenges.ttl", format!("{minutes}m"), variable),
            Err(_) => refuse(merged, variable, "is no number of minutes", "Write a whole number such as 5"),
        }
    }
    for (variable, what) in WITHOUT_EFFECT.iter().filter_map(|(name, what)| Some((find(name)?, what))) {
        let wrong = Wrong::new(format!("it has no effect: this version of otpd does not have {what} yet"), "Remove it");
        merged.notes.push(Problem::new(&variable.name, Some(variable.origin.clone()), wrong));
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
    merged.values.insert(path, Raw { text, origin: variable.origin.clone() });
}

fn refuse(merged: &mut Merged, variable: &Variable, why: &str, remedy: &str) {
    let wrong = Wrong::new(format!("\"{}\" {why}", variable.value), remedy);
    merged.problems.push(Problem::new(&variable.name, Some(variable.origin.clone()), wrong));
}
