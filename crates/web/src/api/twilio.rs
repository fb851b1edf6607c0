//! `/api/twilio/status`: what Twilio reports of the messages it took.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use otpd_domain::administer::record_report;
use otpd_domain::ports::{CallbackRefusal, CallbackRequest};

use crate::error::Problem;
use crate::extract::read_body;
use crate::state::WebState;

/// Notes a report that Twilio signed. The same again changes nothing. When the store fails, so does the reply, and Twilio
/// tries again.
pub async fn receive(State(state): State<WebState>, request: Request) -> Result<Response, Problem> {
    let Some(reader) = state.twilio() else { return Err(Problem::NotFound) };
    let (parts, body) = request.into_parts();
    let is_form = parts.headers.get(CONTENT_TYPE).and_then(|stated| stated.to_str().ok()).is_some_and(|stated| {
        let essence = stated.split(';').next().unwrap_or_default();
        essence.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
    });
    if !is_form {
        return Err(Problem::NotAForm);
    }
    let body = read_body(&parts.headers, body).await?;
    let fields: Vec<_> = form_urlencoded::parse(&body).into_owned().collect();
    let path = parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let url = state.public_url().link(path);
    let signature = parts.headers.get("x-twilio-signature").and_then(|value| value.to_str().ok());
    match reader.read(&CallbackRequest { url: &url, signature, fields: &fields }) {
        Ok(Some(report)) => {
            record_report(state.domain(), report).await?;
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        Ok(None) => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(CallbackRefusal::Signature) => Err(Problem::ForgedReport),
        Err(CallbackRefusal::Malformed) => Err(Problem::BodyBroken),
    }
}
