//! `GET /api/v1/sign-ins/{id}`

use axum::extract::State;
use axum::response::Response;
use otpd_domain::api_key::Scope;
use otpd_domain::challenge::ChallengeHandle;

use super::{SignIn, find};
use crate::api::caller::Caller;
use crate::api::v1::path::Id;
use crate::api::v1::problem::Failure;
use crate::api::v1::reply;
use crate::state::WebState;

/// Read a sign-in
///
/// Where it stands, and what became of its message.
#[utoipa::path(
    get,
    path = "/api/v1/sign-ins/{id}",
    operation_id = "getSignIn",
    tag = "Sign-ins",
    security(("api_key" = ["sign-ins"])),
    params(Id<ChallengeHandle>),
    responses((status = 200, description = "The sign-in.", body = SignIn)),
    extensions(("x-problems" = json!(["superseded"])))
)]
pub async fn get_sign_in(
    State(state): State<WebState>,
    caller: Caller,
    Id(handle): Id<ChallengeHandle>,
) -> Result<Response, Failure> {
    caller.require(Scope::SignIns)?;
    Ok(reply::ok(&SignIn::of(&handle, &find(&state, &handle).await?, &caller.key)))
}
