//! `/otp/status/`: news of the message, for the script of the pages where codes are typed.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue, VARY};
use otpd_domain::codes::any_pending;
use otpd_domain::message::DeliveryNews;
use serde::Serialize;

use super::flow::Flow;
use super::language_of;
use super::verify::who_may_be_signed_in;
use crate::error::Problem;
use crate::extract::{AcceptedLanguage, SentCookies};
use crate::state::WebState;

#[derive(Serialize)]
struct Status {
    news: DeliveryNews,
    /// The news in words.
    text: String,
    /// Nothing newer will come.
    settled: bool,
}

/// The news as JSON; 204 when nothing is pending.
pub async fn show(
    State(state): State<WebState>,
    cookies: SentCookies,
    AcceptedLanguage(accepted): AcceptedLanguage,
) -> Result<Response, Problem> {
    let Some(handle) = cookies.pending.readable() else { return Ok(StatusCode::NO_CONTENT.into_response()) };
    let nothing = || Ok(StatusCode::NO_CONTENT.into_response());
    let Some(pending) = any_pending(state.domain(), handle).await? else { return nothing() };
    let Some(flow) = Flow::of(&pending.purpose) else { return nothing() };
    let who = who_may_be_signed_in(&state, flow, &cookies).await?;
    let language = language_of(&state, who.as_ref().map(|who| &who.account), accepted);
    let status = Status {
        news: pending.news,
        text: state.templates().text(&language, words(pending.news), &[]),
        settled: matches!(pending.news, DeliveryNews::Sent | DeliveryNews::Failed),
    };
    // Three plain values: always JSON.
    let json = serde_json::to_string(&status).unwrap_or_default();
    let mut response = json.into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(VARY, HeaderValue::from_static("Accept-Language"));
    Ok(response)
}

/// The message that tells a person; the template of the verify page uses the same.
fn words(news: DeliveryNews) -> &'static str {
    match news {
        DeliveryNews::OnItsWay => "verify-news-on-its-way",
        DeliveryNews::Delayed => "verify-news-delayed",
        DeliveryNews::Sent => "verify-news-sent",
        DeliveryNews::Failed => "verify-news-failed",
    }
}
