//! The doors for other back ends and front ends: part B of the contract in `users`, part C in `accounts`, the native API
//! in `v1`; and what machines ask for besides.
//!
//! Handlers read a body ([`json::Json`]), call one use case and put its outcome in the door's words. Whatever else they have to
//! say travels as a [`Problem`](crate::error::Problem) to the edge, which tells it in the style of the path it happened
//! at ([`Door`]).

mod accounts;
pub mod caller;
mod contact;
pub mod cors;
pub mod json;
mod jwks;
mod proof;
mod refused;
mod reply;
mod twilio;
mod users;
pub mod v1;
mod words;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};

pub use self::json::JsonProblem;
pub use self::refused::Refused;
pub use self::reply::Door;
pub use self::words::Words;
use crate::config::Access;
use crate::state::WebState;

/// The routes of all doors that are open.
pub fn routes(state: &WebState) -> Router<WebState> {
    let mut routes = Router::new().route("/.well-known/jwks.json", get(jwks::show)).merge(v1::routes());
    if state.doors().verification != Access::Closed {
        routes = users::routes(routes);
    }
    if state.doors().registration != Access::Closed {
        routes = accounts::routes(routes);
    }
    if state.doors().verification == Access::Open || state.doors().registration == Access::Open {
        routes = routes.door("/api/proof/", get(proof::show));
    }
    if state.twilio().is_some() {
        routes = routes.route("/api/twilio/status", post(twilio::receive));
    }
    routes.layer(from_fn_with_state(state.clone(), cors::refuse_foreign))
}

trait DoorRoutes {
    /// A path that ends in a slash, and the same without it: callers do not follow redirects of a POST.
    fn door(self, path: &str, methods: MethodRouter<WebState>) -> Self;
}

impl DoorRoutes for Router<WebState> {
    fn door(self, path: &str, methods: MethodRouter<WebState>) -> Self {
        self.route(path, methods.clone()).route(path.trim_end_matches('/'), methods)
    }
}
