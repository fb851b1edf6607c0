//! Ways from one beginning to another: sign in with a code, with a password, or register.

use serde::Serialize;

use super::flow::Flow;
use crate::config::Access;
use crate::extract::{Next, carry};
use crate::state::WebState;

/// The page for signing in with a password.
pub const LOG_IN: &str = "/login/";

/// Links that carry along where the person wanted to go.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AccountLinks {
    /// Sign in with a code.
    code: String,
    /// Sign in with a password.
    log_in: String,
    /// Register.
    register: String,
    /// The password is forgotten.
    forgotten: String,
}

impl AccountLinks {
    /// The links of a page.
    pub fn of(next: Option<&Next>) -> Self {
        Self {
            code: carry(Flow::SignIn.ask(), next),
            log_in: carry(LOG_IN, next),
            register: carry(Flow::Registration.ask(), next),
            forgotten: carry(Flow::PasswordReset.ask(), next),
        }
    }

    /// The links of a page that is there whether or not people may register.
    pub fn where_open(state: &WebState, next: Option<&Next>) -> Option<Self> {
        are_open(state).then(|| Self::of(next))
    }

    /// Links for the samples of templates.
    pub fn sample() -> Self {
        Self::of(None)
    }
}

/// Whether people may register, and so have passwords and look after their contacts themselves.
pub fn are_open(state: &WebState) -> bool {
    state.doors().registration == Access::Open
}
