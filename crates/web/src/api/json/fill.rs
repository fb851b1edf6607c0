//! From a JSON value to the type a handler asks for. Written out rather than left to `serde_json::Value`, whose errors are
//! text that repeats the value given: a code or a password.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use super::fields::JsonProblem;
use super::tree::Tree;

/// The value asked for.
///
/// # Errors
/// Names the first field that does not fit.
pub fn fill<T: DeserializeOwned>(tree: Tree) -> Result<T, JsonProblem> {
    T::deserialize(Node { tree, name: None })
}

/// A value and the name it stands under.
struct Node {
    tree: Tree,
    name: Option<String>,
}

impl Node {
    /// Lets `visit` see the value; what it complains of gets the name.
    fn named<T>(self, visit: impl FnOnce(Tree) -> Result<T, JsonProblem>) -> Result<T, JsonProblem> {
        let Self { tree, name } = self;
        visit(tree).map_err(|problem| match &name {
            Some(name) => problem.within(name),
            None => problem,
        })
    }
}

impl IntoDeserializer<'_, JsonProblem> for Node {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

fn show<'de, V: Visitor<'de>>(tree: Tree, visitor: V) -> Result<V::Value, JsonProblem> {
    match tree {
        Tree::Null => visitor.visit_unit(),
        Tree::Bool(value) => visitor.visit_bool(value),
        Tree::Natural(value) => visitor.visit_u64(value),
        Tree::Negative(value) => visitor.visit_i64(value),
        Tree::Float(value) => visitor.visit_f64(value),
        Tree::Text(value) => visitor.visit_string(value),
        Tree::List(items) => {
            let named = items.into_iter().enumerate().map(|(at, tree)| Node { tree, name: Some(at.to_string()) });
            let mut list = SeqDeserializer::new(named);
            let value = visitor.visit_seq(&mut list)?;
            list.end()?;
            Ok(value)
        }
        Tree::Object(fields) => {
            let named = fields.into_iter().map(|(name, tree)| (name.clone(), Node { tree, name: Some(name) }));
            visitor.visit_map(MapDeserializer::new(named))
        }
    }
}

impl<'de> Deserializer<'de> for Node {
    type Error = JsonProblem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonProblem> {
        self.named(|tree| show(tree, visitor))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonProblem> {
        if matches!(self.tree, Tree::Null) { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, JsonProblem> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonProblem> {
        self.named(|tree| match tree {
            Tree::Text(word) => visitor.visit_enum(word.into_deserializer()),
            _ => Err(JsonProblem::invalid_type(Unexpected::Other("another type"), &"a string")),
        })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}
