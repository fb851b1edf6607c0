//! What a browser says it is.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::header::USER_AGENT;
use http::request::Parts;

/// The browser's own description, without what cannot be shown; empty when it gives none.
#[derive(Clone, Debug, Default)]
pub struct UserAgent(pub String);

impl<S: Sync> FromRequestParts<S> for UserAgent {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let readable = |value: &http::HeaderValue| {
            String::from_utf8_lossy(value.as_bytes()).chars().filter(|c| !c.is_control()).collect()
        };
        Ok(Self(parts.headers.get(USER_AGENT).map(readable).unwrap_or_default()))
    }
}
