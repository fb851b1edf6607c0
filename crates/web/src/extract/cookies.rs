//! The cookies a request brings, each read as what it should be.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;
use otpd_domain::challenge::ChallengeHandle;
use otpd_domain::session::SessionToken;

use super::csrf::CsrfSeed;
use crate::cookies::{CookieRules, Kind, sent};
use crate::pages::dashboard::Done;
use crate::state::WebState;

/// What a request brings under a cookie's name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Presented<T> {
    /// Nothing.
    #[default]
    Absent,
    /// Something that is none of ours, or that says that a pending sign-in is lost.
    Unreadable,
    /// What it should be; whether it is worth anything, the store knows.
    Readable(T),
}

impl<T> Presented<T> {
    fn read(text: &str, parse: impl Fn(&str) -> Option<T>) -> Self {
        parse(text).map_or(Self::Unreadable, Self::Readable)
    }

    /// The value, if it reads.
    pub fn readable(&self) -> Option<&T> {
        match self {
            Self::Readable(value) => Some(value),
            Self::Absent | Self::Unreadable => None,
        }
    }

    /// Whether there is a cookie at all.
    pub fn is_there(&self) -> bool {
        !matches!(self, Self::Absent)
    }
}

/// The cookies of a request.
#[derive(Clone, Debug, Default)]
pub struct SentCookies {
    /// Who is signed in.
    pub session: Presented<SessionToken>,
    /// Which code is pending.
    pub pending: Presented<ChallengeHandle>,
    /// A registration's second code, sent by SMS.
    pub pending_phone: Presented<ChallengeHandle>,
    /// The browser's half of the form token.
    pub csrf: Presented<CsrfSeed>,
    /// What was done just now.
    pub done: Presented<Done>,
}

impl SentCookies {
    /// Reads the cookies of a request; of two with one name the first counts.
    pub fn read(headers: &HeaderMap, rules: CookieRules) -> Self {
        let mut cookies = Self::default();
        for (name, value) in sent(headers) {
            match rules.kind_of(name) {
                Some(Kind::Session) if !cookies.session.is_there() => {
                    cookies.session = Presented::read(value, SessionToken::parse);
                }
                Some(Kind::Pending) if !cookies.pending.is_there() => {
                    cookies.pending = Presented::read(value, ChallengeHandle::parse);
                }
                Some(Kind::PendingPhone) if !cookies.pending_phone.is_there() => {
                    cookies.pending_phone = Presented::read(value, ChallengeHandle::parse);
                }
                Some(Kind::Csrf) if !cookies.csrf.is_there() => {
                    cookies.csrf = Presented::read(value, CsrfSeed::parse);
                }
                Some(Kind::Done) if !cookies.done.is_there() => {
                    cookies.done = Presented::read(value, Done::from_word);
                }
                _ => {}
            }
        }
        cookies
    }
}

impl FromRequestParts<WebState> for SentCookies {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Infallible> {
        Ok(Self::read(&parts.headers, state.cookie_rules()))
    }
}
