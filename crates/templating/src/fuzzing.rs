//! The door of the fuzz targets to the private parsers of this crate; not part of its interface.

use std::collections::HashMap;

use crate::LoadError;
use crate::sources::Source;

/// The literal keys of a template, each with its byte offset.
pub fn keys_used(source: &str) -> Vec<(usize, &str)> {
    crate::keys::used(source)
}

/// Reads a file of messages; the error is what its author is told.
pub fn messages(text: &str) -> Result<(), LoadError> {
    let source = Source { text: text.to_owned().into(), origin: "messages.ftl".to_owned() };
    crate::translations::parse(&source, "en", &mut HashMap::new()).map(drop)
}

/// A text ready for a message of that direction in HTML.
pub fn isolated(text: &str, direction: &str) -> String {
    crate::translations::isolated(text, direction)
}
