//! Takes the values that won from the layers, checks each, and collects every problem on the way.

use std::collections::BTreeMap;

use secrecy::SecretString;

use super::problem::{Origin, Problem, Wrong};
use super::{Key, Kind};
use crate::config::find_key;

/// A value as it was written, and where.
#[derive(Clone)]
pub struct Raw {
    /// The text; numbers and arrays of a file are turned into text.
    pub text: String,
    /// Where it was written.
    pub origin: Origin,
}

/// The values of all layers laid over one another.
pub struct Reader {
    values: BTreeMap<&'static str, Raw>,
    development: bool,
    problems: Vec<Problem>,
}

impl Reader {
    /// A reader of these values; `development` chooses the defaults of `--dev`.
    pub fn new(values: BTreeMap<&'static str, Raw>, development: bool) -> Self {
        Self { values, development, problems: Vec::new() }
    }

    /// The value of a key that has a default.
    pub fn value<T>(&mut self, path: &'static str, parse: impl Fn(&str) -> Result<T, Wrong>) -> T {
        let default = self.default_of(path).unwrap_or_else(|| unreachable!("{path} has no default"));
        let given = self.values.get(path).map(|raw| parse(&raw.text));
        match given {
            Some(Ok(value)) => return value,
            Some(Err(wrong)) => self.wrong(path, wrong),
            None => {}
        }
        parse(default).unwrap_or_else(|wrong| unreachable!("the default of {path} is wrong: {}", wrong.why))
    }

    /// The value of a key that may be left out.
    pub fn optional<T>(&mut self, path: &'static str, parse: impl Fn(&str) -> Result<T, Wrong>) -> Option<T> {
        let parsed = match self.values.get(path) {
            Some(raw) => parse(&raw.text),
            None => parse(self.default_of(path)?),
        };
        parsed.map_err(|wrong| self.wrong(path, wrong)).ok()
    }

    /// A secret that may be left out.
    pub fn secret(&self, path: &'static str) -> Option<SecretString> {
        debug_assert_eq!(key(path).kind, Kind::Secret, "{path}");
        self.values.get(path).map(|raw| SecretString::from(raw.text.clone()))
    }

    /// Whether a key was given, rather than left to its default.
    pub fn is_given(&self, path: &str) -> bool {
        self.values.contains_key(path)
    }

    /// Notes that a key is missing.
    pub fn missing(&mut self, path: &'static str, because: &str) {
        let key = key(path);
        let remedy = format!("Write for example {path} = \"{}\", or set {}", key.example, key.variable());
        self.problems.push(Problem::new(path, None, Wrong::new(format!("it is missing; {because}"), remedy)));
    }

    /// Notes that the value of a key is wrong.
    pub fn wrong(&mut self, path: &'static str, wrong: Wrong) {
        let origin = self.values.get(path).map(|raw| raw.origin.clone());
        self.problems.push(Problem::new(path, origin, wrong));
    }

    /// The problems found.
    pub fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    fn default_of(&self, path: &'static str) -> Option<&'static str> {
        let key = key(path);
        self.development.then_some(key.development).flatten().or(key.default)
    }
}

fn key(path: &'static str) -> &'static Key {
    find_key(path).unwrap_or_else(|| unreachable!("{path} is not in the table of keys"))
}
