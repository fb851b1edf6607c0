//! `POST /api/v1/verifications/{id}/check`

use axum::extract::State;
use axum::response::Response;
use otpd_domain::api_key::Scope;
use otpd_domain::challenge::ChallengeHandle;
use otpd_domain::verification::{Checked, check_by_handle};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Verification, find};
use crate::api::caller::Caller;
use crate::api::json::Json;
use crate::api::v1::path::Id;
use crate::api::v1::problem::Failure;
use crate::api::v1::reply;
use crate::api::v1::text::CodeText;
use crate::state::WebState;

/// What the person typed.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TypedCode {
    /// The code.
    code: CodeText,
}

/// The contact is verified.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VerifiedContact {
    /// True: whatever else a check comes to is a problem.
    #[schema(example = true)]
    verified: bool,
    /// What was verified.
    verification: Verification,
}

/// Check a code
///
/// Right once, and only for this verification. Each wrong code spends a guess, and the guess is counted before it is
/// compared; `type` tells a wrong code, an expired one, a used one and one without guesses left apart.
#[utoipa::path(
    post,
    path = "/api/v1/verifications/{id}/check",
    operation_id = "checkVerification",
    tag = "Verifications",
    security(("api_key" = ["verifications"])),
    params(Id<ChallengeHandle>),
    request_body(content = TypedCode, example = json!({"code": "123456"})),
    responses((
        status = 200,
        description = "It is the code: the contact is verified.",
        body = VerifiedContact,
        example = json!({
            "verified": true,
            "verification": {
                "id": "AZqkZp0wd2WDnlGmSf4lCT5XkzT3tO5wL9vtxTsXlcA",
                "status": "verified",
                "to": {"phone": "+919876543210"},
                "type": "Login",
                "created_at": "2026-11-21T06:00:00Z",
                "expires_at": "2026-11-21T06:05:00Z",
                "resend_at": "2026-11-21T06:00:30Z",
                "verified_at": "2026-11-21T06:00:21Z",
                "attempts_left": 4,
                "delivery": "sent"
            }
        })
    )),
    extensions(("x-problems" = json!([
        "superseded", "code-wrong", "code-malformed", "too-many-attempts", "guess-budget-spent", "code-expired",
        "code-used"
    ])))
)]
pub async fn check_verification(
    State(state): State<WebState>,
    caller: Caller,
    Id(handle): Id<ChallengeHandle>,
    Json(body): Json<TypedCode>,
) -> Result<Response, Failure> {
    caller.require(Scope::Verifications)?;
    find(&state, &handle).await?;
    let checked = check_by_handle(state.domain(), &handle, body.code.as_str(), &caller.visitor).await?;
    if let Checked::Refused(refusal) = checked {
        return Err(refusal.into());
    }
    let verification = Verification::of(&handle, &find(&state, &handle).await?);
    Ok(reply::ok(&VerifiedContact { verified: true, verification }))
}
