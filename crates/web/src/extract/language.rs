//! The language a browser asks for.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::header::ACCEPT_LANGUAGE;
use http::request::Parts;
use otpd_templating::Language;

use crate::state::WebState;

/// The best of our languages for `Accept-Language`.
#[derive(Clone)]
pub struct AcceptedLanguage(pub Language);

impl FromRequestParts<WebState> for AcceptedLanguage {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Infallible> {
        let accepted = parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Ok(Self(state.templates().negotiate(accepted)))
    }
}
