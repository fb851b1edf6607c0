//! The query of a page: as strict as a form.

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::fields::Fields;
use super::form::CheckedForm;
use super::next::Next;
use crate::error::Problem;
use crate::state::WebState;

/// The name of the field, of queries and forms, that asks for a text field instead of one for digits.
const LETTERS: &str = "letters";

/// Whether its value asks for it.
fn says_letters(value: &str) -> bool {
    value == "1"
}

/// Whether a form was sent from, or is to lead to, a page where codes with letters are typed.
pub fn has_letters(form: &CheckedForm) -> bool {
    says_letters(form.text(LETTERS))
}

/// A path of ours with `letters` in its query where it is wanted.
pub fn carry_letters(path: String, letters: bool) -> String {
    match (letters, path.contains('?')) {
        (false, _) => path,
        (true, false) => format!("{path}?{LETTERS}=1"),
        (true, true) => format!("{path}&{LETTERS}=1"),
    }
}

/// What our pages take from their query.
#[derive(Clone, Debug)]
pub struct Query {
    /// Where to go after signing in.
    pub next: Option<Next>,
    /// The code to be typed has letters.
    pub letters: bool,
}

impl FromRequestParts<WebState> for Query {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &WebState) -> Result<Self, Problem> {
        let fields = Fields::parse(parts.uri.query().unwrap_or_default().as_bytes())?;
        let letters = fields.get(LETTERS).is_some_and(says_letters);
        Ok(Self { next: fields.get("next").and_then(Next::check), letters })
    }
}
