//! What handlers are given: read strictly, or refused before they see it.

mod cookies;
mod csrf;
mod fields;
mod form;
mod language;
mod next;
mod query;
mod session;

pub use cookies::{Presented, SentCookies};
pub use csrf::{CsrfRefusal, FormToken};
pub use fields::{FieldFault, FieldProblem};
pub use form::CheckedForm;
pub use language::AcceptedLanguage;
pub use next::{Next, carry};
pub use query::Query;
pub use session::{SignedInBrowser, live_session};
