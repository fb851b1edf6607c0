//! What pages say of a send that a limit does not let through. It is the same whether or not anybody has the contact.

use std::time::Duration;

use axum::response::Response;
use http::StatusCode;
use http::header::{HeaderValue, RETRY_AFTER};
use otpd_domain::codes::Limited;
use otpd_domain::ports::{Handed, LimitedBy, Task};
use otpd_domain::{EntropyError, Visitor};
use serde::Serialize;

use crate::error::Problem;
use crate::moment::{clock, whole_seconds};
use crate::state::WebState;

/// What a page says of a send that was not made, and what to do next.
#[derive(Clone, Debug, Serialize)]
pub struct NotSent {
    why: Why,
    wait: Wait,
    /// What is asked for before more is sent; only with [`Why::Proof`].
    proof: Option<Proof>,
}

/// Why nothing was sent, as far as it matters for what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Why {
    /// Too many to this contact: wait, or use the other one.
    Contact,
    /// Too soon after the last one.
    Cooldown,
    /// Too many from this network.
    Network,
    /// So many from this network that a little work, or patience, is asked for.
    Proof,
    /// No text messages to this number for now.
    Sms,
    /// No text messages to this country at all: waiting does not help.
    Country,
}

impl Why {
    fn of(by: LimitedBy) -> Self {
        match by {
            LimitedBy::Purpose | LimitedBy::Contact => Self::Contact,
            LimitedBy::Cooldown => Self::Cooldown,
            LimitedBy::Client => Self::Network,
            LimitedBy::ProofNeeded | LimitedBy::ProofUsed => Self::Proof,
            LimitedBy::Block | LimitedBy::BlockClosed | LimitedBy::Country | LimitedBy::Ceiling => Self::Sms,
            LimitedBy::CountryNotServed => Self::Country,
        }
    }
}

/// How long to wait: for the sentence in the largest unit that says it well, and for the clock that counts down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Wait {
    unit: Unit,
    number: u64,
    seconds: u64,
    clock: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Unit {
    Seconds,
    Minutes,
    Hours,
}

impl Wait {
    /// Never shorter than a person will wait: begun units are counted whole, and "in 0 seconds" would be no answer to "when".
    pub fn of(wait: Duration) -> Self {
        let seconds = whole_seconds(wait).max(1);
        let (unit, number) = match seconds {
            ..=90 => (Unit::Seconds, seconds),
            91..=5_400 => (Unit::Minutes, seconds.div_ceil(60)),
            _ => (Unit::Hours, seconds.div_ceil(3_600)),
        };
        Self { unit, number, seconds, clock: clock(seconds) }
    }

    /// For `Retry-After`.
    pub fn header(&self) -> HeaderValue {
        HeaderValue::from(self.seconds)
    }
}

/// A task for the browser: work for its script, patience for the person where no script runs.
#[derive(Clone, Debug, Serialize)]
struct Proof {
    /// For the ALTCHA widget.
    challenge: String,
    /// For the hidden field of those who wait.
    ticket: String,
    /// How long they have to wait.
    patience: Wait,
}

impl Proof {
    fn of(task: &Task) -> Self {
        Self { challenge: task.altcha.to_string(), ticket: task.ticket.clone(), patience: Wait::of(task.patience) }
    }

    /// A ticket that came back too early stays good: whoever presses the button too soon does not have to begin anew.
    fn with_ticket_of(self, state: &WebState, visitor: &Visitor, network: &str) -> Self {
        let Some(handed) = &visitor.proof else { return self };
        let domain = state.domain();
        match domain.ports.proofs.check(handed, network, domain.clock.now()) {
            Handed::TooEarly { wait } => Self { ticket: handed.clone(), patience: Wait::of(wait), ..self },
            _ => self,
        }
    }
}

impl NotSent {
    /// What to say to that visitor.
    ///
    /// # Errors
    /// When there is no randomness for a task.
    pub fn of(state: &WebState, visitor: &Visitor, limited: Limited) -> Result<Self, EntropyError> {
        let why = Why::of(limited.by);
        let network = visitor.network().unwrap_or_default();
        let domain = state.domain();
        let proof = match why {
            Why::Proof => {
                let task = domain.ports.proofs.task(&network, domain.clock.now())?;
                Some(Proof::of(&task).with_ticket_of(state, visitor, &network))
            }
            _ => None,
        };
        // With the proof nobody has to wait until their network is quiet again.
        let wait = proof.as_ref().map_or_else(|| Wait::of(limited.wait), |proof| proof.patience.clone());
        Ok(Self { why, wait, proof })
    }

    /// The answer: a page that says it, and headers that do.
    ///
    /// # Errors
    /// When the page cannot be made.
    pub fn answer(self, page: impl FnOnce(StatusCode, Self) -> Result<Response, Problem>) -> Result<Response, Problem> {
        let (status, retry_after) = (self.status(), self.retry_after());
        let mut response = page(status, self)?;
        response.headers_mut().extend(retry_after.map(|wait| (RETRY_AFTER, wait)));
        Ok(response)
    }

    /// The status of the page that says it.
    pub fn status(&self) -> StatusCode {
        if self.why == Why::Country { StatusCode::BAD_REQUEST } else { StatusCode::TOO_MANY_REQUESTS }
    }

    /// When it is worth another try, if ever.
    pub fn retry_after(&self) -> Option<HeaderValue> {
        (self.why != Why::Country).then(|| self.wait.header())
    }

    /// How long the button that sends has to rest. With a task it need not.
    pub fn rest(&self) -> Duration {
        match self.why {
            Why::Proof | Why::Country => Duration::ZERO,
            _ => Duration::from_secs(self.wait.seconds),
        }
    }

    /// One of each, for the samples of templates.
    pub fn samples() -> Vec<Self> {
        let wait = |seconds| Wait::of(Duration::from_secs(seconds));
        let plain = |why, seconds| Self { why, wait: wait(seconds), proof: None };
        let challenge = r#"{"parameters":{"algorithm":"PBKDF2/SHA-256"},"signature":"00"}"#.to_owned();
        let proof = Proof { challenge, ticket: "dGlja2V0".to_owned(), patience: wait(60) };
        vec![
            plain(Why::Contact, 720),
            plain(Why::Contact, 20_000),
            plain(Why::Cooldown, 25),
            plain(Why::Network, 1_800),
            Self { proof: Some(proof), ..plain(Why::Proof, 60) },
            plain(Why::Sms, 3_000),
            plain(Why::Country, 0),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_told_in_the_unit_that_says_it_well() {
        let told = |millis| {
            let Wait { unit, number, seconds, .. } = Wait::of(Duration::from_millis(millis));
            (unit, number, seconds)
        };
        assert_eq!(told(0), (Unit::Seconds, 1, 1));
        assert_eq!(told(89_001), (Unit::Seconds, 90, 90));
        assert_eq!(told(91_000), (Unit::Minutes, 2, 91));
        assert_eq!(told(720_000), (Unit::Minutes, 12, 720));
        assert_eq!(told(5_400_001), (Unit::Hours, 2, 5_401));
        assert_eq!(told(86_400_000), (Unit::Hours, 24, 86_400));
    }
}
