//! `DELETE /api/v1/sign-ins/{id}`

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

/// Cancel a sign-in
///
/// The code is dead from now on; a message that is not sent yet is not sent.
#[utoipa::path(
    delete,
    path = "/api/v1/sign-ins/{id}",
    operation_id = "cancelSignIn",
    tag = "Sign-ins",
    security(("api_key" = ["sign-ins"])),
    params(Id<ChallengeHandle>),
    responses((status = 204, description = "Cancelled.")),
    extensions(("x-problems" = json!(["superseded", "code-used", "code-expired"])))
)]
pub async fn cancel_sign_in(
    State(state): State<WebState>,
    caller: Caller,
    Id(handle): Id<ChallengeHandle>,
) -> Result<Response, Failure> {
    caller.require(Scope::SignIns)?;
    let standing = find(&state, &handle).await?.standing;
    cancel(&state, &handle, standing).await
}
