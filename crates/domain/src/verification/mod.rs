//! Verifying a phone or an address for another back end: no account is needed. One use case a file.

mod check;
mod read;
mod send;

pub use crate::codes::Standing;
pub use check::{Checked, check_by_contact, check_by_handle};
pub use read::{Verification, find_verification};
pub use send::{SendVerification, resend_verification, send_verification};
