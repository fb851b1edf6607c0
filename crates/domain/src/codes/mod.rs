//! What all use cases with codes share: drawing one up, sending it, asking for another, guessing.
//!
//! Codes of pages are held by a browser's handle ([`request_code`], [`resend_code`]); those of the APIs are found by
//! contact and purpose ([`send_code`]). A guess ([`guess()`]) is the same for all.

mod charge;
mod draw_up;
mod guess;
mod limited;
mod long;
mod pending;
mod request;
mod resend;
mod send;
mod standing;

pub(crate) use charge::{charge, denied};
pub(crate) use draw_up::{Drawing, draw_up, notice};
pub use guess::{Guess, Refusal, guess};
pub use limited::Limited;
pub(crate) use long::{code_budget, must_be_long};
pub(crate) use pending::find_own;
pub use pending::{Pending, any_pending, pending};
pub use request::{RequestCode, Requested, RequestedCode, request_code};
pub use resend::{ResendCode, Resent, cancel_code, resend_code};
pub use send::{RateState, SendCode, Sent, SentCode, replay_of, send_code};
pub use standing::Standing;
