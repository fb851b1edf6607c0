//! `GET /api/v1/accounts`

use axum::extract::State;
use axum::response::Response;
use http::header::{HeaderValue, LINK};
use otpd_domain::Fault;
use otpd_domain::api_key::Scope;
use serde::Serialize;
use utoipa::ToSchema;

use super::Account;
use super::page::{Page, PageParams, cursor_after};
use crate::api::caller::Caller;
use crate::api::v1::problem::Failure;
use crate::api::v1::reply;
use crate::state::WebState;

/// A page of accounts, in the order of their ids.
#[derive(Serialize, ToSchema)]
pub struct AccountPage {
    /// The accounts.
    items: Vec<Account>,
    /// Ask with this `cursor` for the page behind; null on the last page.
    #[schema(required = true, example = "0000000000000014")]
    next_cursor: Option<String>,
}

/// List accounts
///
/// In the order of their ids, page by page. `Link` has the address of the next page, too. Accounts that are created while
/// you read come at the end; none is shown twice.
#[utoipa::path(
    get,
    path = "/api/v1/accounts",
    operation_id = "listAccounts",
    tag = "Accounts",
    security(("api_key" = ["accounts-read"])),
    params(PageParams),
    responses((
        status = 200, description = "A page of accounts.", body = AccountPage,
        headers(("Link" = String, description = "The next page: `<…>; rel=\"next\"`. Left out on the last one."))
    ))
)]
pub async fn list_accounts(State(state): State<WebState>, caller: Caller, page: Page) -> Result<Response, Failure> {
    caller.require(Scope::AccountsRead)?;
    let mut found = state.domain().ports.accounts.list(page.query.clone()).await.map_err(Fault::from)?;
    let more = found.len() > page.limit;
    found.truncate(page.limit);
    let next_cursor = found.last().filter(|_| more).map(|account| cursor_after(account.id));
    let link = next_cursor.as_ref().map(|cursor| state.public_url().link(&page.next(cursor)));
    let body = AccountPage { items: found.into_iter().map(Account::from).collect(), next_cursor };
    let mut response = reply::ok(&body);
    if let Some(link) = link.and_then(|link| HeaderValue::try_from(format!("<{link}>; rel=\"next\"")).ok()) {
        response.headers_mut().insert(LINK, link);
    }
    Ok(response)
}
