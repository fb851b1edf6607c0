//! `/api/verify-otp/`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use otpd_domain::challenge::ChallengeHandle;
use otpd_domain::challenge::Purpose;
use otpd_domain::codes::pending;
use otpd_domain::identifier::Identifier;
use otpd_domain::register::{Activate, Activated, Proof, activate};
use otpd_domain::{Domain, Fault};
use serde::{Deserialize, Serialize};

use super::Admitted;
use super::user::User;
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
    email: Option<String>,
    phone: Option<String>,
    otp: String,
    /// The reply to the registration named it: then only that code counts.
    verification_id: Option<String>,
}

#[derive(Serialize)]
struct Verified {
    message: String,
    user: User,
}

/// Activates a registration. Whatever keeps it from that, the reply is one: it must not say whether somebody registered.
pub async fn verify(
    Admitted(visitor): Admitted,
    State(state): State<WebState>,
    words: Words,
    Json(body): Json<VerifyOtp>,
) -> Result<Response, Problem> {
    let sent = contact::Sent { phone: body.phone.as_deref(), email: body.email.as_deref() };
    let identifier = sent.parse(&state)?;
    let Some(proof) = proof(state.domain(), body.verification_id.as_deref(), identifier.clone()).await? else {
        return Err(Refused::bad("activation-refused").into());
    };
    let input = Activate { proof, typed: body.otp, visitor, sign_in: None };
    match activate(state.domain(), input).await? {
        Activated::Done { account, password_void, .. } => {
            let message = if password_void {
                words.say("activated-no-password", &[("link", state.public_url().link("/password/forgotten/").into())])
            } else if account.profile.email.is_none() {
                words.say("activated-by-phone", &[])
            } else {
                words.say("activated", &[])
            };
            Ok(reply(StatusCode::OK, &Verified { message, user: User::from(account.as_ref()) }))
        }
        Activated::Refused(_) => Err(Refused::bad("activation-refused").into()),
    }
}

/// How the code is tied to the registration; `None` when the id shown is not that of a code sent to this contact.
async fn proof(domain: &Domain, id: Option<&str>, identifier: Identifier) -> Result<Option<Proof>, Fault> {
    let Some(id) = id else { return Ok(Some(Proof::Contact(identifier))) };
    let Some(handle) = ChallengeHandle::parse(id) else { return Ok(None) };
    let found = pending(domain, &handle, &Purpose::Registration).await?;
    Ok(found.filter(|found| found.identifier == identifier).map(|_| Proof::Handle(handle)))
}
