//! `DELETE /api/v1/verifications/{id}`

use axum::extract::State;
use axum::response::Response;
use otpd_domain::api_key::Scope;
use otpd_domain::challenge::ChallengeHandle;

use super::find;
use crate::api::caller::Caller;
use crate::api::v1::cancel::cancel;
use crate::api::v1::path::Id;
use crate::api::v1::problem::Failure;
use crate::state::WebState;

/// Cancel a verification
///
/// The code is dead from now on; a message that is not sent yet is not sent.
#[utoipa::path(
    delete,
    path = "/api/v1/verifications/{id}",
    operation_id = "cancelVerification",
    tag = "Verifications",
    security(("api_key" = ["verifications"])),
    params(Id<ChallengeHandle>),
    responses((status = 204, description = "Cancelled.")),
    extensions(("x-problems" = json!(["superseded", "code-used", "code-expired"])))
)]
pub async fn cancel_verification(
    State(state): State<WebState>,
    caller: Caller,
    Id(handle): Id<ChallengeHandle>,
) -> Result<Response, Failure> {
    caller.require(Scope::Verifications)?;
    let standing = find(&state, &handle).await?.standing;
    cancel(&state, &handle, standing).await
}
