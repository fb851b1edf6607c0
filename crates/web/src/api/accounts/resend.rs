//! `/api/resend-otp/`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use otpd_domain::register::resend_activation;
use serde::{Deserialize, Serialize};

use super::Admitted;
use crate::api::contact;
use crate::api::json::Json;
use crate::api::reply::reply;
use crate::api::words::Words;
use crate::error::Problem;
use crate::state::WebState;

/// Where another code shall go.
#[derive(Deserialize)]
pub struct ResendOtp {
    email: Option<String>,
    phone: Option<String>,
}

#[derive(Serialize)]
struct Resent {
    message: String,
}

/// Sends another code, if a registration waits for one. The reply is the same in any case, limits included: a registration
/// counts as a send, so a limit that is reached one send early would tell of it.
pub async fn resend(
    _: Admitted,
    State(state): State<WebState>,
    words: Words,
    Json(body): Json<ResendOtp>,
) -> Result<Response, Problem> {
    let sent = contact::Sent { phone: body.phone.as_deref(), email: body.email.as_deref() };
    let identifier = sent.parse(&state)?;
    resend_activation(state.domain(), identifier, words.of_messages()).await?;
    Ok(reply(StatusCode::OK, &Resent { message: words.say("resent", &[]) }))
}
