//! `/.well-known/jwks.json`: the keys that access tokens are checked with, for whoever gets one.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue, VARY};

use super::reply::typed;
use crate::state::WebState;

/// How long the keys may be kept: a rotated one must be known before tokens of it have gone far.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// The key set (RFC 7517 §8.5.2).
pub async fn show(State(state): State<WebState>) -> Response {
    let mut response = typed(StatusCode::OK, "application/jwk-set+json", &state.domain().ports.tokens.key_set());
    response.headers_mut().insert(CACHE_CONTROL, KEPT);
    response.headers_mut().remove(VARY);
    response
}
