//! Signing in with a code, and what follows from being signed in: one use case a file. Every door (page, API, command)
//! calls these.

mod access_token;
mod for_caller;
mod known_browser;
mod request_code;
mod sessions;
mod sign_out;
mod verify_code;

pub use access_token::holder_of_access_token;
pub use for_caller::{Asked, AskedSignIn, ask_for_sign_in, find_sign_in};
pub(crate) use known_browser::now_known;
pub use request_code::{RequestSignIn, request_sign_in};
pub(crate) use sessions::new_session;
pub use sessions::{end_all_sessions, end_other_sessions, end_session, find_session, list_sessions, signed_in};
pub use sign_out::sign_out;
pub use verify_code::{Verified, VerifyCode, verify_code};
