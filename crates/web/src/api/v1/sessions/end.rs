//! `DELETE /api/v1/sessions/{id}`

use axum::extract::State;
use axum::response::Response;
use otpd_domain::api_key::Scope;
use otpd_domain::session::SessionId;
use otpd_domain::sign_in;

use crate::api::caller::Caller;
use crate::api::v1::kinds;
use crate::api::v1::path::Id;
use crate::api::v1::problem::{Failure, Refusal};
use crate::api::v1::reply;
use crate::state::WebState;

/// End a session
///
/// Its token means nothing from now on.
#[utoipa::path(
    delete,
    path = "/api/v1/sessions/{id}",
    operation_id = "endSession",
    tag = "Sessions",
    security(("api_key" = ["sessions"])),
    params(Id<SessionId>),
    responses((status = 204, description = "Ended."))
)]
pub async fn end_session(
    State(state): State<WebState>,
    caller: Caller,
    Id(id): Id<SessionId>,
) -> Result<Response, Failure> {
    caller.require(Scope::Sessions)?;
    let gone = || Refusal::new(kinds::NOT_FOUND);
    let session = sign_in::find_session(state.domain(), id).await?.ok_or_else(gone)?;
    let ended = sign_in::end_session(state.domain(), session.account_id, id, &caller.visitor.trail()).await?;
    if ended { Ok(reply::done()) } else { Err(gone().into()) }
}
