//! The door of the fuzz targets to the private parsers of this crate; not part of its interface.

use std::time::Duration;

use otpd_domain::Timestamp;
use reqwest::Request;

use crate::http::{Reply, Secrets};
use crate::transport::Errand;
use crate::{GatewayPlan, Handover, RenderedMessage, Sms};

/// What a provider replies.
#[derive(Clone, Copy)]
pub struct Said<'a> {
    /// The status code.
    pub status: u16,
    /// The header `Retry-After`.
    pub retry_after: Option<&'a str>,
    /// The body; `None` when it broke off.
    pub body: Option<&'a str>,
}

impl Said<'_> {
    fn reply(self, now: Timestamp) -> Reply {
        let retry_after = self.retry_after.and_then(|value| wait_of(value, now));
        Reply { status: self.status, retry_after, body: self.body.map(str::to_owned) }
    }
}

/// What a gateway is asked with a message, and for a probe.
pub fn gateway_requests(plan: &GatewayPlan, sms: &Sms) -> [Result<Request, String>; 2] {
    [Errand::Send, Errand::Probe].map(|errand| plan.request(sms, errand))
}

/// What the same reply of a gateway means to a message, and to a probe.
pub fn gateway_replies(plan: &GatewayPlan, sms: &Sms, said: Said<'_>, now: Timestamp) -> [Handover; 2] {
    let message = RenderedMessage::Sms(sms.clone());
    [Errand::Send, Errand::Probe].map(|errand| {
        let end = plan.judge(&said.reply(now), errand);
        crate::sms::conclude(end, &message, errand, "gateway").mapped(|text| plan.secrets().hide(&text))
    })
}

/// What a reply of Twilio means to a message.
pub fn twilio_reply(sms: &Sms, said: Said<'_>, secrets: &[&str], now: Timestamp) -> Handover {
    let message = RenderedMessage::Sms(sms.clone());
    let secrets = Secrets::new(secrets.iter().map(|&secret| secret.to_owned()));
    let end = crate::sms::twilio::verdict::judge(&said.reply(now));
    crate::sms::conclude(end, &message, Errand::Send, "twilio").mapped(|text| secrets.hide(&text))
}

/// `Retry-After` as a wait.
pub fn wait_of(value: &str, now: Timestamp) -> Option<Duration> {
    crate::http::wait_of(value, now)
}

/// A text with the line that binds a code to a site.
pub fn bind_to_host(text: &str, host: &str, code: &str) -> String {
    crate::sms::bind_to_host(text, host, code)
}
