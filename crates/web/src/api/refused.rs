//! What a door of parts B and C answers when it understood a request and does not do what it asks.

use std::fmt;
use std::time::Duration;

use http::StatusCode;
use otpd_domain::codes::Limited;
use otpd_domain::ports::LimitedBy;
use otpd_templating::Arg;

use crate::moment::whole_seconds;

/// A refusal with the message that tells it.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The status.
    pub status: StatusCode,
    /// The message: `api-KEY`.
    pub key: &'static str,
    /// What the message is about.
    pub args: Vec<(&'static str, Arg<'static>)>,
    /// How long to wait before it is worth another try.
    pub retry_after: Option<Duration>,
}

impl Refused {
    /// 400: the caller sent something that cannot be done.
    pub fn bad(key: &'static str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, key, args: Vec::new(), retry_after: None }
    }

    /// The same, with a value for the message.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Arg<'static>>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// 401: the caller is not who it says.
    pub fn unauthorized(key: &'static str) -> Self {
        Self { status: StatusCode::UNAUTHORIZED, ..Self::bad(key) }
    }

    /// 429: too soon or too often.
    pub fn wait(key: &'static str, wait: Duration) -> Self {
        // "In 0 seconds" would be no answer to "when".
        let wait = wait.max(Duration::from_secs(1));
        let refused = Self { status: StatusCode::TOO_MANY_REQUESTS, retry_after: Some(wait), ..Self::bad(key) };
        refused.with("seconds", whole_seconds(wait))
    }
}

/// A send that a limit does not let through.
impl From<Limited> for Refused {
    fn from(Limited { by, wait }: Limited) -> Self {
        match by {
            LimitedBy::Cooldown => Self::wait("too-soon", wait),
            LimitedBy::Purpose | LimitedBy::Contact => Self::wait("too-often", wait),
            LimitedBy::Client => Self::wait("network-too-often", wait),
            LimitedBy::ProofNeeded | LimitedBy::ProofUsed => Self::wait("proof-needed", wait),
            LimitedBy::Block | LimitedBy::BlockClosed | LimitedBy::Country | LimitedBy::Ceiling => {
                Self::wait("sms-unavailable", wait)
            }
            LimitedBy::CountryNotServed => Self::bad("country-not-served"),
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused: {}", self.key)
    }
}
