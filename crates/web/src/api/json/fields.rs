//! What is wrong with a JSON body.

use std::fmt;

use serde::de;

/// How much of a field's name is shown when it is refused.
const SHOWN: usize = 40;

/// What is wrong with a field, or with the body as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonFault {
    /// The body is no JSON from that place on.
    Syntax {
        /// Line, counted from 1.
        line: usize,
        /// Column, counted from 1; 0 at a line's end.
        column: usize,
    },
    /// The body is empty.
    Empty,
    /// The body is JSON, but no object.
    NotAnObject,
    /// The name stands there more than once.
    Repeated,
    /// It has line breaks, NUL or other control characters.
    Control,
    /// It is missing.
    Missing,
    /// There is no such field.
    Unknown,
    /// It is not text.
    NotText,
    /// It is of another type than the one asked for.
    Type {
        /// What is asked for, in the words of serde, such as "a boolean".
        expected: String,
    },
    /// It is of the right type but cannot be taken, in the words of whoever reads it. Never with its value.
    Value(String),
}

/// A JSON body that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonProblem {
    /// The path of the field, such as `to.phone`, as far as it can be shown; never its value. Empty: the whole body.
    pub field: String,
    /// What is wrong.
    pub fault: JsonFault,
}

impl JsonFault {
    /// The message that tells it: `api-KEY`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "json-syntax",
            Self::Empty => "json-empty",
            Self::NotAnObject => "json-no-object",
            Self::Repeated => "repeated",
            Self::Control => "control",
            Self::Missing => "missing",
            Self::Unknown => "json-unknown",
            Self::NotText => "json-no-text",
            Self::Type { .. } => "json-type",
            Self::Value(_) => "json-value",
        }
    }
}

impl JsonProblem {
    /// Something is wrong with the value that is being read.
    pub(super) fn here(fault: JsonFault) -> Self {
        Self { field: String::new(), fault }
    }

    /// The same, seen from one level further out.
    pub(super) fn within(mut self, name: &str) -> Self {
        let name: String = name.chars().take(SHOWN).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
        self.field = if self.field.is_empty() { name } else { format!("{name}.{}", self.field) };
        self
    }
}

impl fmt::Display for JsonProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JSON field {:?}: {:?}", self.field, self.fault)
    }
}

impl std::error::Error for JsonProblem {}

/// What serde's derived code says, kept as what it is instead of as text. Values given never get into it.
impl de::Error for JsonProblem {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::here(JsonFault::Value(message.to_string()))
    }

    fn invalid_type(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let expected = expected.to_string();
        Self::here(if expected == "a string" { JsonFault::NotText } else { JsonFault::Type { expected } })
    }

    fn invalid_value(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::here(JsonFault::Value(format!("expected {expected}")))
    }

    fn invalid_length(_: usize, expected: &dyn de::Expected) -> Self {
        Self::here(JsonFault::Value(format!("expected {expected}")))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::here(JsonFault::Value(format!("expected one of {}", expected.join(", "))))
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self::here(JsonFault::Unknown).within(field)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::here(JsonFault::Missing).within(field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::here(JsonFault::Repeated).within(field)
    }
}
