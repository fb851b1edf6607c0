//! The page that asks for a code, for a browser.

use std::time::Duration;

use axum::response::Response;
use http::StatusCode;
use http::header::{HeaderValue, RETRY_AFTER};
use otpd_domain::Visitor;
use otpd_domain::codes::{Limited, Pending, Refusal, any_pending};

use super::redeem::{Opened, Redeemed, Refused};
use super::{CodeEntry, CodeError, VerifyPage};
use crate::cookies::Kind;
use crate::error::Problem;
use crate::extract::{Next, SentCookies, carry, carry_letters, live_session};
use crate::pages::flow::Flow;
use crate::pages::limited::NotSent;
use crate::pages::notice::Notice;
use crate::pages::password::PasswordFault;
use crate::pages::{Frame, dashboard, forgotten, form_page, login, onwards, request, see_other};

/// What the pending cookie says once a code is lost: no handle, so that the page that begins anew can tell why.
const LOST: &str = "lost";

/// The page that asks for a code, for a browser.
#[derive(Clone, Copy)]
pub struct Showing<'a> {
    pub entry: &'a CodeEntry,
    pub cookies: &'a SentCookies,
    pub next: Option<&'a Next>,
    /// The page shows a field for a code with letters.
    pub letters: bool,
}

/// What the page says beside what is pending.
#[derive(Default)]
struct Shown<'a> {
    error: Option<CodeError>,
    password_error: Option<PasswordFault>,
    typed: &'a str,
    /// How long to wait for another code, when it is longer than the cooldown.
    wait: Option<Duration>,
    /// Why no other code was sent.
    not_sent: Option<NotSent>,
}

impl Shown<'_> {
    fn status(&self) -> StatusCode {
        match (self.error, self.password_error, &self.not_sent) {
            (Some(error), _, _) => error.status(),
            (None, Some(_), _) => StatusCode::BAD_REQUEST,
            (None, None, Some(not_sent)) => not_sent.status(),
            (None, None, None) => StatusCode::OK,
        }
    }

    /// When it is worth another try. What helps whoever has no guess left is another code.
    fn retry_after(&self, resend_seconds: u64) -> Option<HeaderValue> {
        match &self.not_sent {
            Some(not_sent) => not_sent.retry_after(),
            None => (self.status() == StatusCode::TOO_MANY_REQUESTS).then(|| HeaderValue::from(resend_seconds)),
        }
    }
}

