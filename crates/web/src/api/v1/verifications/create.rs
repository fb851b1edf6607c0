//! `POST /api/v1/verifications`

use axum::extract::State;
use axum::response::Response;
use otpd_domain::api_key::Scope;
use otpd_domain::challenge::VerificationType;
use otpd_domain::verification::{SendVerification, send_verification};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Kind, Verification, answer};
use crate::api::Words;
use crate::api::caller::Caller;
use crate::api::json::Json;
use crate::api::v1::contact::Contact;
use crate::api::v1::given::given;
use crate::api::v1::idempotency::IdempotencyKey;
use crate::api::v1::kinds;
use crate::api::v1::language::of_messages;
use crate::api::v1::problem::{Failure, Refusal};
use crate::api::v1::text::LanguageText;
use crate::state::WebState;

/// The kind of verification meant when none is named.
const USUAL: &str = "Login";

/// A contact to verify.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVerification {
    /// Where the code shall go.
    to: Contact,
    /// What the code is for; `Login` when it is left out.
    #[serde(rename = "type", default, deserialize_with = "given")]
    #[schema(value_type = Kind, required = false)]
    kind: Option<String>,
    /// The language of the message; without it, that of `Accept-Language`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = LanguageText, required = false)]
    language: Option<LanguageText>,
}

/// Send a code to a contact
///
/// Nobody needs an account. 201 means that a code is on its way; 200 that the last one for this contact and type was sent
/// a moment ago and still stands (to have another one sent all the same, ask for a resend). When there is an older code
/// for the same contact and type, it is dead from now on.
#[utoipa::path(
    post,
    path = "/api/v1/verifications",
    operation_id = "createVerification",
    tag = "Verifications",
    security(("api_key" = ["verifications"])),
    params(IdempotencyKey),
    request_body(content = NewVerification, examples(
        ("a phone" = (value = json!({"to": {"phone": "+919876543210"}, "type": "Login"}))),
        ("an address" = (value = json!({"to": {"email": "asha@example.com"}, "language": "en"})))
    )),
    responses(
        (status = 201, description = "A code is on its way.", body = Verification),
        (status = 200, description = "The last code was sent a moment ago and still stands. Nothing was sent.", body = Verification)
    ),
    extensions(
        ("x-problems" = json!(["contact-unusable", "idempotency-key-malformed", "idempotency-key-reused",
            "superseded", "rate-limited", "sms-unavailable", "country-not-served"])),
        ("x-sends" = json!(true))
    )
)]
pub async fn create_verification(
    State(state): State<WebState>,
    caller: Caller,
    key: IdempotencyKey,
    words: Words,
    Json(body): Json<NewVerification>,
) -> Result<Response, Failure> {
    caller.require(Scope::Verifications)?;
    let once = key.once(&caller.key, "POST /api/v1/verifications", &body)?;
    let kind = known(&state, body.kind.as_deref().unwrap_or(USUAL))?;
    let identifier = body.to.identifier(&state, "to")?;
    let language = of_messages(&state, &words, body.language.as_ref());
    let input =
        SendVerification { identifier, kind: kind.clone(), language, again: false, once, visitor: caller.visitor };
    answer(&state, &kind, send_verification(state.domain(), input).await?).await
}

fn known(state: &WebState, name: &str) -> Result<VerificationType, Failure> {
    let policy = &state.domain().policy;
    policy.verification(name).ok_or_else(|| {
        let declared: Vec<&str> = policy.verifications.keys().map(VerificationType::as_str).collect();
        Refusal::field(kinds::INVALID_REQUEST, "type", format!("this server knows {}", declared.join(", "))).into()
    })
}
