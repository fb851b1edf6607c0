//! `POST /api/v1/sign-ins/{id}/resend`

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use otpd_domain::api_key::Scope;
use otpd_domain::challenge::{ChallengeHandle, Purpose};
use otpd_domain::codes::{ResendCode, Resent, Standing, resend_code};

use super::{SignIn, find};
use crate::api::Words;
use crate::api::caller::Caller;
use crate::api::v1::kinds;
use crate::api::v1::path::Id;
use crate::api::v1::problem::{Failure, Refusal};
use crate::api::v1::reply;
use crate::state::WebState;

/// Send another code
///
/// The new code has a new id; the old one is dead and its id gone. Of the same request made twice only one sends, with no
/// `Idempotency-Key` needed: the other one finds the old id gone.
#[utoipa::path(
    post,
    path = "/api/v1/sign-ins/{id}/resend",
    operation_id = "resendSignIn",
    tag = "Sign-ins",
    security(("api_key" = ["sign-ins"])),
    params(Id<ChallengeHandle>),
    responses((status = 201, description = "Another code is on its way, if an account has the contact.", body = SignIn)),
    extensions(("x-problems" = json!([
        "superseded", "code-used", "too-soon", "rate-limited", "sms-unavailable", "country-not-served"
    ])), ("x-creates" = json!(true)))
)]
pub async fn resend_sign_in(
    State(state): State<WebState>,
    caller: Caller,
    Id(handle): Id<ChallengeHandle>,
    words: Words,
) -> Result<Response, Failure> {
    caller.require(Scope::SignIns)?;
    if find(&state, &handle).await?.standing == Standing::Verified {
        return Err(Refusal::new(kinds::CODE_USED).into());
    }
    let (language, visitor) = (words.of_messages(), caller.visitor);
    let input = ResendCode { purpose: Purpose::SignIn, handle, language, visitor };
    match resend_code(state.domain(), input).await? {
        Resent::Sent { handle } => {
            let body = SignIn::of(&handle, &find(&state, &handle).await?, &caller.key);
            Ok(reply::created(&body.path(), HeaderMap::new(), &body))
        }
        Resent::Limited(limited) => Err(limited.into()),
        Resent::TooSoon { wait } => Err(Refusal::wait(kinds::TOO_SOON, wait).into()),
        Resent::Gone => Err(Refusal::new(kinds::SUPERSEDED).into()),
    }
}
