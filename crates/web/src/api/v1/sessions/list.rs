//! `GET /api/v1/accounts/{id}/sessions`

use axum::extract::State;
use axum::response::Response;
use otpd_domain::account::AccountId;
use otpd_domain::api_key::Scope;
use otpd_domain::sign_in;
use serde::Serialize;
use utoipa::ToSchema;

use super::Session;
use crate::api::caller::Caller;
use crate::api::v1::accounts;
use crate::api::v1::path::Id;
use crate::api::v1::problem::Failure;
use crate::api::v1::reply;
use crate::state::WebState;

/// The live sessions of an account.
#[derive(Serialize, ToSchema)]
pub struct SessionList {
    /// The sessions, the latest used first.
    items: Vec<Session>,
}

/// List an account's sessions
///
/// Where the person is signed in at this moment, the latest used first.
#[utoipa::path(
    get,
    path = "/api/v1/accounts/{id}/sessions",
    operation_id = "listSessions",
    tag = "Sessions",
    security(("api_key" = ["sessions"])),
    params(Id<AccountId>),
    responses((status = 200, description = "The live sessions.", body = SessionList))
)]
pub async fn list_sessions(
    State(state): State<WebState>,
    caller: Caller,
    Id(id): Id<AccountId>,
) -> Result<Response, Failure> {
    caller.require(Scope::Sessions)?;
    accounts::find(&state, id).await?;
    let found = sign_in::list_sessions(state.domain(), id).await?;
    Ok(reply::ok(&SessionList { items: found.into_iter().map(Session::from).collect() }))
}
