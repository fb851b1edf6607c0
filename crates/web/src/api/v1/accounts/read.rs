//! `GET /api/v1/accounts/{id}`

use axum::extract::State;
use axum::response::Response;
use otpd_domain::account::AccountId;
use otpd_domain::api_key::Scope;

use super::{Account, find};
use crate::api::caller::Caller;
use crate::api::v1::path::Id;
use crate::api::v1::problem::Failure;
use crate::api::v1::reply;
use crate::state::WebState;

/// Read an account
#[utoipa::path(
    get,
    path = "/api/v1/accounts/{id}",
    operation_id = "getAccount",
    tag = "Accounts",
    security(("api_key" = ["accounts-read"])),
    params(Id<AccountId>),
    responses((status = 200, description = "The account.", body = Account))
)]
pub async fn get_account(
    State(state): State<WebState>,
    caller: Caller,
    Id(id): Id<AccountId>,
) -> Result<Response, Failure> {
    caller.require(Scope::AccountsRead)?;
    Ok(reply::ok(&Account::from(find(&state, id).await?)))
}
