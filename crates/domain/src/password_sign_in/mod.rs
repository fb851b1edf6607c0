//! Signing in with a password, and choosing a new one with a code: one use case a file.

mod log_in;
mod reset;

pub use log_in::{LogIn, LoggedIn, log_in};
pub use reset::{Reset, ResetPassword, request_reset, reset_password};
