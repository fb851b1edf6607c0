//! `/api/proof/`: a task for pages of parts B and C that were asked for a proof of work.

use axum::extract::{FromRequestParts, State};
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;
use otpd_domain::visitor::network;

use super::reply::reply;
use crate::error::Problem;
use crate::extract::client_of;
use crate::state::WebState;

/// The network that asks; empty where it is not known, and then no limit goes by it.
pub struct Network(String);

impl FromRequestParts<WebState> for Network {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Problem> {
        Ok(Self(client_of(parts, state).map(network).unwrap_or_default()))
    }
}

/// A challenge as the ALTCHA widget takes it from its challenge URL. What the widget makes of it goes into the field `altcha`
/// of the request that was refused. Nothing is stored.
pub async fn show(State(state): State<WebState>, Network(network): Network) -> Result<Response, Problem> {
    let domain = state.domain();
    let task = domain.ports.proofs.task(&network, domain.clock.now())?;
    Ok(reply(StatusCode::OK, &task.altcha))
}
