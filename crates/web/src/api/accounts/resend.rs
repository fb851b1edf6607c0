//! `/api/resend-otp/`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use otpd_domain::Visitor;
use otpd_domain::codes::Sent;
use otpd_domain::ports::LimitedBy;
use otpd_domain::register::resend_activation;
use serde::{Deserialize, Serialize};

use super::Admitted;
use crate::api::contact;
use crate::api::json::Json;
use crate::api::refused::Refused;
use crate::api::reply::reply;
use crate::api::words::Words;
use crate::error::Problem;
use crate::state::WebState;

/// Where another code shall go.
#[derive(Deserialize)]
pub struct ResendOtp {
    email: Option<String>,
    phone: Option<String>,
    /// A proof of work, where the last reply asked for one.
    altcha: Option<String>,
}

#[derive(Serialize)]
struct Resent {
    message: String,
}

/// Sends another code, if a registration waits for one. The reply is the same in any case, limits of the contact included: a
/// registration counts as a send, so such a limit that is reached one send early would tell of it. Other limits have nothing to
/// do with it, and are told.
pub async fn resend(
    Admitted(visitor): Admitted,
    State(state): State<WebState>,
    words: Words,
    Json(body): Json<ResendOtp>,
) -> Result<Response, Problem> {
    let sent = contact::Sent { phone: body.phone.as_deref(), email: body.email.as_deref() };
    let identifier = sent.parse(&state)?;
    let visitor = Visitor { proof: body.altcha, ..visitor };
    let sent = resend_activation(state.domain(), identifier, words.of_messages(), visitor).await?;
    if let Sent::Limited { limited, .. } = sent
        && !matches!(limited.by, LimitedBy::Purpose | LimitedBy::Cooldown | LimitedBy::Contact)
    {
        return Err(Refused::from(limited).into());
    }
    Ok(reply(StatusCode::OK, &Resent { message: words.say("resent", &[]) }))
}
