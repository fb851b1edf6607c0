//! `/password/forgotten/`: have a code sent that lets choose a new password. It is typed at `/password/new/`.

mod view;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use otpd_domain::Visitor;
use otpd_domain::account::Account;
use otpd_domain::codes::{Limited, Requested};
use otpd_domain::identifier::Identifier;
use otpd_domain::password_sign_in::request_reset;
use otpd_templating::Language;

pub use self::view::ForgottenPage;
use super::contact_field::{InputError, channel_of, read_either, refused};
use super::flow::Flow;
use super::limited::NotSent;
use super::links::AccountLinks;
use super::notice::{Notice, of_lost_code};
use super::{Frame, form_page, see_other};
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
    let who = live_session(&state, &cookies.session).await?.map(|who| who.account);
    let (language, next) = (super::language_of(&state, who.as_ref(), language), query.next.as_ref());
    let notice = of_lost_code(&state, &cookies).await?;
    let asking = Asking { state: &state, cookies: &cookies, language: &language, next, who: who.as_ref() };
    let mut response = asking.page(StatusCode::OK, ForgottenPage { notice, ..ForgottenPage::default() })?;
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
    let who = live_session(&state, &form.cookies.session).await?.map(|who| who.account);
    let (language, next) = (super::language_of(&state, who.as_ref(), language), form.next());
    let (cookies, next) = (&form.cookies, next.as_ref());
    let asking = Asking { state: &state, cookies, language: &language, next, who: who.as_ref() };
    let typed = form.text("contact");
    if too_old {
        return asking.stale(typed);
    }
    let identifier = match asking.chosen(form.text("contact_type")) {
        Some(identifier) => identifier,
        None if who.is_some() && typed.is_empty() => return asking.refuse(typed, refused(InputError::Type)),
        None => match read_either(state.domain().contacts, typed) {
            Ok(identifier) => identifier,
            Err(error) => return asking.refuse(typed, error),
        },
    };
    let pending = form.cookies.pending.readable().cloned();
    let visitor = visitor.with_proof(&form);
    let language_tag = language.tag().to_owned();
    let requested = match request_reset(state.domain(), identifier, pending, language_tag, visitor.clone()).await? {
        Requested::Done(requested) => requested,
        Requested::Limited(limited) => return asking.limited(&form, &visitor, limited),
    };
    let mut response = see_other(&carry(Flow::PasswordReset.verify(), next));
    state.cookie_rules().set(response.headers_mut(), Kind::Pending, &requested.handle.to_text());
    Ok(response)
}

/// The page that asks where the code shall go, for a browser.
pub struct Asking<'a> {
    pub state: &'a WebState,
    pub cookies: &'a SentCookies,
    pub language: &'a Language,
    pub next: Option<&'a Next>,
    /// Who is signed in: they choose among their own contacts and need not type one.
    pub who: Option<&'a Account>,
}

impl Asking<'_> {
    /// The page with a notice on it.
    pub fn because(&self, notice: Notice) -> Result<Response, Problem> {
        self.page(StatusCode::OK, ForgottenPage { notice: Some(notice), ..ForgottenPage::default() })
    }

    /// The own contact that was chosen.
    fn chosen(&self, contact_type: &str) -> Option<Identifier> {
        let (_, channel) = channel_of(contact_type)?;
        self.who?.profile.contacts().find(|contact| contact.channel() == channel)
    }

    fn stale(&self, typed: &str) -> Result<Response, Problem> {
        let (notice, contact) = (Some(Notice::FormStale), typed.to_owned());
        self.page(StatusCode::FORBIDDEN, ForgottenPage { contact, notice, ..ForgottenPage::default() })
    }

    fn refuse(&self, typed: &str, error: InputError) -> Result<Response, Problem> {
        let (error, contact) = (Some(error), typed.to_owned());
        self.page(StatusCode::BAD_REQUEST, ForgottenPage { contact, error, ..ForgottenPage::default() })
    }

    /// The page with what was typed or chosen, and why nothing was sent.
    fn limited(&self, form: &CheckedForm, visitor: &Visitor, limited: Limited) -> Result<Response, Problem> {
        let chosen = channel_of(form.text("contact_type")).map(|(word, _)| word);
        NotSent::of(self.state, visitor, limited)?.answer(|status, not_sent| {
            let (not_sent, contact) = (Some(not_sent), form.text("contact").to_owned());
            self.page(status, ForgottenPage { contact, chosen, not_sent, ..ForgottenPage::default() })
        })
    }

    fn page(&self, status: StatusCode, content: ForgottenPage) -> Result<Response, Problem> {
        let token = self.state.form_token(self.cookies)?;
        let frame = Frame::with_forms(self.state, &token);
        let (next, links) = (self.next.map(|next| next.as_str().to_owned()), AccountLinks::of(self.next));
        let own = self.who.into_iter().flat_map(|account| account.profile.contacts());
        let own = own.map(Into::into).collect();
        let content = ForgottenPage { frame, own, next, links, ..content };
        Ok(form_page(self.state, status, self.language, &content, &token)?)
    }
}
