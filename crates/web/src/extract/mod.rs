//! What handlers are given: read strictly, or refused before they see it.

mod cookies;
mod csrf;
mod fields;
mod form;
mod language;
mod next;
mod query;
mod session;
mod user_agent;
mod visitor;

pub use cookies::{Presented, SentCookies};
pub use csrf::{CsrfRefusal, FormToken};
pub use fields::{FieldFault, FieldProblem, Fields};
pub use form::{CheckedForm, even_if_too_old, read_body};
pub use language::AcceptedLanguage;
pub use next::{Next, carry};
pub use query::{Query, carry_letters, has_letters};
pub use session::{SignedInBrowser, live_session};
pub use user_agent::UserAgent;
pub use visitor::{KnownBrowsers, PageVisitor, client_of, proof_in};
