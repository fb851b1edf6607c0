//! `/api/openapi.json` and `/api/docs`.

mod view;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};

use self::view::Reference;
use super::{document, reply};
use crate::error::Problem;
use crate::pages;
use crate::state::WebState;

/// The style of the page; it stands on the house's own.
const STYLE: &str = include_str!("../../../../assets/reference.css");
/// The document and the page change with the configuration: at a restart.
const FOR_A_WHILE: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// The `OpenAPI` document.
pub async fn document(State(state): State<WebState>) -> Response {
    let mut response = reply::ok(&document::of_server(&state));
    response.headers_mut().insert(CACHE_CONTROL, FOR_A_WHILE);
    response
}

/// The same as a page for people.
pub async fn page(State(state): State<WebState>) -> Result<Response, Problem> {
    let reference = Reference::of(&document::of_server(&state), pages::Frame::plain(&state));
    // The API speaks English, and so does its documentation.
    let templates = state.templates();
    let language = templates.language("en").unwrap_or_else(|| templates.default_language());
    let mut response = pages::page(&state, StatusCode::OK, &language, &reference)?;
    response.headers_mut().insert(CACHE_CONTROL, FOR_A_WHILE);
    Ok(response)
}

/// The style of the page.
pub async fn style() -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8")),
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600")),
    ];
    (headers, STYLE).into_response()
}
