//! Sign-ins: a back end signs its people in with a code, by the same use cases as the pages. One operation a file.

pub mod cancel;
pub mod check;
pub mod create;
pub mod read;
pub mod resend;

use otpd_domain::api_key::{ApiKey, Scope};
use otpd_domain::challenge::ChallengeHandle;
use otpd_domain::codes::Standing;
use otpd_domain::sign_in::{AskedSignIn, find_sign_in};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::contact::Contact;
use super::kinds;
use super::problem::{Failure, Refusal};
use super::status::{Delivery, Status};
use crate::moment::Moment;
use crate::state::WebState;

/// The routes.
pub fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(create::create_sign_in))
        .routes(routes!(read::get_sign_in, cancel::cancel_sign_in))
        .routes(routes!(check::check_sign_in))
        .routes(routes!(resend::resend_sign_in))
}

/// A code sent to a person who signs in, and where it stands. It reads the same whether or not anybody has the contact.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SignIn {
    /// Names it; keep it where the person's browser or app cannot swap it for another's.
    #[schema(pattern = "^[A-Za-z0-9_-]{43}$", example = "AZqkZp0wd2WDnlGmSf4lCT5XkzT3tO5wL9vtxTsXlcA")]
    pub id: String,
    /// Where it stands.
    pub status: Status,
    /// Where the code went, if anybody has that contact.
    pub contact: Contact,
    /// When it was asked for.
    #[schema(format = "date-time", example = "2026-11-21T06:00:00Z")]
    pub created_at: String,
    /// From when on the code is dead.
    #[schema(format = "date-time", example = "2026-11-21T06:05:00Z")]
    pub expires_at: String,
    /// From when on another one may be asked for.
    #[schema(format = "date-time", example = "2026-11-21T06:00:30Z")]
    pub resend_at: String,
    /// How often the code may still be guessed.
    #[schema(minimum = 0, example = 5)]
    pub attempts_left: u32,
    /// What became of the message.
    pub delivery: Delivery,
    /// Whether an active account has the contact. Only for keys with the scope `tell-unknown`; others cannot tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub known: Option<bool>,
}

impl SignIn {
    fn of(handle: &ChallengeHandle, found: &AskedSignIn, caller: &ApiKey) -> Self {
        Self {
            id: handle.to_text(),
            status: found.standing.into(),
            contact: (&found.identifier).into(),
            created_at: Moment::from(found.created_at).iso,
            expires_at: Moment::from(found.expires_at).iso,
            resend_at: Moment::from(found.resend_at).iso,
            attempts_left: found.attempts_left,
            delivery: found.delivery.into(),
            known: caller.may(Scope::TellUnknown).then_some(found.known),
        }
    }

    fn path(&self) -> String {
        format!("/api/v1/sign-ins/{}", self.id)
    }
}

/// The sign-in of that handle.
///
/// # Errors
/// When there is none, or when it was given up.
async fn find(state: &WebState, handle: &ChallengeHandle) -> Result<AskedSignIn, Failure> {
    match find_sign_in(state.domain(), handle).await? {
        None => Err(Refusal::new(kinds::NOT_FOUND).into()),
        Some(found) if found.standing == Standing::Superseded => Err(Refusal::new(kinds::SUPERSEDED).into()),
        Some(found) => Ok(found),
    }
}
