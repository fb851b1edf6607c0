//! `/register/`: open an account with a password. The code that activates it is typed at `/register/verify/`.

mod input;
mod view;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use otpd_domain::Visitor;
use otpd_domain::challenge::ChallengeHandle;
use otpd_domain::codes::Limited;
use otpd_domain::register::{Register, Submitted, register};
use otpd_templating::Language;

use self::input::{Typed, faults_of};
pub use self::view::{Faults, RegisterPage};
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
    let notice = of_lost_code(&state, &cookies).await?;
    let asking = Asking { state: &state, cookies: &cookies, language: &language, next: query.next.as_ref() };
    let mut response = asking.page(StatusCode::OK, RegisterPage { notice, ..RegisterPage::default() })?;
    if notice.is_some() {
        state.cookie_rules().clear(response.headers_mut(), Kind::Pending);
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
    let asking = Asking { state: &state, cookies: &form.cookies, language: &language, next: next.as_ref() };
    let typed = Typed::of(&form);
    if too_old {
        let content = RegisterPage { notice: Some(Notice::FormStale), ..typed.keep() };
        return asking.page(StatusCode::FORBIDDEN, content);
    }
    if live_session(&state, &form.cookies.session).await?.is_some() {
        return Ok(onwards(next.as_ref()));
    }
    let filled_in = match typed.read(state.domain()) {
        Ok(filled_in) => filled_in,
        Err(faults) => return asking.refuse(&typed, faults),
    };
    let (language, visitor) = (language.tag().to_owned(), visitor.with_proof(&form));
    match register(state.domain(), Register { form: filled_in, language, visitor: visitor.clone() }).await? {
        Submitted::Done { email, phone, .. } => Ok(asking.sent(&email, phone.as_ref())),
        Submitted::Refused(problem) => asking.refuse(&typed, faults_of(problem, typed.password)),
        Submitted::Limited(limited) => asking.limited(&typed, &visitor, limited),
    }
}

/// The page that asks for name, contacts and password, for a browser.
struct Asking<'a> {
    state: &'a WebState,
    cookies: &'a SentCookies,
    language: &'a Language,
    next: Option<&'a Next>,
}

impl Asking<'_> {
    fn refuse(&self, typed: &Typed<'_>, faults: Faults) -> Result<Response, Problem> {
        self.page(StatusCode::BAD_REQUEST, RegisterPage { faults, ..typed.keep() })
    }

    /// The page with what was typed, and why nothing was sent.
    fn limited(&self, typed: &Typed<'_>, visitor: &Visitor, limited: Limited) -> Result<Response, Problem> {
        NotSent::of(self.state, visitor, limited)?
            .answer(|status, not_sent| self.page(status, RegisterPage { not_sent: Some(not_sent), ..typed.keep() }))
    }

    fn page(&self, status: StatusCode, content: RegisterPage) -> Result<Response, Problem> {
        let token = self.state.form_token(self.cookies)?;
        let content = RegisterPage {
            frame: Frame::with_forms(self.state, &token),
            next: self.next.map(|next| next.as_str().to_owned()),
            password_min: self.state.domain().policy.passwords.min_length,
            links: AccountLinks::of(self.next),
            ..content
        };
        Ok(form_page(self.state, status, self.language, &content, &token)?)
    }

    /// On to typing the code, whoever has the contacts.
    fn sent(&self, email: &ChallengeHandle, phone: Option<&ChallengeHandle>) -> Response {
        let mut response = see_other(&carry(Flow::Registration.verify(), self.next));
        let (rules, headers) = (self.state.cookie_rules(), response.headers_mut());
        rules.set(headers, Kind::Pending, &email.to_text());
        match phone {
            Some(phone) => rules.set(headers, Kind::PendingPhone, &phone.to_text()),
            None if self.cookies.pending_phone.is_there() => rules.clear(headers, Kind::PendingPhone),
            None => {}
        }
        response
    }
}
