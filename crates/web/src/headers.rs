//! The headers every answer carries.

use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};

/// Nothing inline, nothing from elsewhere, never in a frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Everything a sign-in page has no use for; `otp-credentials` stays with the page itself, for codes by SMS.
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), \
                           fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), \
                           otp-credentials=(self), payment=(), usb=()";

/// HTTPS only from now on, for two years: the value browsers' own lists ask for (RFC 6797).
const TRANSPORT: &str = "max-age=63072000";
/// The same for all hosts below this one, which nobody else can then serve without TLS to read or plant cookies.
const TRANSPORT_BELOW: &str = "max-age=63072000; includeSubDomains";

/// What browsers are told of HTTPS (HSTS).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Nothing: the site is reached by http.
    Plain,
    /// This host has it.
    Host,
    /// This host and all below it have it.
    HostAndBelow,
}

/// The header values, made once.
pub struct SecurityHeaders {
    fixed: Vec<(HeaderName, HeaderValue)>,
}

impl SecurityHeaders {
    /// The headers of a site.
    pub fn new(transport: Transport) -> Self {
        let of = |name: &'static str, value| (HeaderName::from_static(name), HeaderValue::from_static(value));
        let mut fixed = vec![
            (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
            (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
            of("permissions-policy", PERMISSIONS),
            of("cross-origin-opener-policy", "same-origin"),
            of("cross-origin-resource-policy", "same-origin"),
        ];
        let transport = match transport {
            Transport::Plain => None,
            Transport::Host => Some(TRANSPORT),
            Transport::HostAndBelow => Some(TRANSPORT_BELOW),
        };
        fixed.extend(transport.map(|text| (STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(text))));
        Self { fixed }
    }

    /// Puts them on an answer. One that does not say that it may be kept must not be.
    pub fn apply(&self, headers: &mut HeaderMap) {
        headers.reserve(self.fixed.len() + 1);
        for (name, value) in &self.fixed {
            headers.insert(name, value.clone());
        }
        headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
}
