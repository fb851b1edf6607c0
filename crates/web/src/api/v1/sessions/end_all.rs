//! `POST /api/v1/accounts/{id}/sessions/end`

use axum::extract::State;
use axum::response::Response;
use otpd_domain::account::AccountId;
use otpd_domain::api_key::Scope;
use otpd_domain::sign_in;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::caller::Caller;
use crate::api::v1::accounts;
use crate::api::v1::path::Id;
use crate::api::v1::problem::Failure;
use crate::api::v1::reply;
use crate::state::WebState;

/// What was ended.
#[derive(Serialize, ToSchema)]
pub struct EndedSessions {
    /// How many sessions.
    #[schema(minimum = 0, example = 2)]
    ended: u64,
}

/// End all sessions of an account
///
/// The person is signed out everywhere. Access tokens that were given out go on until they expire, a few minutes at most;
/// introspection knows better at once.
#[utoipa::path(
    post,
    path = "/api/v1/accounts/{id}/sessions/end",
    operation_id = "endSessions",
    tag = "Sessions",
    security(("api_key" = ["sessions"])),
    params(Id<AccountId>),
    responses((status = 200, description = "Signed out everywhere.", body = EndedSessions))
)]
pub async fn end_sessions(
    State(state): State<WebState>,
    caller: Caller,
    Id(id): Id<AccountId>,
) -> Result<Response, Failure> {
    caller.require(Scope::Sessions)?;
    accounts::find(&state, id).await?;
    let ended = sign_in::end_all_sessions(state.domain(), id, &caller.visitor.trail()).await?;
    Ok(reply::ok(&EndedSessions { ended }))
}
