//! `/api/users/verify-otp/`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use otpd_domain::challenge::{ChallengeHandle, VerificationType};
use otpd_domain::codes::Refusal;
use otpd_domain::identifier::Identifier;
use otpd_domain::verification::{Checked, check_by_contact, check_by_handle, find_verification};
use otpd_domain::{Domain, Fault, Visitor};
use serde::{Deserialize, Serialize};

use super::{Admitted, kind_of};
use crate::api::contact;
use crate::api::json::Json;
use crate::api::refused::Refused;
use crate::api::reply::reply;
use crate::api::words::Words;
use crate::error::Problem;
use crate::state::WebState;

/// A code that somebody typed.
#[derive(Deserialize)]
pub struct VerifyOtp {
    phone: Option<String>,
    email: Option<String>,
    otp: String,
    verification_type: Option<String>,
    /// The reply to the send named it. With it, only that code counts, and nobody who merely knows the contact can spend
    /// its guesses.
    verification_id: Option<String>,
}

#[derive(Serialize)]
struct OtpVerified {
    message: String,
    status: &'static str,
    verified: bool,
}

/// Checks a code.
pub async fn verify(
    Admitted(visitor): Admitted,
    State(state): State<WebState>,
    words: Words,
    Json(body): Json<VerifyOtp>,
) -> Result<Response, Problem> {
    let kind = kind_of(&state, body.verification_type.as_deref())?;
    let sent = contact::Sent { phone: body.phone.as_deref(), email: body.email.as_deref() };
    let identifier = sent.parse(&state)?;
    let checked = match &body.verification_id {
        Some(id) => by_id(state.domain(), id, &identifier, &kind, &body.otp, &visitor).await?,
        None => check_by_contact(state.domain(), &identifier, kind.clone(), &body.otp, &visitor).await?,
    };
    match checked {
        Checked::Verified => {
            let message = words.say("otp-verified", &[]);
            Ok(reply(StatusCode::OK, &OtpVerified { message, status: "success", verified: true }))
        }
        Checked::Refused(refusal) => Err(refused(&state, refusal, &kind).into()),
    }
}

/// The id names the code; contact and type must be those it was sent to and for.
async fn by_id(
    domain: &Domain,
    id: &str,
    identifier: &Identifier,
    kind: &VerificationType,
    typed: &str,
    visitor: &Visitor,
) -> Result<Checked, Fault> {
    let Some(handle) = ChallengeHandle::parse(id) else { return Ok(Checked::Refused(Refusal::Gone)) };
    let found = find_verification(domain, &handle).await?;
    if found.is_some_and(|found| found.identifier == *identifier && found.kind == *kind) {
        check_by_handle(domain, &handle, typed, visitor).await
    } else {
        Ok(Checked::Refused(Refusal::Gone))
    }
}

fn refused(state: &WebState, refusal: Refusal, kind: &VerificationType) -> Refused {
    match refusal {
        Refusal::Malformed => {
            let declared = state.domain().policy.verifications.get(kind);
            let digits = declared.map_or(0, |policy| policy.codes.length.digits());
            Refused::bad("otp-malformed").with("digits", u32::from(digits))
        }
        Refusal::Wrong { attempts_left } => Refused::bad("otp-wrong").with("left", attempts_left),
        Refusal::TooManyAttempts => Refused::bad("otp-too-many"),
        Refusal::OverBudget { wait } => Refused::wait("otp-over-budget", wait),
        Refusal::Expired => Refused::bad("otp-expired"),
        Refusal::AlreadyUsed => Refused::bad("otp-used"),
        Refusal::Gone => Refused::bad("otp-gone"),
    }
}
