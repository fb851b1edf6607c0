//! What the pages and the API are told.

use std::sync::Arc;
use std::time::Duration;

use otpd_delivery::TwilioCallbacks;
use otpd_domain::ports::{CallbackReader, Mailbox};
use otpd_web::{Doors, PublicUrl, WebConfig};

use crate::config::Config;

/// How long one request may take. A person has gone by then.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// The settings of the pages and the API.
pub fn settings(config: &Config, public_url: PublicUrl, mailbox: Option<Arc<dyn Mailbox>>) -> WebConfig {
    WebConfig {
        hsts_below: config.server.hsts_subdomains,
        mailbox,
        proxies: config.server.trusted_proxies.clone(),
        request_timeout: REQUEST_TIMEOUT,
        doors: Doors {
            verification: config.verification.access,
            registration: config.registration.access,
            allowed_origins: config.api.allowed_origins.clone(),
        },
        twilio: twilio_reports(config),
        customer_types: config.customers.types.clone(),
        public_url,
    }
}

/// What believes Twilio's reports, where Twilio is one of the transports.
fn twilio_reports(config: &Config) -> Option<Arc<dyn CallbackReader>> {
    config.sms.twilio().map(|twilio| Arc::new(TwilioCallbacks::new(&twilio.auth_token)) as Arc<dyn CallbackReader>)
}
