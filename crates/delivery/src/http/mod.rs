//! The HTTP client that providers of SMS are asked with: one request, one reply, nothing repeated behind our back.

mod reply;
mod secrets;

use std::time::Duration;

use otpd_domain::{Clock, Timestamp};
pub(crate) use reply::Reply;
use reqwest::{Client, Request, redirect, retry};
pub(crate) use secrets::Secrets;
use tokio::time::{Instant, timeout_at};

use crate::{Handover, SetupError};

/// Longest wait for a connection, TLS included; what takes longer is away, and another provider may have the rest
/// of the time.
const CONNECT: Duration = Duration::from_secs(5);
/// How long an unused connection is kept. Shorter than what servers usually grant: a request on a connection that is
/// being closed by the other side would end in doubt.
const MAX_IDLE: Duration = Duration::from_secs(15);
/// Pause between the probes of an unused connection.
const KEEPALIVE: Duration = Duration::from_secs(10);

/// Makes requests.
pub(crate) struct HttpClient(Client);

/// Why there is no reply.
#[derive(Debug)]
pub(crate) enum HttpFault {
    /// Nothing was handed over: no such host, no connection, no TLS.
    NotSent(String),
    /// The request may have arrived.
    Unknown(String),
}

impl HttpClient {
    /// Reads the system's certificates and prepares TLS; connects to nothing yet.
    ///
    /// The provider of cryptography is aws-lc-rs: the only one reqwest is built with, so that none need be installed.
    pub(crate) fn new() -> Result<Self, SetupError> {
        let built = Client::builder()
            .user_agent(concat!("otpd/", env!("CARGO_PKG_VERSION")))
            // A redirect would carry the code, and the login with it, to an address nobody configured.
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .connect_timeout(CONNECT)
            .pool_idle_timeout(MAX_IDLE)
            .tcp_keepalive(KEEPALIVE)
            .build();
        built.map(Self).map_err(|error| SetupError::HttpClient { reason: told(&error) })
    }

    /// Makes a request and waits for the reply, for `limit` at most.
    pub(crate) async fn exchange(
        &self,
        request: Request,
        limit: Duration,
        clock: &dyn Clock,
    ) -> Result<Reply, HttpFault> {
        let deadline = Instant::now() + limit;
        match timeout_at(deadline, self.0.execute(request)).await {
            Ok(Ok(response)) => Ok(Reply::read(response, deadline, clock.now()).await),
            Ok(Err(error)) if error.is_connect() || error.is_builder() => Err(HttpFault::NotSent(told(&error))),
            Ok(Err(error)) => Err(HttpFault::Unknown(told(&error))),
            Err(_) => Err(HttpFault::Unknown(format!("no reply within {} ms", limit.as_millis()))),
        }
    }
}

impl HttpFault {
    /// What it means for the message. A hang or a break after the connection was made is marked as met past the
    /// login: a probe need not meet it, so people are not told.
    pub(crate) fn judge(self) -> Handover {
        match self {
            Self::NotSent(reason) => Handover::retry(reason),
            Self::Unknown(reason) => Handover::ambiguous(reason).past_the_login(),
        }
    }
}

/// An error with its causes, and without the URL: it may hold a login.
fn told(error: &reqwest::Error) -> String {
    let mut text = match error.status() {
        Some(status) => format!("{}", status.as_u16()),
        None if error.is_connect() => "cannot connect".to_owned(),
        None => "the exchange broke off".to_owned(),
    };
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

/// `Retry-After` as a wait: seconds, or a date (RFC 9110 §10.2.3).
pub(crate) fn wait_of(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
    Some(Timestamp::from_millis(at.as_millisecond()).since(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_seconds_or_dates() {
        let now = Timestamp::from_millis(1_793_840_523_000);
        assert_eq!(wait_of(" 90 ", now), Some(Duration::from_secs(90)));
        assert_eq!(wait_of("Thu, 05 Nov 2026 01:02:33 GMT", now), Some(Duration::from_secs(30)));
        assert_eq!(wait_of("Thu, 05 Nov 2026 01:00:00 GMT", now), Some(Duration::ZERO));
        for wrong in ["", "soon", "-1", "1.5", "Thu, 99 Nov 2026 01:00:00 GMT"] {
            assert_eq!(wait_of(wrong, now), None, "{wrong}");
        }
    }

    #[test]
    fn a_client_needs_nothing_but_the_certificates_of_the_system() {
        assert!(HttpClient::new().is_ok());
    }
}
