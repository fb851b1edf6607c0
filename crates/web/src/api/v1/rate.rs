//! `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers): how many sends a contact may still get.

use std::time::Duration;

use http::header::{HeaderMap, HeaderName, HeaderValue};
use otpd_domain::codes::RateState;
use otpd_domain::limits::Rate;

use crate::moment::whole_seconds;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STATE: HeaderName = HeaderName::from_static("ratelimit");

/// The rate that sends are held to.
pub fn policy(rate: Rate) -> HeaderMap {
    let text = format!(r#""sends";q={};w={}"#, rate.sends, whole_seconds(rate.within));
    [(POLICY, text)].into_iter().filter_map(header).collect()
}

/// The rate and what is left of it.
pub fn left(state: RateState) -> HeaderMap {
    let mut headers = policy(state.rate);
    headers.extend(header((STATE, remaining(state.remaining, state.resets_in))));
    headers
}

/// The rate, of which nothing is left.
pub fn used_up(rate: Rate, wait: Duration) -> HeaderMap {
    left(RateState { rate, remaining: 0, resets_in: wait })
}

fn remaining(sends: u32, resets_in: Duration) -> String {
    format!(r#""sends";r={sends};t={}"#, whole_seconds(resets_in))
}

fn header((name, text): (HeaderName, String)) -> Option<(HeaderName, HeaderValue)> {
    HeaderValue::try_from(text).ok().map(|value| (name, value))
}
