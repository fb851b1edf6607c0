//! The language that messages to people are written in.

use super::text::LanguageText;
use crate::api::Words;
use crate::state::WebState;

/// The tag of the language to write in: the closest to the one asked for, or what `Accept-Language` asks for.
pub fn of_messages(state: &WebState, words: &Words, asked: Option<&LanguageText>) -> String {
    let Some(asked) = asked else { return words.of_messages() };
    let known = state.templates().language(asked.as_str());
    known.unwrap_or_else(|| state.templates().default_language()).tag().to_owned()
}
