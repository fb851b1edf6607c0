//! What the verify page shows.

use http::StatusCode;
use otpd_domain::identifier::Channel;
use otpd_domain::message::DeliveryNews;
use otpd_domain::sign_in::Pending;
use otpd_templating::Template;
use serde::Serialize;

use crate::extract::{Next, carry};
use crate::moment::{clock, whole_seconds};
use crate::pages::Frame;
use crate::state::WebState;

/// What the page shows.
#[derive(Clone, Debug, Serialize)]
pub struct VerifyPage {
    frame: Frame,
    /// Masked.
    contact: String,
    by_sms: bool,
    code_length: u8,
    /// Kept when it was no code at all; a code that was only wrong is not shown again.
    pub typed: String,
    next: Option<String>,
    /// To where another contact can be typed.
    way_back: String,
    attempts_left: u32,
    valid_seconds: u64,
    valid_clock: String,
    pub resend_seconds: u64,
    resend_clock: String,
    news: DeliveryNews,
    pub error: Option<CodeError>,
}

/// Why the code was not taken, or none was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CodeError {
    /// Not a code of the expected length.
    Malformed,
    /// Not the right one.
    Wrong,
    /// All guesses are spent.
    TooMany,
    /// Its time is over.
    Expired,
    /// Another code was asked for too soon.
    TooSoon,
    /// The form was too old to be taken.
    Stale,
}

impl CodeError {
    /// The status of the page that tells it.
    pub fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Wrong | Self::Expired => StatusCode::OK,
            Self::TooMany | Self::TooSoon => StatusCode::TOO_MANY_REQUESTS,
            Self::Stale => StatusCode::FORBIDDEN,
        }
    }
}

impl Template for VerifyPage {
    const NAME: &'static str = "pages/verify.html";

    fn samples() -> Vec<Self> {
        use CodeError::{Expired, Malformed, Stale, TooMany, TooSoon, Wrong};
        use DeliveryNews::{Delayed, Failed, OnItsWay, Sent};
        let told = [OnItsWay, Delayed, Sent, Failed].map(|news| Self { news, ..Self::sample() });
        let wrong = [1, 2, 4].map(|attempts_left| Self { attempts_left, error: Some(Wrong), ..Self::sample() });
        let others = [
            Self { error: Some(Malformed), typed: "12".to_owned(), by_sms: false, ..Self::sample() },
            Self { error: Some(TooMany), attempts_left: 0, ..Self::sample() },
            Self { error: Some(Expired), valid_seconds: 0, resend_seconds: 0, ..Self::sample() },
            Self { error: Some(TooSoon), resend_seconds: 1, ..Self::sample() },
            Self { error: Some(Stale), ..Self::sample() },
            Self { attempts_left: 0, next: Some("/dashboard/".to_owned()), ..Self::sample() },
            Self { valid_seconds: 0, ..Self::sample() },
        ];
        told.into_iter().chain(wrong).chain(others).collect()
    }
}

impl VerifyPage {
    fn sample() -> Self {
        Self {
            frame: Frame::sample(),
            contact: "+91•••••••210".to_owned(),
            by_sms: true,
            code_length: 6,
            typed: String::new(),
            next: None,
            way_back: "/otp/request/".to_owned(),
            attempts_left: 5,
            valid_seconds: 299,
            valid_clock: clock(299),
            resend_seconds: 25,
            resend_clock: clock(25),
            news: DeliveryNews::Sent,
            error: None,
        }
    }

    /// The page of a pending sign-in, without an error.
    pub fn of(state: &WebState, frame: Frame, pending: &Pending, next: Option<&Next>) -> Self {
        let (valid_seconds, resend_seconds) = (whole_seconds(pending.valid_for), whole_seconds(pending.resend_in));
        Self {
            frame,
            contact: pending.identifier.masked().to_string(),
            by_sms: pending.identifier.channel() == Channel::Sms,
            code_length: state.domain().policy.code_length.digits(),
            typed: String::new(),
            next: next.map(|next| next.as_str().to_owned()),
            way_back: carry("/otp/request/", next),
            attempts_left: pending.attempts_left,
            valid_seconds,
            valid_clock: clock(valid_seconds),
            resend_seconds,
            resend_clock: clock(resend_seconds),
            news: pending.news,
            error: None,
        }
    }
}
