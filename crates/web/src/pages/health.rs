//! `/health/live` and `/health/ready`, for what watches over the process.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::state::WebState;

/// The process runs.
pub async fn live() -> &'static str {
    "ok\n"
}

/// The process can do its work: it is not stopping, and the store answers.
pub async fn ready(State(state): State<WebState>) -> Response {
    if state.is_stopping() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    match state.domain().ports.upkeep.ping().await {
        Ok(()) => "ok\n".into_response(),
        Err(error) => {
            tracing::warn!("not ready: {error}");
            (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n").into_response()
        }
    }
}
