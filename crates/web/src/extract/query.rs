//! The query of a page: as strict as a form.

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::fields::Fields;
use super::next::Next;
use crate::error::Problem;
use crate::state::WebState;

/// What our pages take from their query.
#[derive(Clone, Debug)]
pub struct Query {
    /// Where to go after signing in.
    pub next: Option<Next>,
}

impl FromRequestParts<WebState> for Query {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &WebState) -> Result<Self, Problem> {
        let fields = Fields::parse(parts.uri.query().unwrap_or_default().as_bytes())?;
        Ok(Self { next: fields.get("next").and_then(Next::check) })
    }
}
