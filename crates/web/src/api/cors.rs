//! Pages of other origins: which may call parts B and C from a browser, and what browsers are told of it.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, HeaderMap, ORIGIN, RETRY_AFTER, VARY};
use http::{HeaderValue, Method};
use tower::{Layer, ServiceExt};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::reply::Door;
use crate::error::Problem;
use crate::state::WebState;

/// How long browsers may keep the answer to a preflight: long enough for a sign-in, short enough for a change of settings.
const PREFLIGHT_LIFETIME: Duration = Duration::from_mins(10);

/// What allowed origins may do: post JSON, ask for a task, and read the replies. Never with the browser's cookies.
pub fn layer(allowed_origins: &[String]) -> CorsLayer {
    let origins = allowed_origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([CONTENT_TYPE, AUTHORIZATION, ACCEPT_LANGUAGE])
        .expose_headers([RETRY_AFTER])
        .max_age(PREFLIGHT_LIFETIME)
        .vary([ORIGIN])
}

/// Whether a path is a door that pages of other origins may be let through.
fn is_shared(path: &str) -> bool {
    matches!(Door::of(path), Some(Door::Verification { .. } | Door::Accounts)) && !path.starts_with("/api/twilio/")
}

/// Whose page asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asker {
    /// Nobody says: a program, or our own page.
    OwnOrNone,
    /// A page that may.
    Allowed,
    /// Any other page.
    Foreign,
}

fn asker(state: &WebState, headers: &HeaderMap) -> Asker {
    let mut origins = headers.get_all(ORIGIN).into_iter();
    let (Some(origin), None) = (origins.next(), origins.next()) else {
        return if headers.contains_key(ORIGIN) { Asker::Foreign } else { Asker::OwnOrNone };
    };
    let Ok(origin) = origin.to_str() else { return Asker::Foreign };
    if state.doors().allowed_origins.iter().any(|allowed| allowed == origin) {
        Asker::Allowed
    } else if state.public_url().admits(origin) {
        Asker::OwnOrNone
    } else {
        Asker::Foreign
    }
}

/// Outside of everything else, so that allowed pages can read failures, too: answers preflights and puts the headers on
/// replies.
pub async fn share(State(state): State<WebState>, request: Request, next: Next) -> Response {
    if !is_shared(request.uri().path()) {
        return next.run(request).await;
    }
    if asker(&state, request.headers()) == Asker::Allowed {
        let Ok(mut response) = state.cors().layer(next).oneshot(request).await;
        state.security_headers().apply(response.headers_mut());
        return response;
    }
    let mut response = next.run(request).await;
    response.headers_mut().append(VARY, HeaderValue::from_static("origin"));
    response
}

/// Refuses what pages of other origins ask. Browsers send some requests without asking first and only keep the reply to
/// themselves: by then a message would be out.
pub async fn refuse_foreign(State(state): State<WebState>, request: Request, next: Next) -> Response {
    if is_shared(request.uri().path()) && asker(&state, request.headers()) == Asker::Foreign {
        return Problem::ForeignOrigin.into_response();
    }
    next.run(request).await
}
