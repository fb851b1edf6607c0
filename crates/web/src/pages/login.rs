//! `/login/`: sign in with a password.

mod view;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use http::header::RETRY_AFTER;
use otpd_domain::browser::KnownBrowser;
use otpd_domain::password_sign_in::{LogIn, LoggedIn, log_in};
use otpd_domain::session::SessionToken;
use otpd_templating::Language;

pub use self::view::{LoginError, LoginPage};
use super::contact_field::read_either;
use super::limited::Wait;
use super::links::AccountLinks;
use super::notice::Notice;
use super::{Frame, form_page, onwards};
use crate::cookies::Kind;
use crate::error::Problem;
use crate::extract::{
    AcceptedLanguage, CheckedForm, Next, PageVisitor, Query, SentCookies, UserAgent, even_if_too_old, live_session,
};
use crate::state::WebState;

pub async fn show(
    State(state): State<WebState>,
    cookies: SentCookies,
    AcceptedLanguage(language): AcceptedLanguage,
    query: Query,
) -> Result<Response, Problem> {
    if live_session(&state, &cookies.session).await?.is_some() {
        return Ok(onwards(query.next.as_ref()));
    }
    let notice = cookies.session.is_there().then_some(Notice::SessionExpired);
    let asking = Asking { state: &state, cookies: &cookies, language: &language, next: query.next.as_ref() };
    let mut response = asking.page(StatusCode::OK, LoginPage { notice, ..LoginPage::default() })?;
    if notice.is_some() {
        state.cookie_rules().clear(response.headers_mut(), Kind::Session);
    }
    Ok(response)
}

pub async fn submit(
    State(state): State<WebState>,
    AcceptedLanguage(language): AcceptedLanguage,
    UserAgent(user_agent): UserAgent,
    PageVisitor(visitor): PageVisitor,
    form: Result<CheckedForm, Problem>,
) -> Result<Response, Problem> {
    let (form, too_old) = even_if_too_old(form)?;
    let next = form.next();
    let (contact, password) = (form.text("contact"), form.text("password"));
    let asking = Asking { state: &state, cookies: &form.cookies, language: &language, next: next.as_ref() };
    if too_old {
        let (notice, contact) = (Some(Notice::FormStale), contact.to_owned());
        return asking.page(StatusCode::FORBIDDEN, LoginPage { contact, notice, ..LoginPage::default() });
    }
    if contact.trim().is_empty() {
        return asking.refuse(StatusCode::BAD_REQUEST, contact, LoginError::ContactMissing);
    }
    if password.is_empty() {
        return asking.refuse(StatusCode::BAD_REQUEST, contact, LoginError::PasswordMissing);
    }
    let input = LogIn {
        identifier: read_either(state.domain().contacts, contact).ok(),
        password: password.to_owned(),
        user_agent,
        replaces: form.cookies.session.readable().map(|token| token.id),
        visitor,
    };
    match log_in(state.domain(), input).await? {
        LoggedIn::Done { token, known, .. } => Ok(asking.signed_in(&token, &known)),
        LoggedIn::Refused => asking.refuse(StatusCode::OK, contact, LoginError::Refused),
        LoggedIn::OverBudget { wait } => asking.over_budget(contact, Wait::of(wait)),
    }
}

/// The page that asks for a password, for a browser.
pub struct Asking<'a> {
    pub state: &'a WebState,
    pub cookies: &'a SentCookies,
    pub language: &'a Language,
    pub next: Option<&'a Next>,
}

impl Asking<'_> {
    /// The page with a notice on it.
    pub fn because(&self, notice: Notice) -> Result<Response, Problem> {
        self.page(StatusCode::OK, LoginPage { notice: Some(notice), ..LoginPage::default() })
    }

    fn refuse(&self, status: StatusCode, contact: &str, error: LoginError) -> Result<Response, Problem> {
        let contact = contact.to_owned();
        self.page(status, LoginPage { contact, error: Some(error), ..LoginPage::default() })
    }

    /// The page that says how long nobody can sign in with this password, and how one can sign in now.
    fn over_budget(&self, contact: &str, wait: Wait) -> Result<Response, Problem> {
        let (contact, error, header) = (contact.to_owned(), Some(LoginError::OverBudget), wait.header());
        let content = LoginPage { contact, error, wait: Some(wait), ..LoginPage::default() };
        let mut response = self.page(StatusCode::TOO_MANY_REQUESTS, content)?;
        response.headers_mut().insert(RETRY_AFTER, header);
        Ok(response)
    }

    fn page(&self, status: StatusCode, content: LoginPage) -> Result<Response, Problem> {
        let token = self.state.form_token(self.cookies)?;
        let frame = Frame::with_forms(self.state, &token);
        let (next, links) = (self.next.map(|next| next.as_str().to_owned()), AccountLinks::of(self.next));
        let content = LoginPage { frame, next, links, ..content };
        Ok(form_page(self.state, status, self.language, &content, &token)?)
    }

    /// Onwards, signed in. A code that may still be pending is needed no more.
    fn signed_in(&self, token: &SessionToken, known: &[KnownBrowser]) -> Response {
        let mut response = onwards(self.next);
        let (rules, headers) = (self.state.cookie_rules(), response.headers_mut());
        rules.set(headers, Kind::Session, &token.to_text());
        rules.set_known(headers, self.state.keys(), known);
        for (kind, is_there) in [
            (Kind::Pending, self.cookies.pending.is_there()),
            (Kind::PendingPhone, self.cookies.pending_phone.is_there()),
        ] {
            if is_there {
                rules.clear(headers, kind);
            }
        }
        response
    }
}
