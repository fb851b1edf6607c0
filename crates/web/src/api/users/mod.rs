//! Part B: `/api/users/…`, verification of a phone or an address for another back end. No account is needed.

mod send;
mod verify;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::routing::post;
use http::request::Parts;
use otpd_domain::Visitor;
use otpd_domain::api_key::Scope;
use otpd_domain::challenge::VerificationType;

use super::DoorRoutes;
use super::caller::admit;
use super::refused::Refused;
use crate::error::Problem;
use crate::state::WebState;

/// The type of callers that name none. The configuration always declares it.
const DEFAULT_TYPE: &str = "Login";

pub fn routes(router: Router<WebState>) -> Router<WebState> {
    router
        .door("/api/users/send-otp/", post(send::send))
        .door("/api/users/resend-otp/", post(send::resend))
        .door("/api/users/verify-otp/", post(verify::verify))
}

/// Whoever may use this door, as far as limits care. Asked before the body is looked at.
struct Admitted(Visitor);

impl FromRequestParts<WebState> for Admitted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Problem> {
        admit(state, parts, state.doors().verification, Scope::Verifications).await.map(Self)
    }
}

/// The declared type of that name.
fn kind_of(state: &WebState, name: Option<&str>) -> Result<VerificationType, Refused> {
    let policy = &state.domain().policy;
    policy.verification(name.unwrap_or(DEFAULT_TYPE)).ok_or_else(|| {
        let known: Vec<_> = policy.verifications.keys().map(VerificationType::as_str).collect();
        Refused::bad("type-unknown").with("known", known.join(", "))
    })
}
