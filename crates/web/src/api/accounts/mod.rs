//! Part C: registration with activation, and log-in with a password.

mod login;
mod register;
mod resend;
mod user;
mod verify;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::routing::post;
use http::request::Parts;
use otpd_domain::Visitor;
use otpd_domain::api_key::Scope;

use super::DoorRoutes;
use super::caller::admit;
use crate::error::Problem;
use crate::state::WebState;

pub fn routes(router: Router<WebState>) -> Router<WebState> {
    router
        .door("/api/register/", post(register::register))
        .door("/api/verify-otp/", post(verify::verify))
        .door("/api/resend-otp/", post(resend::resend))
        .door("/api/login/", post(login::log_in))
}

/// Whoever may use this door, as far as limits care. Asked before the body is looked at.
struct Admitted(Visitor);

impl FromRequestParts<WebState> for Admitted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Problem> {
        admit(state, parts, state.doors().registration, Scope::AccountsWrite).await.map(Self)
    }
}
