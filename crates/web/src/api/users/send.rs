//! `/api/users/send-otp/` and `/api/users/resend-otp/`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use otpd_domain::Visitor;
use otpd_domain::codes::{Sent, SentCode};
use otpd_domain::verification::{SendVerification, send_verification};
use serde::{Deserialize, Serialize};

use super::{Admitted, kind_of};
use crate::api::contact;
use crate::api::json::Json;
use crate::api::refused::Refused;
use crate::api::reply::reply;
use crate::api::words::Words;
use crate::error::Problem;
use crate::moment::Moment;
use crate::state::WebState;

/// Where a code shall go.
#[derive(Deserialize)]
pub struct SendOtp {
    phone: Option<String>,
    email: Option<String>,
    verification_type: Option<String>,
    /// A proof of work, where the last reply asked for one.
    altcha: Option<String>,
}

/// A code that stands.
#[derive(Serialize)]
struct OtpSent {
    message: String,
    status: &'static str,
    verification_id: String,
    expires_at: String,
}

/// Sends a code; while the last one is fresh, names that one again.
pub async fn send(
    Admitted(visitor): Admitted,
    State(state): State<WebState>,
    words: Words,
    Json(body): Json<SendOtp>,
) -> Result<Response, Problem> {
    answer(&state, &words, visitor, body, false).await
}

/// Sends another code; while the last one is fresh, says when.
pub async fn resend(
    Admitted(visitor): Admitted,
    State(state): State<WebState>,
    words: Words,
    Json(body): Json<SendOtp>,
) -> Result<Response, Problem> {
    answer(&state, &words, visitor, body, true).await
}

async fn answer(
    state: &WebState,
    words: &Words,
    visitor: Visitor,
    body: SendOtp,
    again: bool,
) -> Result<Response, Problem> {
    let kind = kind_of(state, body.verification_type.as_deref())?;
    let sent = contact::Sent { phone: body.phone.as_deref(), email: body.email.as_deref() };
    let (identifier, language) = (sent.parse(state)?, words.of_messages());
    let visitor = Visitor { proof: body.altcha, ..visitor };
    let input = SendVerification { identifier, kind, language, again, once: None, visitor };
    match send_verification(state.domain(), input).await? {
        Sent::Sent(code) | Sent::Stands(code) => Ok(stands(words, &code)),
        Sent::TooSoon { wait } => Err(Refused::wait("too-soon", wait).into()),
        Sent::Limited { limited, .. } => Err(Refused::from(limited).into()),
        Sent::KeyReused | Sent::UnknownPurpose => unreachable!("the type was looked up, and no key was given"),
    }
}

fn stands(words: &Words, code: &SentCode) -> Response {
    reply(
        StatusCode::OK,
        &OtpSent {
            message: words.say("otp-sent", &[]),
            status: "success",
            verification_id: code.handle.to_text(),
            expires_at: Moment::from(code.expires_at).iso,
        },
    )
}
