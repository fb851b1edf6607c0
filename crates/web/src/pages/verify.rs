//! `/otp/verify/`: type the code.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use http::header::{HeaderMap, HeaderValue, RETRY_AFTER, USER_AGENT};
use otpd_domain::challenge::ChallengeHandle;
use otpd_domain::identifier::Channel;
use otpd_domain::message::DeliveryNews;
use otpd_domain::sign_in::{Pending, Verified, VerifyCode, pending, verify_code};
use otpd_templating::{Language, Template};
use serde::Serialize;

use super::request::{Asking, Notice};
use super::{Frame, form_page, see_other};
use crate::cookies::Kind;
use crate::error::Problem;
use crate::extract::{AcceptedLanguage, CheckedForm, Next, Query, SentCookies, carry, live_session};
use crate::moment::{clock, whole_seconds};
use crate::state::WebState;

/// What the pending cookie says once a sign-in is lost: no handle, so that the request page can tell why it is back.
const LOST: &str = "lost";

/// What the page shows.
#[derive(Clone, Debug, Serialize)]
pub struct VerifyPage {
    frame: Frame,
    contact: String,
    by_sms: bool,
    code_length: u8,
    typed: String,
    next: Option<String>,
    /// To where another contact can be typed.
    way_back: String,
    attempts_left: u32,
    valid_seconds: u64,
    valid_clock: String,
    resend_seconds: u64,
    resend_clock: String,
    news: DeliveryNews,
    error: Option<CodeError>,
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
    fn status(self) -> StatusCode {
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

    fn of(state: &WebState, frame: Frame, pending: &Pending, next: Option<&Next>) -> Self {
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

pub async fn show(
    State(state): State<WebState>,
    cookies: SentCookies,
    AcceptedLanguage(language): AcceptedLanguage,
    query: Query,
) -> Result<Response, Problem> {
    let showing = Showing { state: &state, cookies: &cookies, language: &language, next: query.next.as_ref() };
    showing.page(None, "").await
}

pub async fn submit(
    State(state): State<WebState>,
    AcceptedLanguage(language): AcceptedLanguage,
    headers: HeaderMap,
    form: Result<CheckedForm, Problem>,
) -> Result<Response, Problem> {
    let form = match form {
        Err(Problem::Forged { refusal, form: Some(form) }) if form.cookies.pending.readable().is_some() => {
            tracing::info!(%refusal, "a form was shown again");
            let (cookies, next) = (&form.cookies, form.next());
            let showing = Showing { state: &state, cookies, language: &language, next: next.as_ref() };
            return showing.page(Some(CodeError::Stale), "").await;
        }
        form => form?,
    };
    let next = form.next();
    let Some(handle) = form.cookies.pending.readable() else {
        return Ok(sign_in_lost(&state, next.as_ref()));
    };
    let typed = form.text("otp_code");
    let input = VerifyCode {
        handle: handle.clone(),
        typed: typed.to_owned(),
        user_agent: headers.get(USER_AGENT).map(readable).unwrap_or_default(),
        replaces: form.cookies.session.readable().map(|token| token.id),
    };
    let showing = Showing { state: &state, cookies: &form.cookies, language: &language, next: next.as_ref() };
    match verify_code(state.domain(), input).await? {
        Verified::SignedIn { token } => {
            let mut response = showing.onwards();
            let rules = state.cookie_rules();
            rules.set(response.headers_mut(), Kind::Session, &token.to_text());
            rules.clear(response.headers_mut(), Kind::Pending);
            Ok(response)
        }
        Verified::Malformed => showing.page(Some(CodeError::Malformed), typed).await,
        Verified::Wrong { .. } => showing.page(Some(CodeError::Wrong), "").await,
        Verified::TooManyAttempts => showing.page(Some(CodeError::TooMany), "").await,
        Verified::Expired => showing.page(Some(CodeError::Expired), "").await,
        Verified::AlreadyUsed => showing.already_used().await,
        Verified::Gone => Ok(sign_in_lost(&state, next.as_ref())),
    }
}

fn readable(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).chars().filter(|c| !c.is_control()).collect()
}

/// To the request page, which will say that the sign-in is lost.
pub fn sign_in_lost(state: &WebState, next: Option<&Next>) -> Response {
    let mut response = see_other(&carry("/otp/request/", next));
    state.cookie_rules().set(response.headers_mut(), Kind::Pending, LOST);
    response
}

/// The page that asks for the code, for a browser.
pub struct Showing<'a> {
    pub state: &'a WebState,
    pub cookies: &'a SentCookies,
    pub language: &'a Language,
    pub next: Option<&'a Next>,
}

impl Showing<'_> {
    /// The browser's pending sign-in, read afresh; without one, the way to the request page.
    pub async fn pending(&self) -> Result<Result<Pending, Response>, Problem> {
        let back = || see_other(&carry("/otp/request/", self.next));
        let Some(handle) = self.handle() else { return Ok(Err(back())) };
        Ok(pending(self.state.domain(), handle).await?.ok_or_else(back))
    }

    fn handle(&self) -> Option<&ChallengeHandle> {
        self.cookies.pending.readable()
    }

    /// The page, with an error on it or without.
    pub async fn page(&self, error: Option<CodeError>, typed: &str) -> Result<Response, Problem> {
        let pending = match self.pending().await? {
            Ok(pending) => pending,
            Err(back) => return Ok(back),
        };
        let token = self.state.form_token(self.cookies)?;
        let frame = Frame::with_forms(self.state, &token);
        let content =
            VerifyPage { error, typed: typed.to_owned(), ..VerifyPage::of(self.state, frame, &pending, self.next) };
        let status = error.map_or(StatusCode::OK, CodeError::status);
        let mut response = form_page(self.state, status, self.language, &content, &token)?;
        if status == StatusCode::TOO_MANY_REQUESTS {
            // What helps in both cases is another code.
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(content.resend_seconds));
        }
        Ok(response)
    }

    /// The code was used before: by this very browser, if it is signed in, and then all is well.
    async fn already_used(&self) -> Result<Response, Problem> {
        if live_session(self.state, &self.cookies.session).await?.is_some() {
            return Ok(self.onwards());
        }
        let Self { state, cookies, language, next } = *self;
        let mut response = Asking { state, cookies, language, next }.because(Notice::CodeUsed)?;
        state.cookie_rules().clear(response.headers_mut(), Kind::Pending);
        Ok(response)
    }

    fn onwards(&self) -> Response {
        see_other(&self.next.map_or_else(|| "/dashboard/".to_owned(), Next::location))
    }
}
