//! Giving up a code, whatever it is for.

use axum::response::Response;
use otpd_domain::challenge::ChallengeHandle;
use otpd_domain::codes::{Standing, cancel_code};

use super::kinds;
use super::problem::{Failure, Refusal};
use super::reply;
use crate::state::WebState;

/// Cancels the code of that handle. `standing` is where it was found just before, and tells why it could not be done.
pub async fn cancel(state: &WebState, handle: &ChallengeHandle, standing: Standing) -> Result<Response, Failure> {
    if cancel_code(state.domain(), handle).await? {
        return Ok(reply::done());
    }
    Err(Refusal::new(match standing {
        Standing::Verified => kinds::CODE_USED,
        Standing::Expired => kinds::CODE_EXPIRED,
        _ => kinds::SUPERSEDED,
    })
    .into())
}
