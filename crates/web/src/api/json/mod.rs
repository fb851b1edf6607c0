//! JSON bodies, read strictly: what would have to be guessed is refused, and the field is named.

mod fields;
mod fill;
mod tree;

use axum::extract::{FromRequest, Request};
use http::header::{CONTENT_TYPE, HeaderMap};
use serde::de::DeserializeOwned;

pub use self::fields::{JsonFault, JsonProblem};
use self::tree::Tree;
use crate::error::Problem;
use crate::extract::read_body;
use crate::state::WebState;

/// The media type of a JSON body.
pub const JSON: &str = "application/json";

/// A JSON object as the body of a request. Names that are not asked for are overlooked, unless the type denies them.
#[derive(Clone, Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<WebState> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &WebState) -> Result<Self, Problem> {
        read_json(request, JSON).await.map(Self)
    }
}

/// Reads a body of that media type as JSON.
///
/// # Errors
/// When it is of another type, too large, broken, or is not what is asked for.
pub async fn read_json<T: DeserializeOwned>(request: Request, media_type: &'static str) -> Result<T, Problem> {
    let (parts, body) = request.into_parts();
    check_media_type(&parts.headers, media_type)?;
    let body = read_body(&parts.headers, body).await?;
    parse(&body).map_err(Problem::Json)
}

/// Reads an object: text free of control characters, every name once, nothing missing, nothing of another type.
///
/// # Errors
/// Says what is wrong first.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, JsonProblem> {
    let tree = Tree::parse(body)?;
    tree.check()?;
    fill::fill(tree)
}

/// The media type, with no parameter but the only charset that JSON has (RFC 8259 §8.1).
fn check_media_type(headers: &HeaderMap, expected: &'static str) -> Result<(), Problem> {
    let refused = || Problem::NotJson { expected };
    let mut stated = headers.get_all(CONTENT_TYPE).into_iter();
    let (Some(stated), None) = (stated.next(), stated.next()) else { return Err(refused()) };
    let text = stated.to_str().map_err(|_| refused())?;
    let (essence, parameters) = text.split_once(';').unwrap_or((text, ""));
    let parameters = parameters.trim().to_ascii_lowercase().replace('"', "");
    let fits = essence.trim().eq_ignore_ascii_case(expected) && matches!(parameters.as_str(), "" | "charset=utf-8");
    if fits { Ok(()) } else { Err(refused()) }
}

#[cfg(test)]
mod tests;
