//! The native API, asked as a back end with an API key asks it, over a real store.

#[path = "../pages/site/mod.rs"]
mod site;

mod backend;

mod accounts;
mod accounts_pages;
mod document;
mod idempotency;
mod limits;
mod problems;
mod reference;
mod scopes;
mod secrets;
mod sessions;
mod sign_ins;
mod verifications;
mod verifications_limits;
