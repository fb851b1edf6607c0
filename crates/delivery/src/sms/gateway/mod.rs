//! Hands SMS to any provider that takes an HTTP request: which one, the settings say.

mod check;
mod condition;
mod format;
mod plan;
mod preset;
mod settings;
mod template;
mod verdict;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use otpd_domain::Clock;
pub use plan::GatewayPlan;
pub use preset::PRESETS;
use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{Method, Request, Url};
pub use settings::{GatewayFault, GatewaySettings};
use template::Values;
use verdict::{judge, judge_probe};

use super::{Taken, conclude};
use crate::http::{HttpClient, Reply, Secrets};
use crate::transport::Errand;
use crate::{Encoding, Handover, RenderedMessage, SetupError, Sms, Transport};

/// The name in receipts: the word in the configuration.
const NAME: &str = "gateway";

/// Sends SMS by an HTTP gateway.
pub struct GatewayTransport {
    client: HttpClient,
    plan: GatewayPlan,
    secrets: Secrets,
    clock: Arc<dyn Clock>,
}

impl GatewayTransport {
    /// Sets TLS up; connects to nothing yet.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(plan: GatewayPlan, clock: Arc<dyn Clock>) -> Result<Self, SetupError> {
        Ok(Self { client: HttpClient::new()?, secrets: plan.secrets(), plan, clock })
    }

    async fn run(&self, message: &RenderedMessage, errand: Errand, time_limit: Duration) -> Handover {
        let Some(sms) = message.sms() else { return Handover::wrong_channel() };
        let end = match self.plan.request(sms, errand) {
            Ok(request) => match self.client.exchange(request, time_limit, self.clock.as_ref()).await {
                Ok(reply) => self.plan.judge(&reply, errand),
                Err(fault) => Err(fault.judge()),
            },
            // The settings were tried out with samples at the start; only a strange number could still do it.
            Err(reason) => Err(Handover::Refused { reason }),
        };
        conclude(end, message, errand, NAME).mapped(|text| self.secrets.hide(&text))
    }
}

impl GatewayPlan {
    /// What the gateway is asked.
    pub(crate) fn request(&self, sms: &Sms, errand: Errand) -> Result<Request, String> {
        let id = sms.id.to_string();
        let unicode = sms.segments().encoding == Encoding::Ucs2;
        let values = Values { to: &sms.to, text: &sms.text, id: &id, unicode, login: &self.login };
        match errand {
            Errand::Send => {
                let mut request = Request::new(self.method.clone(), self.url(&values)?);
                self.add_headers(&values, &mut request)?;
                if let Some(body) = &self.body {
                    let kind = HeaderValue::from_str(&body.content_type).map_err(|error| error.to_string())?;
                    request.headers_mut().insert(CONTENT_TYPE, kind);
                    *request.body_mut() = Some(body.template.render(&values, |value| body.format.escape(value)).into());
                }
                Ok(request)
            }
            Errand::Probe => {
                // Nothing of the message, lest a stranger's number become known.
                let values = Values { to: "", text: "", id: "", ..values };
                let (method, url) = match self.probe_url(&values)? {
                    Some(url) => (Method::GET, url),
                    None => (Method::HEAD, origin(self.url(&values)?)),
                };
                let mut request = Request::new(method, url);
                if self.probe.is_some() {
                    self.add_headers(&values, &mut request)?;
                }
                Ok(request)
            }
        }
    }

    fn add_headers(&self, values: &Values<'_>, request: &mut Request) -> Result<(), String> {
        for (name, template) in &self.headers {
            let value = template.render(values, |value| value.into());
            let mut value = HeaderValue::from_str(&value).map_err(|error| format!("header {name}: {error}"))?;
            value.set_sensitive(true);
            request.headers_mut().insert(HeaderName::clone(name), value);
        }
        Ok(())
    }

    /// What its reply means.
    pub(crate) fn judge(&self, reply: &Reply, errand: Errand) -> Result<Taken, Handover> {
        match errand {
            Errand::Send => judge(&self.rules, reply),
            Errand::Probe => judge_probe(self.probe.is_some(), reply),
        }
    }

    /// What must not be repeated of its replies.
    pub(crate) fn secrets(&self) -> Secrets {
        Secrets::new(self.login.forms())
    }
}

/// The root of the gateway's site.
fn origin(mut url: Url) -> Url {
    url.set_path("/");
    url.set_query(None);
    url
}

#[async_trait]
impl Transport for GatewayTransport {
    async fn send(&self, message: &RenderedMessage, time_limit: Duration) -> Handover {
        self.run(message, Errand::Send, time_limit).await
    }

    /// Asks the gateway for what its settings name for it (its balance as a rule), with the same login; without such
    /// a setting only for the head of its site's root, without a login. Neither names a recipient nor sends anything.
    async fn probe(&self, message: &RenderedMessage, time_limit: Duration) -> Handover {
        self.run(message, Errand::Probe, time_limit).await
    }
}
