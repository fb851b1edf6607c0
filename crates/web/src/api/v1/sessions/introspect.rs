//! `POST /api/v1/sessions/introspect`

use axum::extract::State;
use axum::response::Response;
use otpd_domain::api_key::Scope;
use otpd_domain::session::{SessionToken, SignedIn};
use otpd_domain::{Fault, sign_in};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Session;
use crate::api::caller::Caller;
use crate::api::json::Json;
use crate::api::v1::accounts::Account;
use crate::api::v1::problem::Failure;
use crate::api::v1::reply;
use crate::api::v1::text::TokenText;
use crate::state::WebState;

/// A token that somebody showed you.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShownToken {
    /// The session token or the access token.
    token: TokenText,
}

/// Whose a token is, if it is anybody's (after RFC 7662).
#[derive(Serialize, ToSchema)]
pub struct Introspection {
    /// Whether the token is good at this moment: ours, not expired, its session not ended and its account in use.
    active: bool,
    /// The session it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    session: Option<Session>,
    /// Whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    account: Option<Account>,
}

/// Ask whose a token is
///
/// Takes a session token or an access token. One that is not good for whatever reason is `{"active": false}`, no more.
/// Asking with a session token counts as a use of the session.
#[utoipa::path(
    post,
    path = "/api/v1/sessions/introspect",
    operation_id = "introspect",
    tag = "Sessions",
    security(("api_key" = ["sessions"])),
    request_body(content = ShownToken, example = json!({"token": "Zm9yIHRoZSBkb2N1bWVudGF0aW9uIG9ubHksIG5vdCBhIHJlYWwgb25l"})),
    responses((status = 200, description = "What the token is worth.", body = Introspection))
)]
pub async fn introspect(
    State(state): State<WebState>,
    caller: Caller,
    Json(body): Json<ShownToken>,
) -> Result<Response, Failure> {
    caller.require(Scope::Sessions)?;
    let who = holder(&state, body.token.as_str()).await?;
    Ok(reply::ok(&match who {
        None => Introspection { active: false, session: None, account: None },
        Some(SignedIn { session, account }) => {
            Introspection { active: true, session: Some(session.into()), account: Some(account.into()) }
        }
    }))
}

async fn holder(state: &WebState, token: &str) -> Result<Option<SignedIn>, Fault> {
    let domain = state.domain();
    if let Some(token) = SessionToken::parse(token) {
        return sign_in::signed_in(domain, &token).await;
    }
    sign_in::holder_of_access_token(domain, token).await
}
