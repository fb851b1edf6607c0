//! `POST /api/v1/sign-ins`

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use otpd_domain::api_key::Scope;
use otpd_domain::sign_in::{Asked, ask_for_sign_in};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{SignIn, find};
use crate::api::Words;
use crate::api::caller::Caller;
use crate::api::json::Json;
use crate::api::v1::contact::Contact;
use crate::api::v1::given::given;
use crate::api::v1::idempotency::{self, IdempotencyKey};
use crate::api::v1::kinds;
use crate::api::v1::language::of_messages;
use crate::api::v1::problem::{Failure, Refusal};
use crate::api::v1::reply;
use crate::api::v1::text::LanguageText;
use crate::state::WebState;

/// Somebody who wants to sign in.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSignIn {
    /// What the person typed.
    contact: Contact,
    /// The language of the message, unless the account has one; without it, that of `Accept-Language`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = LanguageText, required = false)]
    language: Option<LanguageText>,
}

/// Send a code to sign in with
///
/// The reply is the same, in status, body and time, whether or not an account has the contact; a code goes out only if an
/// active one has. A key with the scope `tell-unknown` is told in `known`: give that scope to back ends only, never to what
/// a browser or an app can ask through. Each call sends: send an `Idempotency-Key`, so that a lost reply sends nobody two
/// codes.
#[utoipa::path(
    post,
    path = "/api/v1/sign-ins",
    operation_id = "createSignIn",
    tag = "Sign-ins",
    security(("api_key" = ["sign-ins"])),
    params(IdempotencyKey),
    request_body(content = NewSignIn, examples(
        ("an address" = (value = json!({"contact": {"email": "asha@example.com"}}))),
        ("a phone" = (value = json!({"contact": {"phone": "+919876543210"}, "language": "en"})))
    )),
    responses((status = 201, description = "A code is on its way, if an account has the contact.", body = SignIn)),
    extensions(
        ("x-problems" = json!(["contact-unusable", "idempotency-key-malformed", "idempotency-key-reused", "superseded",
            "rate-limited", "sms-unavailable", "country-not-served"])),
        ("x-creates" = json!(true))
    )
)]
pub async fn create_sign_in(
    State(state): State<WebState>,
    caller: Caller,
    key: IdempotencyKey,
    words: Words,
    Json(body): Json<NewSignIn>,
) -> Result<Response, Failure> {
    caller.require(Scope::SignIns)?;
    let once = key.once(&caller.key, "POST /api/v1/sign-ins", &body)?;
    let identifier = body.contact.identifier(&state, "contact")?;
    let language = of_messages(&state, &words, body.language.as_ref());
    let mut headers = HeaderMap::new();
    let handle = match ask_for_sign_in(state.domain(), &identifier, &language, once, &caller.visitor).await? {
        Asked::Sent(handle) => handle,
        Asked::Replayed(handle) => {
            idempotency::mark(&mut headers, true);
            handle
        }
        Asked::Limited(limited) => return Err(limited.into()),
        Asked::KeyReused => return Err(Refusal::new(kinds::IDEMPOTENCY_KEY_REUSED).into()),
    };
    let body = SignIn::of(&handle, &find(&state, &handle).await?, &caller.key);
    Ok(reply::created(&body.path(), headers, &body))
}