impl Showing<'_> {
    /// The same, with a field for a code with letters or for digits.
    pub fn with_letters(self, letters: bool) -> Self {
        Self { letters, ..self }
    }

    /// The browser's pending code, read afresh. Without one, the way to the page that begins anew; with one for
    /// something else, the way to the page for that.
    pub async fn pending(&self) -> Result<Result<Pending, Response>, Problem> {
        let flow = self.entry.flow;
        let back = || self.to(flow.ask());
        let Some(handle) = self.cookies.pending.readable() else { return Ok(Err(back())) };
        let Some(pending) = any_pending(self.entry.state.domain(), handle).await? else { return Ok(Err(back())) };
        Ok(match Flow::of(&pending.purpose) {
            Some(other) if other == flow => Ok(pending),
            Some(other) => Err(self.to(other.verify())),
            None => Err(back()),
        })
    }

    /// The page, with an error on it or without.
    pub async fn page(&self, error: Option<CodeError>, typed: &str) -> Result<Response, Problem> {
        self.shown(Shown { error, typed, ..Shown::default() }).await
    }

    /// The page that says how long to wait for another code.
    pub async fn too_soon(&self, wait: Duration) -> Result<Response, Problem> {
        self.shown(Shown { error: Some(CodeError::TooSoon), wait: Some(wait), ..Shown::default() }).await
    }

    /// The page that says why no other code was sent. The one there is still works.
    pub async fn limited(&self, visitor: &Visitor, limited: Limited) -> Result<Response, Problem> {
        let not_sent = NotSent::of(&self.entry.state, visitor, limited)?;
        self.shown(Shown { wait: Some(not_sent.rest()), not_sent: Some(not_sent), ..Shown::default() }).await
    }

    async fn shown(&self, shown: Shown<'_>) -> Result<Response, Problem> {
        let pending = match self.pending().await? {
            Ok(pending) => pending,
            Err(back) => return Ok(back),
        };
        let CodeEntry { state, flow, language, who, .. } = self.entry;
        let token = state.form_token(self.cookies)?;
        let pending = Pending { resend_in: shown.wait.unwrap_or(pending.resend_in), ..pending };
        let mut content = VerifyPage::of(state, *flow, Frame::with_forms(state, &token), &pending, self.next);
        if *flow == Flow::Registration && who.is_some() {
            content.ask_for_other(self.next);
        }
        content.second_contact = self.second_contact().await?;
        shown.typed.clone_into(&mut content.typed);
        (content.error, content.password_error) = (shown.error, shown.password_error);
        let (status, retry_after) = (shown.status(), shown.retry_after(content.resend_seconds));
        content.not_sent = shown.not_sent;
        content.offer_letters(self.letters, self.next);
        let mut response = form_page(state, status, language, &content, &token)?;
        response.headers_mut().extend(retry_after.map(|wait| (RETRY_AFTER, wait)));
        Ok(response)
    }

    /// Where the second code of a registration went, masked.
    async fn second_contact(&self) -> Result<Option<String>, Problem> {
        let phone = self.cookies.pending_phone.readable().filter(|_| self.entry.flow == Flow::Registration);
        let Some(phone) = phone else { return Ok(None) };
        let pending = any_pending(self.entry.state.domain(), phone).await?;
        let pending = pending.filter(|pending| Flow::of(&pending.purpose) == Some(Flow::Registration));
        Ok(pending.map(|pending| pending.identifier.masked().to_string()))
    }

    /// Onwards, signed in; first to the other code, if there is one.
    pub fn done(&self, redeemed: Redeemed) -> Response {
        let other = redeemed.other.as_ref();
        let mut response = if other.is_some() { self.back_to_code() } else { onwards(self.next) };
        let (rules, headers) = (self.entry.state.cookie_rules(), response.headers_mut());
        if let Some(Opened { token, known }) = redeemed.opened {
            rules.set(headers, Kind::Session, &token.to_text());
            rules.set_known(headers, self.entry.state.keys(), &known);
        }
        match other {
            Some(other) => rules.set(headers, Kind::Pending, &other.to_text()),
            None => rules.clear(headers, Kind::Pending),
        }
        if self.cookies.pending_phone.is_there() {
            rules.clear(headers, Kind::PendingPhone);
        }
        if let Some(done) = redeemed.done {
            dashboard::say_once(rules, headers, done);
        }
        response
    }

    /// To the page that begins anew, which will say that what was begun is lost.
    pub fn lost(&self) -> Response {
        let mut response = self.to(self.entry.flow.ask());
        self.entry.state.cookie_rules().set(response.headers_mut(), Kind::Pending, LOST);
        response
    }

    /// The page with what was wrong.
    pub async fn refuse(&self, refused: Refused, typed: &str) -> Result<Response, Problem> {
        let refusal = match refused {
            // The code was not looked at, so it need not be typed again.
            Refused::Password(fault) => {
                return self.shown(Shown { password_error: Some(fault), typed, ..Shown::default() }).await;
            }
            Refused::Code(refusal) => refusal,
        };
        match refusal {
            Refusal::Malformed => {
                tracing::info!(field = "otp_code", "a malformed code was refused");
                self.page(Some(CodeError::Malformed), typed).await
            }
            Refusal::Wrong { .. } => self.page(Some(CodeError::Wrong), "").await,
            Refusal::OverBudget { .. } => self.page(Some(CodeError::OverBudget), "").await,
            Refusal::TooManyAttempts => self.page(Some(CodeError::TooMany), "").await,
            Refusal::Expired => self.page(Some(CodeError::Expired), "").await,
            Refusal::AlreadyUsed => self.already_used().await,
            // The cookie stays: the page it leads to reads from it why the browser is back, and it may be a newer one,
            // or for something else, by now.
            Refusal::Gone => Ok(match self.pending().await? {
                Ok(_) => self.to(self.entry.flow.ask()),
                Err(back) => back,
            }),
        }
    }

    /// The code was used before: by this very browser, if it is signed in, and then all is well.
    async fn already_used(&self) -> Result<Response, Problem> {
        let CodeEntry { state, flow, language, .. } = self.entry;
        if live_session(state, &self.cookies.session).await?.is_some() {
            return Ok(onwards(self.next));
        }
        let (cookies, next) = (self.cookies, self.next);
        let mut response = match flow {
            Flow::SignIn => request::Asking { state, cookies, language, next }.because(Notice::CodeUsed)?,
            Flow::Registration => login::Asking { state, cookies, language, next }.because(Notice::CodeUsed)?,
            Flow::PasswordReset => {
                forgotten::Asking { state, cookies, language, next, who: None }.because(Notice::CodeUsed)?
            }
            // Who is here is signed in: see above.
            Flow::NewContact => onwards(next),
        };
        state.cookie_rules().clear(response.headers_mut(), Kind::Pending);
        Ok(response)
    }

    /// To the page where the code is typed.
    pub fn back_to_code(&self) -> Response {
        see_other(&carry_letters(carry(self.entry.flow.verify(), self.next), self.letters))
    }

    fn to(&self, path: &str) -> Response {
        see_other(&carry(path, self.next))
    }
}
