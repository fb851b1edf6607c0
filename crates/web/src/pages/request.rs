//! `/otp/request/`: choose e-mail or phone, type the contact, get a code.

mod view;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use otpd_domain::Visitor;
use otpd_domain::codes::{Limited, Requested};
use otpd_domain::sign_in::{RequestSignIn, request_sign_in};
use otpd_templating::Language;

pub use self::view::RequestPage;
use super::contact_field::{InputError, channel_of, read, refused};
use super::flow::Flow;
use super::limited::NotSent;
use super::links::AccountLinks;
use super::notice::{Notice, of_lost_code};
use super::{Frame, form_page, onwards, see_other};
use crate::cookies::Kind;
use crate::error::Problem;
use crate::extract::{
    AcceptedLanguage, CheckedForm, Next, PageVisitor, Query, SentCookies, carry, even_if_too_old, live_session,
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
    let notice =
        if cookies.session.is_there() { Some(Notice::SessionExpired) } else { of_lost_code(&state, &cookies).await? };
    let mut response = Asking { state: &state, cookies: &cookies, language: &language, next: query.next.as_ref() }
        .page(StatusCode::OK, RequestPage { notice, contact_type: "email", ..RequestPage::default() })?;
    // What was said once need not be said again.
    let rules = state.cookie_rules();
    match notice {
        Some(Notice::SessionExpired) => rules.clear(response.headers_mut(), Kind::Session),
        Some(Notice::PendingExpired) => rules.clear(response.headers_mut(), Kind::Pending),
        _ => {}
    }
    Ok(response)
}

pub async fn submit(
    State(state): State<WebState>,
    AcceptedLanguage(language): AcceptedLanguage,
    visitor: PageVisitor,
    form: Result<CheckedForm, Problem>,
) -> Result<Response, Problem> {
    let (form, too_old) = even_if_too_old(form)?;
    let next = form.next();
    let (contact_type, typed) = (form.text("contact_type"), form.text("contact_value"));
    let asking = Asking { state: &state, cookies: &form.cookies, language: &language, next: next.as_ref() };
    if too_old {
        return asking.again(contact_type, typed);
    }
    let Some((contact_type, channel)) = channel_of(contact_type) else {
        return asking.refuse("", typed, refused(InputError::Type));
    };
    let identifier = match read(state.domain().contacts, channel, typed) {
        Ok(identifier) => identifier,
        Err(error) => return asking.refuse(contact_type, typed, error),
    };
    let pending = form.cookies.pending.readable().cloned();
    let visitor = visitor.with_proof(&form);
    let input = RequestSignIn { identifier, pending, language: language.tag().to_owned(), visitor: visitor.clone() };
    let requested = match request_sign_in(state.domain(), input).await? {
        Requested::Done(requested) => requested,
        Requested::Limited(limited) => return asking.limited(contact_type, typed, &visitor, limited),
    };
    let mut response = see_other(&carry(Flow::SignIn.verify(), next.as_ref()));
    state.cookie_rules().set(response.headers_mut(), Kind::Pending, &requested.handle.to_text());
    Ok(response)
}

/// The page that asks for a contact, for a browser.
pub struct Asking<'a> {
    pub state: &'a WebState,
    pub cookies: &'a SentCookies,
    pub language: &'a Language,
    pub next: Option<&'a Next>,
}

impl Asking<'_> {
    /// The page with a notice on it.
    pub fn because(&self, notice: Notice) -> Result<Response, Problem> {
        let content = RequestPage { notice: Some(notice), contact_type: "email", ..RequestPage::default() };
        self.page(StatusCode::OK, content)
    }

    /// The page with what was typed, and a fresh token.
    fn again(&self, contact_type: &str, typed: &str) -> Result<Response, Problem> {
        let contact_type = channel_of(contact_type).map_or("email", |(word, _)| word);
        let (notice, contact_value) = (Some(Notice::FormStale), typed.to_owned());
        let content = RequestPage { contact_type, contact_value, notice, ..RequestPage::default() };
        self.page(StatusCode::FORBIDDEN, content)
    }

    fn refuse(&self, contact_type: &'static str, typed: &str, error: InputError) -> Result<Response, Problem> {
        let contact_value = typed.to_owned();
        let content = RequestPage { contact_type, contact_value, error: Some(error), ..RequestPage::default() };
        self.page(StatusCode::BAD_REQUEST, content)
    }

    /// The page with what was typed, and why nothing was sent.
    fn limited(
        &self,
        contact_type: &'static str,
        typed: &str,
        visitor: &Visitor,
        limited: Limited,
    ) -> Result<Response, Problem> {
        NotSent::of(self.state, visitor, limited)?.answer(|status, not_sent| {
            let (not_sent, contact_value) = (Some(not_sent), typed.to_owned());
            self.page(status, RequestPage { contact_type, contact_value, not_sent, ..RequestPage::default() })
        })
    }

    fn page(&self, status: StatusCode, content: RequestPage) -> Result<Response, Problem> {
        let token = self.state.form_token(self.cookies)?;
        let frame = Frame::with_forms(self.state, &token);
        let next = self.next.map(|next| next.as_str().to_owned());
        let links = AccountLinks::where_open(self.state, self.next);
        let content = RequestPage { frame, next, links, ..content };
        Ok(form_page(self.state, status, self.language, &content, &token)?)
    }
}
