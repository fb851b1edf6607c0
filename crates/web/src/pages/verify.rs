//! `/otp/verify/`: type the code.

mod view;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use http::header::{HeaderMap, HeaderValue, RETRY_AFTER, USER_AGENT};
use otpd_domain::sign_in::{Pending, Verified, VerifyCode, pending, verify_code};
use otpd_templating::Language;

pub use self::view::{CodeError, VerifyPage};
use super::request::{Asking, Notice};
use super::{Frame, form_page, onwards, see_other};
use crate::cookies::Kind;
use crate::error::Problem;
use crate::extract::{AcceptedLanguage, CheckedForm, Next, Query, SentCookies, carry, live_session};
use crate::state::WebState;

/// What the pending cookie says once a sign-in is lost: no handle, so that the request page can tell why it is back.
const LOST: &str = "lost";

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
            let mut response = onwards(next.as_ref());
            let rules = state.cookie_rules();
            rules.set(response.headers_mut(), Kind::Session, &token.to_text());
            rules.clear(response.headers_mut(), Kind::Pending);
            Ok(response)
        }
        Verified::Malformed => {
            tracing::info!(field = "otp_code", "a malformed code was refused");
            showing.page(Some(CodeError::Malformed), typed).await
        }
        Verified::Wrong { .. } => showing.page(Some(CodeError::Wrong), "").await,
        Verified::TooManyAttempts => showing.page(Some(CodeError::TooMany), "").await,
        Verified::Expired => showing.page(Some(CodeError::Expired), "").await,
        Verified::AlreadyUsed => showing.already_used().await,
        // The cookie stays: the request page reads from it why the browser is back, and it may be a newer one by now.
        Verified::Gone => Ok(see_other(&carry("/otp/request/", next.as_ref()))),
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
        let Some(handle) = self.cookies.pending.readable() else { return Ok(Err(back())) };
        Ok(pending(self.state.domain(), handle).await?.ok_or_else(back))
    }

    /// The page, with an error on it or without.
    pub async fn page(&self, error: Option<CodeError>, typed: &str) -> Result<Response, Problem> {
        let pending = match self.pending().await? {
            Ok(pending) => pending,
            Err(back) => return Ok(back),
        };
        let token = self.state.form_token(self.cookies)?;
        let frame = Frame::with_forms(self.state, &token);
        let mut content = VerifyPage::of(self.state, frame, &pending, self.next);
        content.error = error;
        typed.clone_into(&mut content.typed);
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
            return Ok(onwards(self.next));
        }
        let Self { state, cookies, language, next } = *self;
        let mut response = Asking { state, cookies, language, next }.because(Notice::CodeUsed)?;
        state.cookie_rules().clear(response.headers_mut(), Kind::Pending);
        Ok(response)
    }
}
