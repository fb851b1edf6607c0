//! JSON replies.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, HeaderValue, LOCATION};
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use crate::api::json::JSON;
use crate::error::Problem;

/// 200 with what was asked for.
pub fn ok<T: Serialize>(body: &T) -> Response {
    json(StatusCode::OK, JSON, body)
}

/// 201 with what was made, and where it is.
pub fn created<T: Serialize>(location: &str, headers: HeaderMap, body: &T) -> Response {
    let mut response = json(StatusCode::CREATED, JSON, body);
    response.headers_mut().extend(headers);
    if let Ok(location) = HeaderValue::from_str(location) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

/// 204: done, and there is nothing to say.
pub fn done() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// A reply of any status and JSON type.
pub fn json<T: Serialize>(status: StatusCode, media_type: &'static str, body: &T) -> Response {
    match serde_json::to_string(body) {
        Ok(text) => (status, [(CONTENT_TYPE, HeaderValue::from_static(media_type))], text).into_response(),
        Err(error) => Problem::Panic(format!("a reply is no JSON: {error}")).into_response(),
    }
}
