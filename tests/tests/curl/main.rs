//! The lines of `curl` that the users of the old systems have in their scripts: every request and reply of the verification
//! API and of registration, as plain `curl` sends and sees them.

mod registration;
mod verification;
