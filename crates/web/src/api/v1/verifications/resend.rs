//! `POST /api/v1/verifications/{id}/resend`

use axum::extract::State;
use axum::response::Response;
use otpd_domain::api_key::Scope;
use otpd_domain::challenge::ChallengeHandle;
use otpd_domain::codes::Standing;
use otpd_domain::verification::{find_verification, resend_verification as resend};

use super::{Verification, answer};
use crate::api::Words;
use crate::api::caller::Caller;
use crate::api::v1::idempotency::IdempotencyKey;
use crate::api::v1::kinds;
use crate::api::v1::path::Id;
use crate::api::v1::problem::{Failure, Refusal};
use crate::state::WebState;

/// Send another code
///
/// The new code has a new id; the old one is dead and its id gone. The reply to an earlier request with the same
/// `Idempotency-Key` is given again, although the old id is gone, as long as the new one is not.
#[utoipa::path(
    post,
    path = "/api/v1/verifications/{id}/resend",
    operation_id = "resendVerification",
    tag = "Verifications",
    security(("api_key" = ["verifications"])),
    params(Id<ChallengeHandle>, IdempotencyKey),
    responses((status = 201, description = "Another code is on its way.", body = Verification)),
    extensions(
        ("x-problems" = json!([
            "superseded", "code-used", "idempotency-key-malformed", "idempotency-key-reused", "too-soon", "rate-limited",
            "sms-unavailable", "country-not-served"
        ])),
        ("x-sends" = json!(true))
    )
)]
pub async fn resend_verification(
    State(state): State<WebState>,
    caller: Caller,
    Id(handle): Id<ChallengeHandle>,
    key: IdempotencyKey,
    words: Words,
) -> Result<Response, Failure> {
    caller.require(Scope::Verifications)?;
    let operation = format!("POST /api/v1/verifications/{}/resend", handle.to_text());
    let once = key.once(&caller.key, &operation, &())?;
    let found = find_verification(state.domain(), &handle).await?.ok_or(Refusal::new(kinds::NOT_FOUND))?;
    match resend(state.domain(), &handle, words.of_messages(), once, caller.visitor).await? {
        Some(sent) => answer(&state, &found.kind, sent).await,
        None if found.standing == Standing::Verified => Err(Refusal::new(kinds::CODE_USED).into()),
        None => Err(Refusal::new(kinds::SUPERSEDED).into()),
    }
}
