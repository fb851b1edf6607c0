//! Hands SMS to Twilio (Messages API, version 2010-04-01).

mod callback;
pub(crate) mod verdict;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
pub use callback::TwilioCallbacks;
use otpd_domain::Clock;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Request, Url};
use secrecy::{ExposeSecret, SecretString};
use verdict::judge;

use crate::http::{HttpClient, Secrets};
use crate::sms::conclude;
use crate::transport::Errand;
use crate::{Handover, RenderedMessage, SetupError, Sms, Transport};

/// The name in receipts and reports: the word in the configuration.
const NAME: &str = "twilio";
/// What the id of a messaging service begins with; anything else is a number or a name to send from.
const MESSAGING_SERVICE: &str = "MG";
/// Longest time Twilio lets a message wait in its queue, in seconds.
const LONGEST_VALIDITY: u64 = 36_000;

/// The settings of Twilio.
#[derive(Clone, Debug)]
pub struct TwilioConfig {
    /// The account, `AC…`.
    pub account_sid: String,
    /// Its auth token: the password of requests, and the key of the signatures of reports.
    pub auth_token: SecretString,
    /// What messages come from: a number, a name, or a messaging service (`MG…`).
    pub from: String,
    /// Where the API is: `https://api.twilio.com`, unless a region or a proxy asks for another.
    pub base_url: String,
    /// Where Twilio reports what became of a message; `None` asks for no reports.
    pub status_callback: Option<String>,
}

/// Sends SMS by Twilio. Its name for the message (the SID) goes into the receipt; reports on it come later, to
/// [`TwilioCallbacks`].
pub struct TwilioTransport {
    client: HttpClient,
    messages: Url,
    account: Url,
    authorization: HeaderValue,
    config: TwilioConfig,
    secrets: Secrets,
    clock: Arc<dyn Clock>,
}

impl TwilioTransport {
    /// Prepares the requests; connects to nothing yet.
    ///
    /// # Errors
    /// When the base URL is none, or TLS cannot be set up.
    pub fn new(config: TwilioConfig, clock: Arc<dyn Clock>) -> Result<Self, SetupError> {
        let base = config.base_url.trim_end_matches('/');
        let url = |path: &str| {
            let text = format!("{base}/2010-04-01/Accounts/{}{path}.json", config.account_sid);
            Url::parse(&text).map_err(|error| SetupError::Twilio {
                key: "base_url",
                reason: format!("\"{base}\" is no URL ({error}); write https://api.twilio.com"),
            })
        };
        let login = STANDARD.encode(format!("{}:{}", config.account_sid, config.auth_token.expose_secret()));
        let mut authorization = HeaderValue::from_str(&format!("Basic {login}"))
            .map_err(|error| SetupError::Twilio { key: "auth_token", reason: error.to_string() })?;
        authorization.set_sensitive(true);
        Ok(Self {
            client: HttpClient::new()?,
            messages: url("/Messages")?,
            account: url("")?,
            authorization,
            secrets: Secrets::new([login, config.auth_token.expose_secret().to_owned()]),
            config,
            clock,
        })
    }

    fn request(&self, sms: &Sms, errand: Errand) -> Request {
        let mut request = match errand {
            Errand::Send => {
                let mut request = Request::new(Method::POST, self.messages.clone());
                let form = HeaderValue::from_static("application/x-www-form-urlencoded");
                request.headers_mut().insert(CONTENT_TYPE, form);
                *request.body_mut() = Some(self.form(sms).into());
                request
            }
            Errand::Probe => Request::new(Method::GET, self.account.clone()),
        };
        request.headers_mut().insert(AUTHORIZATION, self.authorization.clone());
        request
    }

    fn form(&self, sms: &Sms) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        let sender = if self.config.from.starts_with(MESSAGING_SERVICE) { "MessagingServiceSid" } else { "From" };
        form.append_pair("To", &sms.to).append_pair(sender, &self.config.from).append_pair("Body", &sms.text);
        if let Some(expires_at) = sms.expires_at {
            // Twilio throws it away rather than send it after that.
            let left = expires_at.since(self.clock.now()).as_secs().clamp(1, LONGEST_VALIDITY);
            form.append_pair("ValidityPeriod", &left.to_string());
        }
        if let Some(url) = &self.config.status_callback {
            form.append_pair("StatusCallback", url);
        }
        form.finish()
    }

    async fn run(&self, message: &RenderedMessage, errand: Errand, time_limit: Duration) -> Handover {
        let Some(sms) = message.sms() else { return Handover::wrong_channel() };
        let exchange = self.client.exchange(self.request(sms, errand), time_limit, self.clock.as_ref());
        let end = match exchange.await {
            Ok(reply) => judge(&reply),
            Err(fault) => Err(fault.judge()),
        };
        conclude(end, message, errand, NAME).mapped(|text| self.secrets.hide(&text))
    }
}

#[async_trait]
impl Transport for TwilioTransport {
    async fn send(&self, message: &RenderedMessage, time_limit: Duration) -> Handover {
        self.run(message, Errand::Send, time_limit).await
    }

    /// Reads the account: the same connection, the same login and the same judgement as a message, and nothing that
    /// is ever billed or that names a recipient.
    async fn probe(&self, message: &RenderedMessage, time_limit: Duration) -> Handover {
        self.run(message, Errand::Probe, time_limit).await
    }
}
