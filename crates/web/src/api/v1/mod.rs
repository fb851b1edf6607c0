//! The native API: verifications, sign-ins, accounts and sessions for back ends with an API key.
//!
//! Routes and their `OpenAPI` document come from the same lines: an operation is a handler under `#[utoipa::path]`, one a
//! file. What is not what was asked for is told as problem details ([`problem`]) of one of the kinds in [`kinds`].

mod accounts;
mod cancel;
pub mod contact;
mod docs;
mod document;
mod given;
mod idempotency;
mod kinds;
mod language;
pub mod path;
mod problem;
mod rate;
mod reply;
mod sessions;
mod sign_ins;
mod status;
pub mod text;
mod verifications;

use axum::Router;
use utoipa_axum::router::OpenApiRouter;

pub use self::document::{Declared, openapi};
pub use self::problem::failure;
use crate::state::WebState;

/// The routes.
pub fn routes() -> Router<WebState> {
    let (routes, _) = operations().split_for_parts();
    routes.merge(docs::routes())
}

/// The operations that the document describes.
fn operations() -> OpenApiRouter<WebState> {
    OpenApiRouter::with_openapi(document::frame())
        .merge(verifications::routes())
        .merge(sign_ins::routes())
        .merge(accounts::routes())
        .merge(sessions::routes())
}
