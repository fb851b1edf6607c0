//! `/account/contact/`: give one's account another e-mail address or phone number. The code that proves it is typed at
//! `/account/contact/verify/`.

mod view;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use otpd_domain::Visitor;
use otpd_domain::administer::{ContactChangeRequest, is_fresh, request_contact_change};
use otpd_domain::codes::{Limited, Requested};

pub use self::view::ContactPage;
use super::contact_field::{InputError, channel_of, read, refused};
use super::flow::Flow;
use super::limited::NotSent;
use super::notice::{Notice, of_lost_code};
use super::{Frame, form_page, see_other};
use crate::cookies::Kind;
use crate::error::Problem;
use crate::extract::{CheckedForm, Next, PageVisitor, Query, SentCookies, SignedInBrowser, carry, even_if_too_old};
use crate::state::WebState;

pub async fn show(
    State(state): State<WebState>,
    browser: SignedInBrowser,
    cookies: SentCookies,
    query: Query,
) -> Result<Response, Problem> {
    let asking = Asking { state: &state, browser: &browser, cookies: &cookies, next: query.next.as_ref() };
    if !is_fresh(state.domain(), &browser.who) {
        return asking.sign_in_again();
    }
    let notice = of_lost_code(&state, &cookies).await?;
    let content = ContactPage { notice, contact_type: "email", ..ContactPage::default() };
    let mut response = asking.page(StatusCode::OK, content)?;
    if notice.is_some() {
        state.cookie_rules().clear(response.headers_mut(), Kind::Pending);
    }
    Ok(response)
}

pub async fn submit(
    State(state): State<WebState>,
    browser: SignedInBrowser,
    visitor: PageVisitor,
    form: Result<CheckedForm, Problem>,
) -> Result<Response, Problem> {
    let (form, too_old) = even_if_too_old(form)?;
    let next = form.next();
    let asking = Asking { state: &state, browser: &browser, cookies: &form.cookies, next: next.as_ref() };
    let typed = form.text("contact_value");
    let Some((contact_type, channel)) = channel_of(form.text("contact_type")) else {
        return if too_old {
            asking.stale("email", typed)
        } else {
            asking.refuse("", typed, refused(InputError::Type))
        };
    };
    if too_old {
        return asking.stale(contact_type, typed);
    }
    let identifier = match read(state.domain().contacts, channel, typed) {
        Ok(identifier) => identifier,
        Err(error) => return asking.refuse(contact_type, typed, error),
    };
    let pending = form.cookies.pending.readable().cloned();
    let language = browser.language.tag().to_owned();
    let (visitor, who) = (visitor.with_proof(&form), &browser.who);
    let asked = request_contact_change(state.domain(), who, identifier, pending, language, visitor.clone()).await?;
    let requested = match asked {
        ContactChangeRequest::Requested(Requested::Done(requested)) => requested,
        ContactChangeRequest::Requested(Requested::Limited(limited)) => {
            return asking.limited(contact_type, typed, &visitor, limited);
        }
        ContactChangeRequest::SignInAgain => return asking.sign_in_again(),
    };
    let mut response = see_other(&carry(Flow::NewContact.verify(), next.as_ref()));
    state.cookie_rules().set(response.headers_mut(), Kind::Pending, &requested.handle.to_text());
    Ok(response)
}

/// The page that asks for the new contact, for a signed-in browser.
struct Asking<'a> {
    state: &'a WebState,
    browser: &'a SignedInBrowser,
    cookies: &'a SentCookies,
    next: Option<&'a Next>,
}

impl Asking<'_> {
    /// The page with the way to a fresh sign-in, and back.
    fn sign_in_again(&self) -> Result<Response, Problem> {
        let sign_in_again = Some(carry(Flow::NewContact.ask(), self.next));
        self.page(StatusCode::OK, ContactPage { sign_in_again, ..ContactPage::default() })
    }

    fn stale(&self, contact_type: &'static str, typed: &str) -> Result<Response, Problem> {
        let (notice, contact_value) = (Some(Notice::FormStale), typed.to_owned());
        let content = ContactPage { contact_type, contact_value, notice, ..ContactPage::default() };
        self.page(StatusCode::FORBIDDEN, content)
    }

    fn refuse(&self, contact_type: &'static str, typed: &str, error: InputError) -> Result<Response, Problem> {
        let (error, contact_value) = (Some(error), typed.to_owned());
        let content = ContactPage { contact_type, contact_value, error, ..ContactPage::default() };
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
            self.page(status, ContactPage { contact_type, contact_value, not_sent, ..ContactPage::default() })
        })
    }

    fn page(&self, status: StatusCode, content: ContactPage) -> Result<Response, Problem> {
        let token = self.state.form_token(self.cookies)?;
        let content = ContactPage {
            frame: Frame::with_forms(self.state, &token),
            next: self.next.map(|next| next.as_str().to_owned()),
            held: self.browser.who.account.profile.contacts().map(|held| held.masked().to_string()).collect(),
            ..content
        };
        Ok(form_page(self.state, status, &self.browser.language, &content, &token)?)
    }
}
