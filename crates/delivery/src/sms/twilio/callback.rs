//! Reads Twilio's reports on messages, after checking that Twilio signed them.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use otpd_domain::message::{DeliveryReport, ReportedStage};
use otpd_domain::ports::{CallbackReader, CallbackRefusal, CallbackRequest};
use secrecy::{ExposeSecret, SecretString};

use super::NAME;

/// Longest name of a message that is taken; Twilio's have 34 characters.
const MAX_REFERENCE: usize = 64;

/// Reads the reports that Twilio makes to the address a message named for them.
pub struct TwilioCallbacks {
    key: hmac::Key,
}

impl TwilioCallbacks {
    /// A reader of the reports of the account with this auth token.
    pub fn new(auth_token: &SecretString) -> Self {
        // HMAC-SHA1 is what Twilio signs with; as a MAC it is not broken.
        let algorithm = hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY;
        Self { key: hmac::Key::new(algorithm, auth_token.expose_secret().as_bytes()) }
    }

    /// Whether Twilio signed it. Compared in constant time.
    fn is_signed(&self, request: &CallbackRequest<'_>) -> bool {
        let Some(signature) = request.signature.and_then(|text| STANDARD.decode(text).ok()) else { return false };
        let fields = joined(request.fields);
        // Twilio signs the URL with or without the port, depending on its own client.
        spellings(request.url)
            .iter()
            .any(|url| hmac::verify(&self.key, format!("{url}{fields}").as_bytes(), &signature).is_ok())
    }
}

/// Names and values, sorted by name, without anything between them; a field that comes twice with the same value
/// counts once, as in Twilio's own libraries.
fn joined(fields: &[(String, String)]) -> String {
    let mut sorted: Vec<&(String, String)> = fields.iter().collect();
    sorted.sort();
    sorted.dedup();
    sorted.into_iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]).collect()
}

/// The URL as it is, without its port, and with the usual one written out.
fn spellings(url: &str) -> Vec<String> {
    let mut spellings = vec![url.to_owned()];
    let Some((scheme, rest)) = url.split_once("://") else { return spellings };
    let path_at = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(path_at);
    // An IPv6 address has its colons in brackets.
    if let Some(at) = authority.rfind(':').filter(|at| !authority[*at..].contains(']')) {
        spellings.push(format!("{scheme}://{}{path}", &authority[..at]));
    } else {
        let port = if scheme == "https" { 443 } else { 80 };
        spellings.push(format!("{scheme}://{authority}:{port}{path}"));
    }
    spellings
}

impl CallbackReader for TwilioCallbacks {
    fn read(&self, request: &CallbackRequest<'_>) -> Result<Option<DeliveryReport>, CallbackRefusal> {
        if !self.is_signed(request) {
            return Err(CallbackRefusal::Signature);
        }
        let field = |wanted: &str| {
            let found = request.fields.iter().find(|(name, value)| name == wanted && !value.is_empty());
            found.map(|(_, value)| value.as_str())
        };
        let reference = field("MessageSid").or_else(|| field("SmsSid")).filter(|sid| is_reference(sid));
        let status = field("MessageStatus").or_else(|| field("SmsStatus"));
        let (Some(reference), Some(status)) = (reference, status) else { return Err(CallbackRefusal::Malformed) };
        let Some(stage) = stage(status) else { return Ok(None) };
        Ok(Some(DeliveryReport {
            transport: NAME.to_owned(),
            reference: reference.to_owned(),
            stage,
            error_code: field("ErrorCode").filter(|code| is_reference(code)).map(str::to_owned),
        }))
    }
}

/// Whether it can be the name of a message. Also asked when a message is handed over: a report that names it by another text
/// would never be found.
pub(super) fn is_reference(text: &str) -> bool {
    (1..=MAX_REFERENCE).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The stage; `None` for those before it left Twilio, and for words of later versions.
fn stage(status: &str) -> Option<ReportedStage> {
    match status {
        "sent" => Some(ReportedStage::Sent),
        "delivered" | "read" => Some(ReportedStage::Delivered),
        "undelivered" | "failed" | "canceled" => Some(ReportedStage::Undelivered),
        _ => None,
    }
}

#[cfg(test)]
#[path = "callback_tests.rs"]
mod tests;
