//! The form of a POST: read strictly, and known to come from one of our own pages.

use std::error::Error;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use http_body_util::LengthLimitError;

use super::cookies::SentCookies;
use super::csrf::{TOKEN_FIELD, check_site, check_token};
use super::fields::{FieldProblem, Fields};
use super::next::Next;
use crate::error::Problem;
use crate::serve::BodyError;
use crate::state::WebState;

/// Largest body taken, in bytes. Our own forms stay under a thousandth of it.
const MAX_BODY: usize = 64 * 1024;

/// The fields of a form that one of our own pages sent. There is no other way to the fields of a POST, so no handler can
/// forget the check.
#[derive(Clone, Debug)]
pub struct CheckedForm {
    fields: Fields,
    /// The cookies that came with it.
    pub cookies: SentCookies,
}

impl CheckedForm {
    /// The value of a field; what is missing reads as empty.
    pub fn text(&self, name: &str) -> &str {
        self.fields.get(name).unwrap_or_default()
    }

    /// The value of a field that our own pages always send.
    ///
    /// # Errors
    /// When it is missing.
    pub fn require(&self, name: &'static str) -> Result<&str, FieldProblem> {
        self.fields.require(name)
    }

    /// Where to go after signing in.
    pub fn next(&self) -> Option<Next> {
        self.fields.get("next").and_then(Next::check)
    }
}

/// A form, even one whose page had been open too long, with whether it was. It came from our own site, so what was typed
/// may be shown again; nothing else may be done with it.
///
/// # Errors
/// Whatever else was wrong with it.
pub fn even_if_too_old(form: Result<CheckedForm, Problem>) -> Result<(CheckedForm, bool), Problem> {
    match form {
        Err(Problem::Forged { refusal, form: Some(form) }) => {
            tracing::info!(%refusal, "a form was shown again");
            Ok((*form, true))
        }
        form => Ok((form?, false)),
    }
}

impl FromRequest<WebState> for CheckedForm {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &WebState) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        check_site(state.public_url(), &parts.headers).map_err(|refusal| Problem::Forged { refusal, form: None })?;
        let body = read_body(&parts.headers, body).await?;
        check_media_type(&parts.headers, &body)?;
        let fields = Fields::parse(&body)?;
        let cookies = SentCookies::read(&parts.headers, state.cookie_rules());
        match check_token(state.keys(), &cookies, fields.get(TOKEN_FIELD)) {
            Ok(()) => Ok(Self { fields, cookies }),
            // From our own site, but of a page too old: what was typed need not be lost.
            Err(refusal) => Err(Problem::Forged { refusal, form: Some(Box::new(Self { fields, cookies })) }),
        }
    }
}

/// Reads a body of at most [`MAX_BODY`].
///
/// # Errors
/// When it is larger, breaks off, or comes too slowly.
pub async fn read_body(headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > MAX_BODY as u64) {
        return Err(Problem::BodyTooLarge);
    }
    to_bytes(body, MAX_BODY).await.map_err(|error| why_cut_off(&error))
}

/// The problem of a body that ended early.
fn why_cut_off(error: &(dyn Error + 'static)) -> Problem {
    let causes = || std::iter::successors(Some(error), |error| (*error).source());
    if causes().any(<dyn Error>::is::<LengthLimitError>) {
        return Problem::BodyTooLarge;
    }
    match causes().find_map(|cause| cause.downcast_ref()) {
        Some(BodyError::Slow(limit)) => Problem::BodySlow(*limit),
        Some(BodyError::NoRoom) => Problem::NoRoom,
        Some(BodyError::Broken(_)) | None => Problem::BodyBroken,
    }
}

fn check_media_type(headers: &HeaderMap, body: &Bytes) -> Result<(), Problem> {
    let mut stated = headers.get_all(CONTENT_TYPE).into_iter();
    let (Some(media_type), None) = (stated.next(), stated.next()) else {
        // An empty body needs no type; it has no fields either.
        return if body.is_empty() { Ok(()) } else { Err(Problem::NotAForm) };
    };
    let text = media_type.to_str().map_err(|_| Problem::NotAForm)?;
    let (essence, parameters) = text.split_once(';').unwrap_or((text, ""));
    let charset = parameters.trim().trim_matches('"').to_ascii_lowercase();
    let is_form = essence.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded");
    if is_form && matches!(charset.as_str(), "" | "charset=utf-8" | "charset=\"utf-8") {
        Ok(())
    } else {
        Err(Problem::NotAForm)
    }
}
