//! Who is signed in.

use axum::extract::FromRequestParts;
use http::Method;
use http::request::Parts;
use otpd_domain::Fault;
use otpd_domain::session::{SessionToken, SignedIn};
use otpd_domain::sign_in::signed_in;
use otpd_templating::Language;

use super::cookies::{Presented, SentCookies};
use super::language::AcceptedLanguage;
use super::next::Next;
use crate::error::Problem;
use crate::pages::language_of;
use crate::state::WebState;

/// Where a browser goes that must sign in first, when it cannot go back to where it was.
const HOME: &str = "/dashboard/";

/// The live session of a cookie, if it has one.
///
/// # Errors
/// When the store fails; nobody is signed in then.
pub async fn live_session(state: &WebState, token: &Presented<SessionToken>) -> Result<Option<SignedIn>, Fault> {
    match token {
        Presented::Readable(token) => signed_in(state.domain(), token).await,
        Presented::Absent | Presented::Unreadable => Ok(None),
    }
}

/// A browser that is signed in. Any other is sent to sign in, and back afterwards.
pub struct SignedInBrowser {
    /// Session and account.
    pub who: SignedIn,
    /// The language of the account, or the one the browser asks for.
    pub language: Language,
}

impl FromRequestParts<WebState> for SignedInBrowser {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Problem> {
        let cookies = SentCookies::read(&parts.headers, state.cookie_rules());
        let Some(who) = live_session(state, &cookies.session).await? else {
            return Err(Problem::SignInFirst { next: way_back(parts) });
        };
        let Ok(AcceptedLanguage(accepted)) = AcceptedLanguage::from_request_parts(parts, state).await;
        Ok(Self { language: language_of(state, Some(&who.account), accepted), who })
    }
}

fn way_back(parts: &Parts) -> Option<Next> {
    let here = parts.uri.path_and_query().filter(|_| parts.method == Method::GET || parts.method == Method::HEAD);
    Next::check(here.map_or(HOME, http::uri::PathAndQuery::as_str))
}
