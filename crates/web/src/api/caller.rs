//! Who calls: the key of another back end, and what limits go by.

use axum::extract::FromRequestParts;
use http::header::{AUTHORIZATION, HeaderMap};
use http::request::Parts;
use otpd_domain::Visitor;
use otpd_domain::administer::authenticate;
use otpd_domain::api_key::{ApiKey, ApiKeyToken, Scope};
use otpd_domain::visitor;

use super::reply::Door;
use crate::config::Access;
use crate::error::Problem;
use crate::extract::client_of;
use crate::state::WebState;

/// A caller with an API key that is in force.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The key.
    pub key: ApiKey,
    /// The back end, as far as limits care and as the audit trail notes it.
    pub visitor: Visitor,
}

impl Caller {
    /// Whether the key may do that.
    ///
    /// # Errors
    /// When it may not.
    pub fn require(&self, scope: Scope) -> Result<(), Problem> {
        if self.key.may(scope) { Ok(()) } else { Err(Problem::ScopeMissing(scope)) }
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
        let key = key.ok_or(Problem::Unauthorized { shown: true })?;
        Ok(Self { key, visitor: Visitor { has_key: true, ..visitor_of(parts, state) } })
    }
}

/// Who is at one of these doors, without a key. Cookies are not looked at: programs have none, and other sites' pages may
/// not use the browser's.
fn visitor_of(parts: &Parts, state: &WebState) -> Visitor {
    let door = match Door::of(parts.uri.path()) {
        Some(Door::Verification { .. }) => visitor::Door::UsersApi,
        Some(Door::Accounts) => visitor::Door::AccountsApi,
        Some(Door::Native) => visitor::Door::NativeApi,
        None => visitor::Door::Pages,
    };
    Visitor { door, client: client_of(parts, state), ..Visitor::default() }
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

/// Lets a caller through a door that is open to it; says who it is, as far as limits care.
///
/// Where no key is asked for, one that may do this is taken as one: then the address is that of a back end, which many people
/// stand behind. Anything else that stands in the header may be meant for somebody else on the way.
///
/// # Errors
/// When the door asks for a key that the caller has not, or is closed.
pub async fn admit(state: &WebState, parts: &mut Parts, access: Access, scope: Scope) -> Result<Visitor, Problem> {
    match access {
        Access::Open => match Caller::from_request_parts(parts, state).await {
            Ok(caller) if caller.key.may(scope) => Ok(caller.visitor),
            Ok(_) | Err(Problem::Unauthorized { .. }) => Ok(visitor_of(parts, state)),
            Err(problem) => Err(problem),
        },
        Access::Key => {
            let caller = Caller::from_request_parts(parts, state).await?;
            caller.require(scope)?;
            Ok(caller.visitor)
        }
        Access::Closed => Err(Problem::NotFound),
    }
}
