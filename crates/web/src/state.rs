//! What every handler works with.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use otpd_domain::ports::{CallbackReader, Mailbox};
use otpd_domain::{Domain, EntropyError, Keyring};
use otpd_templating::Templates;
use tower_http::cors::CorsLayer;

use crate::api::cors;
use crate::assets::{AssetError, Assets};
use crate::client::TrustedProxies;
use crate::config::{Doors, PublicUrl, WebConfig};
use crate::cookies::CookieRules;
use crate::extract::{FormToken, SentCookies};
use crate::headers::{SecurityHeaders, Transport};

/// The pages cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The brand's colour or logo cannot be used.
    #[error(transparent)]
    Brand(#[from] AssetError),
}

/// What browsers are told of HTTPS.
fn transport(config: &WebConfig) -> Transport {
    match (config.public_url.is_secure(), config.hsts_below) {
        (false, _) => Transport::Plain,
        (true, false) => Transport::Host,
        (true, true) => Transport::HostAndBelow,
    }
}

/// The state of the pages; cheap to clone.
#[derive(Clone)]
pub struct WebState(Arc<Inner>);

struct Inner {
    config: WebConfig,
    domain: Domain,
    templates: Templates,
    assets: Assets,
    cookies: CookieRules,
    headers: SecurityHeaders,
    cors: CorsLayer,
    stopping: AtomicBool,
}

impl WebState {
    /// Puts together what the handlers need; reads the brand's logo.
    ///
    /// # Errors
    /// When the brand's colour or logo cannot be used.
    pub fn new(config: WebConfig, domain: Domain, templates: Templates) -> Result<Self, SetupError> {
        let secure = config.public_url.is_secure();
        Ok(Self(Arc::new(Inner {
            assets: Assets::new(templates.brand())?,
            cookies: CookieRules::new(secure, domain.policy.session_lifetime),
            headers: SecurityHeaders::new(transport(&config)),
            cors: cors::layer(&config.doors.allowed_origins),
            stopping: AtomicBool::new(false),
            config,
            domain,
            templates,
        })))
    }

    /// From now on `/health/ready` says that no new work should come here.
    pub fn begin_stopping(&self) {
        self.0.stopping.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.0.stopping.load(Ordering::Relaxed)
    }

    pub(crate) fn domain(&self) -> &Domain {
        &self.0.domain
    }

    pub(crate) fn keys(&self) -> &Keyring {
        &self.0.domain.keys
    }

    pub(crate) fn templates(&self) -> &Templates {
        &self.0.templates
    }

    pub(crate) fn assets(&self) -> &Assets {
        &self.0.assets
    }

    pub(crate) fn public_url(&self) -> &PublicUrl {
        &self.0.config.public_url
    }

    pub(crate) fn mailbox(&self) -> Option<&dyn Mailbox> {
        self.0.config.mailbox.as_deref()
    }

    pub(crate) fn doors(&self) -> &Doors {
        &self.0.config.doors
    }

    pub(crate) fn cors(&self) -> &CorsLayer {
        &self.0.cors
    }

    pub(crate) fn twilio(&self) -> Option<&dyn CallbackReader> {
        self.0.config.twilio.as_deref()
    }

    pub(crate) fn customer_types(&self) -> &[String] {
        &self.0.config.customer_types
    }

    pub(crate) fn proxies(&self) -> &TrustedProxies {
        &self.0.config.proxies
    }

    pub(crate) fn request_timeout(&self) -> Duration {
        self.0.config.request_timeout
    }

    pub(crate) fn cookie_rules(&self) -> CookieRules {
        self.0.cookies
    }

    pub(crate) fn security_headers(&self) -> &SecurityHeaders {
        &self.0.headers
    }

    pub(crate) fn form_token(&self, cookies: &SentCookies) -> Result<FormToken, EntropyError> {
        FormToken::of(cookies, self.keys(), self.0.domain.entropy.as_ref())
    }
}
