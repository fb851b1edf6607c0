//! Verifications: proving that somebody reads a phone or an address. One operation a file.

pub mod cancel;
pub mod check;
pub mod create;
pub mod read;
pub mod resend;

use axum::response::Response;
use http::{HeaderMap, StatusCode};
use otpd_domain::challenge::{ChallengeHandle, Purpose, VerificationType};
use otpd_domain::codes::{Sent, Standing};
use otpd_domain::verification::{Verification as Found, find_verification};
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::contact::Contact;
use super::idempotency;
use super::kinds;
use super::problem::{Failure, Refusal};
use super::rate;
use super::reply;
use super::status::{Delivery, Status};
use crate::api::json::JSON;
use crate::moment::Moment;
use crate::state::WebState;

/// The routes.
pub fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(create::create_verification))
        .routes(routes!(read::get_verification, cancel::cancel_verification))
        .routes(routes!(check::check_verification))
        .routes(routes!(resend::resend_verification))
}

/// What the code is for: a name that the server's configuration declares. A code is good for its own kind only.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Kind(pub String);

impl PartialSchema for Kind {
    fn schema() -> RefOr<Schema> {
        // The document of a server lists the names that it knows.
        let text = ObjectBuilder::new().schema_type(Type::String).examples(["Login"]);
        text.description(Some("What the code is for: a name that the server's configuration declares.")).into()
    }
}

impl ToSchema for Kind {
    fn name() -> std::borrow::Cow<'static, str> {
        "VerificationType".into()
    }
}

/// A code sent to a contact, and where it stands. No reply has the code itself.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Verification {
    /// Names it; keep it, and show it to nobody: whoever has it (and an API key) can guess the code.
    #[schema(pattern = "^[A-Za-z0-9_-]{43}$", example = "AZqkZp0wd2WDnlGmSf4lCT5XkzT3tO5wL9vtxTsXlcA")]
    pub id: String,
    /// Where it stands.
    pub status: Status,
    /// Where the code went.
    pub to: Contact,
    /// What it is for.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// When the code was sent.
    #[schema(format = "date-time", example = "2026-11-21T06:00:00Z")]
    pub created_at: String,
    /// From when on it is dead.
    #[schema(format = "date-time", example = "2026-11-21T06:05:00Z")]
    pub expires_at: String,
    /// From when on another one may be asked for.
    #[schema(format = "date-time", example = "2026-11-21T06:00:30Z")]
    pub resend_at: String,
    /// When it was verified, if it was.
    #[schema(format = "date-time", required = true)]
    pub verified_at: Option<String>,
    /// How often the code may still be guessed.
    #[schema(minimum = 0, example = 5)]
    pub attempts_left: u32,
    /// What became of the message.
    pub delivery: Delivery,
}

impl Verification {
    fn of(handle: &ChallengeHandle, found: &Found) -> Self {
        Self {
            id: handle.to_text(),
            status: found.standing.into(),
            to: (&found.identifier).into(),
            kind: Kind(found.kind.to_string()),
            created_at: Moment::from(found.created_at).iso,
            expires_at: Moment::from(found.expires_at).iso,
            resend_at: Moment::from(found.resend_at).iso,
            verified_at: found.verified_at.map(|at| Moment::from(at).iso),
            attempts_left: found.attempts_left,
            delivery: found.delivery.into(),
        }
    }
}

/// The verification of that handle.
///
/// # Errors
/// When there is none, or when it was given up.
async fn find(state: &WebState, handle: &ChallengeHandle) -> Result<Found, Failure> {
    match find_verification(state.domain(), handle).await? {
        None => Err(Refusal::new(kinds::NOT_FOUND).into()),
        Some(found) if found.standing == Standing::Superseded => Err(Refusal::new(kinds::SUPERSEDED).into()),
        Some(found) => Ok(found),
    }
}

/// What came of a send, as a reply: 201 when a code was sent, 200 when the last one still stands.
async fn answer(state: &WebState, kind: &VerificationType, sent: Sent) -> Result<Response, Failure> {
    let rate = state.domain().policy.codes(&Purpose::Verification(kind.clone())).map(|policy| policy.rate);
    let mut headers = rate.map(rate::policy).unwrap_or_default();
    let (code, made) = match sent {
        Sent::Sent(code) => (code, true),
        Sent::Stands(code) => (code, false),
        Sent::TooSoon { wait } => return Err(Refusal::wait(kinds::TOO_SOON, wait).with_headers(headers).into()),
        Sent::Limited { limited, rate } => {
            // Of another limit than the type's own, the headers say what they always say.
            let headers = rate.map_or(headers, |rate| rate::used_up(rate, limited.wait));
            return Err(Refusal::from(limited).with_headers(headers).into());
        }
        Sent::KeyReused => return Err(Refusal::new(kinds::IDEMPOTENCY_KEY_REUSED).into()),
        Sent::UnknownPurpose => return Err(Refusal::new(kinds::NOT_FOUND).into()),
    };
    headers.extend(code.rate.map(rate::left).unwrap_or_default());
    idempotency::mark(&mut headers, code.replayed);
    // A request made before may have made what is gone by now.
    let found = find(state, &code.handle).await?;
    let body = Verification::of(&code.handle, &found);
    Ok(if made || code.replayed {
        reply::created(&format!("/api/v1/verifications/{}", body.id), headers, &body)
    } else {
        with(reply::json(StatusCode::OK, JSON, &body), headers)
    })
}

fn with(mut response: Response, headers: HeaderMap) -> Response {
    response.headers_mut().extend(headers);
    response
}
