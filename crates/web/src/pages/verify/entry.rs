//! Who types a code, and what for.

use axum::extract::FromRequestParts;
use http::request::Parts;
use otpd_domain::session::SignedIn;
use otpd_domain::{Fault, Visitor};
use otpd_templating::Language;

use super::Showing;
use crate::error::Problem;
use crate::extract::{AcceptedLanguage, Next, PageVisitor, SentCookies, SignedInBrowser, live_session};
use crate::pages::flow::Flow;
use crate::pages::language_of;
use crate::state::WebState;

/// A browser on one of the pages where codes are typed or asked for again.
pub struct CodeEntry {
    /// The site.
    pub state: WebState,
    /// What the code is for, by the page's path.
    pub flow: Flow,
    /// The language of the page.
    pub language: Language,
    /// Who is signed in, where people may be who type a code.
    pub who: Option<SignedIn>,
    /// Who types it, as far as limits care; without the proof that a form may bring.
    pub visitor: Visitor,
}

impl CodeEntry {
    /// What shows the page for the code that the cookies name.
    pub fn showing<'a>(&'a self, cookies: &'a SentCookies, next: Option<&'a Next>) -> Showing<'a> {
        Showing { entry: self, cookies, next, letters: false }
    }
}

/// Who is signed in, where people may be who type a code: the pages speak their language then.
///
/// # Errors
/// When the store fails.
pub async fn who_may_be_signed_in(
    state: &WebState,
    flow: Flow,
    cookies: &SentCookies,
) -> Result<Option<SignedIn>, Fault> {
    match flow {
        Flow::SignIn => Ok(None),
        Flow::Registration | Flow::PasswordReset | Flow::NewContact => live_session(state, &cookies.session).await,
    }
}

impl FromRequestParts<WebState> for CodeEntry {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Problem> {
        let flow = Flow::of_path(parts.uri.path()).ok_or(Problem::NotFound)?;
        let cookies = SentCookies::read(&parts.headers, state.cookie_rules());
        let Ok(AcceptedLanguage(accepted)) = AcceptedLanguage::from_request_parts(parts, state).await;
        let who = match flow {
            Flow::NewContact => Some(SignedInBrowser::from_request_parts(parts, state).await?.who),
            _ => who_may_be_signed_in(state, flow, &cookies).await?,
        };
        let Ok(PageVisitor(visitor)) = PageVisitor::from_request_parts(parts, state).await;
        let language = language_of(state, who.as_ref().map(|who| &who.account), accepted);
        Ok(Self { state: state.clone(), flow, language, who, visitor })
    }
}
