//! Who calls: the key of another back end, and the door it knocks at.

use axum::extract::FromRequestParts;
use http::header::{AUTHORIZATION, HeaderMap};
use http::request::Parts;
use otpd_domain::administer::authenticate;
use otpd_domain::api_key::{ApiKey, ApiKeyToken, Scope};

use crate::config::Access;
use crate::error::Problem;
use crate::state::WebState;

/// A caller with an API key that is in force.
#[derive(Clone, Debug)]
pub struct Caller(pub ApiKey);

impl Caller {
    /// Whether the key may do that.
    ///
    /// # Errors
    /// When it may not.
    pub fn require(&self, scope: Scope) -> Result<(), Problem> {
        if self.0.may(scope) { Ok(()) } else { Err(Problem::ScopeMissing(scope)) }
    }
}

impl FromRequestParts<WebState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Problem> {
        let Some(shown) = bearer(&parts.headers)? else { return Err(Problem::Unauthorized { shown: false }) };
        let key = match ApiKeyToken::parse(shown) {
            Some(token) => authenticate(state.domain(), &token).await?,
            None => None,
        };
        key.map(Self).ok_or(Problem::Unauthorized { shown: true })
    }
}

/// The token of `Authorization: Bearer …` (RFC 6750 §2.1), if the header is there.
///
/// # Errors
/// When the header is there twice or is not of that form.
pub fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let mut shown = headers.get_all(AUTHORIZATION).into_iter();
    let (Some(value), None) = (shown.next(), shown.next()) else {
        return if headers.contains_key(AUTHORIZATION) { Err(Problem::Unauthorized { shown: true }) } else { Ok(None) };
    };
    let text = value.to_str().unwrap_or_default();
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token.trim())),
        _ => Err(Problem::Unauthorized { shown: true }),
    }
}

/// Lets a caller through a door that is open to it.
///
/// # Errors
/// When the door asks for a key that the caller has not, or is closed.
pub async fn admit(state: &WebState, parts: &mut Parts, access: Access, scope: Scope) -> Result<(), Problem> {
    match access {
        Access::Open => Ok(()),
        Access::Key => Caller::from_request_parts(parts, state).await?.require(scope),
        Access::Closed => Err(Problem::NotFound),
    }
}
