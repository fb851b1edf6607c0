//! JSON as it was written: repeated names are kept, so that they can be refused by name.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::fields::{JsonFault, JsonProblem};

/// A JSON value.
pub enum Tree {
    Null,
    Bool(bool),
    /// A whole number that is not negative.
    Natural(u64),
    /// A negative whole number.
    Negative(i64),
    Float(f64),
    Text(String),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl Tree {
    /// Reads the text of an object.
    pub fn parse(body: &[u8]) -> Result<Self, JsonProblem> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Err(JsonProblem::here(JsonFault::Empty));
        }
        let tree: Self = serde_json::from_slice(body)
            .map_err(|error| JsonProblem::here(JsonFault::Syntax { line: error.line(), column: error.column() }))?;
        if matches!(tree, Self::Object(_)) { Ok(tree) } else { Err(JsonProblem::here(JsonFault::NotAnObject)) }
    }

    /// Whether every name stands there once and no text has control characters, wherever it is.
    pub fn check(&self) -> Result<(), JsonProblem> {
        match self {
            Self::Text(text) if text.chars().any(char::is_control) => Err(JsonProblem::here(JsonFault::Control)),
            Self::List(items) => items
                .iter()
                .enumerate()
                .try_for_each(|(at, item)| item.check().map_err(|it| it.within(&at.to_string()))),
            Self::Object(fields) => {
                let mut names = HashSet::with_capacity(fields.len());
                fields.iter().try_for_each(|(name, value)| {
                    let refused = |fault| Err(JsonProblem::here(fault).within(name));
                    if name.chars().any(char::is_control) {
                        refused(JsonFault::Control)
                    } else if !names.insert(name) {
                        refused(JsonFault::Repeated)
                    } else {
                        value.check().map_err(|it| it.within(name))
                    }
                })
            }
            _ => Ok(()),
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Planter)
    }
}

struct Planter;

impl<'de> Visitor<'de> for Planter {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Natural(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Negative(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
        Ok(Tree::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Tree, E> {
        Ok(Tree::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Tree, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Tree::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Tree, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = object.next_entry()? {
            fields.push(field);
        }
        Ok(Tree::Object(fields))
    }
}
