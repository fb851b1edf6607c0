//! Takes the values that won from the layers, checks each, and collects every problem on the way.

use std::collections::BTreeMap;

use secrecy::SecretString;

use super::problem::{Origin, Problem, Wrong};
use super::{Key, Kind, canonical, variable};
use crate::config::find_key;

/// A value as it was written, and where.
#[derive(Clone)]
pub struct Raw {
    /// The path as it was written.
    pub path: String,
    /// The text; numbers and arrays of a file are turned into text.
    pub text: String,
    /// Where it was written.
    pub origin: Origin,
}

/// The values of all layers laid over one another.
pub struct Reader {
    values: BTreeMap<String, Raw>,
    development: bool,
    problems: Vec<Problem>,
}

impl Reader {
    /// A reader of these values; `development` chooses the defaults of `--dev`.
    pub fn new(values: BTreeMap<String, Raw>, development: bool) -> Self {
        Self { values, development, problems: Vec::new() }
    }

    /// The value of a key that has a default, or takes the value of another key.
    pub fn value<T>(&mut self, path: &str, parse: impl Fn(&str) -> Result<T, Wrong>) -> T {
        match self.raw(path).map(|raw| parse(&raw.text)) {
            Some(Ok(value)) => return value,
            Some(Err(wrong)) => self.wrong(path, wrong),
            None => {}
        }
        // What is wrong with the other key's value is told where that key is read.
        let other = key(path).fallback.and_then(|other| self.raw(other)).and_then(|raw| parse(&raw.text).ok());
        if let Some(value) = other {
            return value;
        }
        let default = self.default_of(path).unwrap_or_else(|| unreachable!("{path} has no default"));
        parse(default).unwrap_or_else(|wrong| unreachable!("the default of {path} is wrong: {}", wrong.why))
    }

    /// The value of a key that may be left out.
    pub fn optional<T>(&mut self, path: &str, parse: impl Fn(&str) -> Result<T, Wrong>) -> Option<T> {
        let parsed = match self.raw(path) {
            Some(raw) => parse(&raw.text),
            None => parse(self.default_of(path)?),
        };
        parsed.map_err(|wrong| self.wrong(path, wrong)).ok()
    }

    /// A secret that may be left out.
    pub fn secret(&self, path: &str) -> Option<SecretString> {
        debug_assert_eq!(key(path).kind, Kind::Secret, "{path}");
        self.raw(path).map(|raw| SecretString::from(raw.text.clone()))
    }

    /// Whether a key was given, rather than left to its default.
    pub fn is_given(&self, path: &str) -> bool {
        self.raw(path).is_some()
    }

    /// The names in given paths where keys of that table have `NAME`, as they were written, each once and with one of its paths.
    pub fn names_in(&self, table: &str) -> Vec<(String, String)> {
        let mut names: Vec<(String, String)> = Vec::new();
        for raw in self.values.values().filter(|raw| raw.path.starts_with(table)) {
            let name = find_key(&raw.path).and_then(|key| key.name_in(&raw.path)).map(str::to_owned);
            if let Some(name) = name.filter(|name| names.iter().all(|(other, _)| canonical(other) != canonical(name))) {
                names.push((name, raw.path.clone()));
            }
        }
        names
    }

    /// Notes that a key is missing.
    pub fn missing(&mut self, path: &str, because: &str) {
        let remedy = format!("Write for example {path} = \"{}\", or set {}", key(path).example, variable(path));
        self.problems.push(Problem::new(path, None, Wrong::new(format!("it is missing; {because}"), remedy)));
    }

    /// Notes that the value of a key is wrong.
    pub fn wrong(&mut self, path: &str, wrong: Wrong) {
        let origin = self.raw(path).map(|raw| raw.origin.clone());
        self.problems.push(Problem::new(path, origin, wrong));
    }

    /// The problems found.
    pub fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    fn raw(&self, path: &str) -> Option<&Raw> {
        self.values.get(&canonical(path))
    }

    fn default_of(&self, path: &str) -> Option<&'static str> {
        let key = key(path);
        let own = self.development.then_some(key.development).flatten().or(key.default);
        own.or_else(|| self.default_of(key.fallback?))
    }
}

fn key(path: &str) -> &'static Key {
    find_key(path).unwrap_or_else(|| unreachable!("{path} is not in the table of keys"))
}
