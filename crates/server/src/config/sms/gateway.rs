//! `[sms.gateway]`

use otpd_delivery::{GatewayFault, GatewayPlan, GatewaySettings};

use crate::config::table::parse;
use crate::config::table::problem::Wrong;
use crate::config::table::reader::Reader;

/// The keys, each with its place in the section: what the rules of delivery call by its last part.
const PATHS: [(&str, &str); 16] = [
    ("preset", "sms.gateway.preset"),
    ("url", "sms.gateway.url"),
    ("method", "sms.gateway.method"),
    ("headers", "sms.gateway.headers"),
    ("content_type", "sms.gateway.content_type"),
    ("body", "sms.gateway.body"),
    ("success_status", "sms.gateway.success_status"),
    ("success_body", "sms.gateway.success_body"),
    ("refused_body", "sms.gateway.refused_body"),
    ("login_body", "sms.gateway.login_body"),
    ("busy_body", "sms.gateway.busy_body"),
    ("reference", "sms.gateway.reference"),
    ("probe", "sms.gateway.probe"),
    ("username", "sms.gateway.username"),
    ("password", "sms.gateway.password"),
    ("sender", "sms.gateway.sender"),
];

/// The plan, if the gateway is in use and its settings are right. Which settings there are to be, the preset says.
pub(super) fn read(reader: &mut Reader, in_use: bool) -> Option<GatewayPlan> {
    let settings = GatewaySettings {
        preset: reader.optional("sms.gateway.preset", parse::text),
        url: reader.optional("sms.gateway.url", parse::text),
        method: reader.optional("sms.gateway.method", parse::text),
        headers: reader.optional("sms.gateway.headers", headers),
        content_type: reader.optional("sms.gateway.content_type", parse::text),
        body: reader.optional("sms.gateway.body", body),
        success_status: reader.optional("sms.gateway.success_status", parse::text),
        success_body: reader.optional("sms.gateway.success_body", parse::text),
        refused_body: reader.optional("sms.gateway.refused_body", parse::text),
        login_body: reader.optional("sms.gateway.login_body", parse::text),
        busy_body: reader.optional("sms.gateway.busy_body", parse::text),
        reference: reader.optional("sms.gateway.reference", parse::text),
        probe: reader.optional("sms.gateway.probe", parse::text),
        username: reader.optional("sms.gateway.username", parse::text),
        password: reader.secret("sms.gateway.password"),
        sender: reader.optional("sms.gateway.sender", parse::text),
    };
    if !in_use {
        return None;
    }
    let faults = match GatewayPlan::new(settings) {
        Ok(plan) => return Some(plan),
        Err(faults) => faults,
    };
    for GatewayFault { key, why, remedy, is_missing } in faults {
        let path = PATHS.iter().find(|(short, _)| *short == key).map_or("sms.gateway.preset", |(_, path)| path);
        if is_missing {
            reader.missing(path, &why);
        } else {
            reader.wrong(path, Wrong::new(why, remedy));
        }
    }
    None
}

/// `Name: value, Name: value`. A part without a colon goes on with the value before it: `Accept: text/xml, */*`.
fn headers(text: &str) -> Result<Vec<String>, Wrong> {
    let text = parse::text(text)?;
    let mut headers: Vec<String> = Vec::new();
    for part in parse::list(&text) {
        match headers.last_mut() {
            Some(last) if !part.contains(':') => {
                last.push_str(", ");
                last.push_str(part);
            }
            _ => headers.push(part.to_owned()),
        }
    }
    Ok(headers)
}

/// A text that may have several lines.
fn body(text: &str) -> Result<String, Wrong> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Wrong::new("it is empty", "Write a body, or remove the key"));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(Wrong::new("it has control characters in it", "Write it as plain text"));
    }
    Ok(text.to_owned())
}
