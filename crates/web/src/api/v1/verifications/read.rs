//! `GET /api/v1/verifications/{id}`

use axum::extract::State;
use axum::response::Response;
use otpd_domain::api_key::Scope;
use otpd_domain::challenge::ChallengeHandle;

use super::{Verification, find};
use crate::api::caller::Caller;
use crate::api::v1::path::Id;
use crate::api::v1::problem::Failure;
use crate::api::v1::reply;
use crate::state::WebState;

/// Read a verification
///
/// Where it stands, and what became of its message.
#[utoipa::path(
    get,
    path = "/api/v1/verifications/{id}",
    operation_id = "getVerification",
    tag = "Verifications",
    security(("api_key" = ["verifications"])),
    params(Id<ChallengeHandle>),
    responses((status = 200, description = "The verification.", body = Verification)),
    extensions(("x-problems" = json!(["superseded"])))
)]
pub async fn get_verification(
    State(state): State<WebState>,
    caller: Caller,
    Id(handle): Id<ChallengeHandle>,
) -> Result<Response, Failure> {
    caller.require(Scope::Verifications)?;
    Ok(reply::ok(&Verification::of(&handle, &find(&state, &handle).await?)))
}
