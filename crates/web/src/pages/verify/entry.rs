//! Who types a code, and what for.

use axum::extract::FromRequestParts;
use http::request::Parts;
use otpd_domain::session::SignedIn;
use otpd_templating::Language;

use super::Showing;
use crate::error::Problem;
use crate::extract::{AcceptedLanguage, Next, SentCookies, SignedInBrowser};
use crate::pages::flow::Flow;
use crate::state::WebState;

/// A browser on one of the pages where codes are typed or asked for again.
pub struct CodeEntry {
    /// The site.
    pub state: WebState,
    /// What the code is for, by the page's path.
    pub flow: Flow,
    /// The language of the page.
    pub language: Language,
    /// Who is signed in, on pages that are for the signed-in only.
    pub who: Option<SignedIn>,
}

impl CodeEntry {
    /// What shows the page for the code that the cookies name.
    pub fn showing<'a>(&'a self, cookies: &'a SentCookies, next: Option<&'a Next>) -> Showing<'a> {
        Showing { entry: self, cookies, next }
    }
}

impl FromRequestParts<WebState> for CodeEntry {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Problem> {
        let flow = Flow::of_path(parts.uri.path()).ok_or(Problem::NotFound)?;
        let (language, who) = if flow == Flow::NewContact {
            let browser = SignedInBrowser::from_request_parts(parts, state).await?;
            (browser.language, Some(browser.who))
        } else {
            let Ok(AcceptedLanguage(language)) = AcceptedLanguage::from_request_parts(parts, state).await;
            (language, None)
        };
        Ok(Self { state: state.clone(), flow, language, who })
    }
}
