//! The configuration file. Every value keeps the line it was written in.

use std::ops::Range;
use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::{Merged, unknown};
use crate::config::table::problem::{Origin, Problem, Wrong};
use crate::config::table::{Key, Kind};
use crate::config::{SECTIONS, find_key};

/// Lays the file over what is there.
pub fn lay(merged: &mut Merged, path: &Path, text: &str) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut file = File { path, text, merged };
    for error in errors {
        // Only the message: the error's own display shows the line, which may hold a secret.
        let line = file.line(error.span().unwrap_or_default());
        let place = format!("{} line {line}", path.display());
        let wrong = Wrong::new(
            format!("this is not TOML: {}", error.message()),
            "Correct the line; otpd.example.toml shows how it is written",
        );
        file.merged.problems.push(Problem::new(place, None, wrong));
    }
    file.table("", table.get_ref());
}

struct File<'a> {
    path: &'a Path,
    text: &'a str,
    merged: &'a mut Merged,
}

impl File<'_> {
    fn table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (name, value) in table {
            let path =
                if prefix.is_empty() { name.get_ref().to_string() } else { format!("{prefix}.{}", name.get_ref()) };
            let origin = Origin::File { path: self.path.to_owned(), line: self.line(name.span()) };
            match (find_key(&path), value.get_ref()) {
                (Some(key), value) => self.value(&path, key, value, origin),
                (None, DeValue::Table(inner)) => self.table(&path, inner),
                (None, _) => {
                    let wrong = not_a_key(&path);
                    self.merged.problems.push(Problem::new(path, Some(origin), wrong));
                }
            }
        }
    }

    fn value(&mut self, path: &str, key: &Key, value: &DeValue<'_>, origin: Origin) {
        match written(key, value) {
            Ok(text) => self.merged.set(path, text, origin),
            Err(wrong) => self.merged.problems.push(Problem::new(path, Some(origin), wrong)),
        }
    }

    fn line(&self, span: Range<usize>) -> usize {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        1 + before.matches('\n').count()
    }
}

fn not_a_key(path: &str) -> Wrong {
    match SECTIONS.iter().find(|section| section.name == path) {
        Some(section) => {
            let example = section.keys.first().map_or("", |key| key.path.rsplit('.').next().unwrap_or_default());
            Wrong::new(
                "this is a section, not a value",
                format!("Write [{path}] and below it, for example, {example} = …"),
            )
        }
        None => unknown::key(path),
    }
}

/// The text of a value: what an environment variable would hold.
fn written(key: &Key, value: &DeValue<'_>) -> Result<String, Wrong> {
    match value {
        DeValue::String(text) => Ok(text.to_string()),
        DeValue::Integer(number) => Ok(number.to_string()),
        DeValue::Boolean(truth) => Ok(truth.to_string()),
        DeValue::Array(parts) if key.kind == Kind::List => {
            let parts: Option<Vec<String>> =
                parts.iter().map(|part| part.get_ref().as_str().map(str::to_owned)).collect();
            parts.map(|parts| parts.join(", ")).ok_or_else(|| should_be(key))
        }
        _ => Err(should_be(key)),
    }
}

fn should_be(key: &Key) -> Wrong {
    let name = key.path.rsplit('.').next().unwrap_or_default();
    Wrong::new("a value of this kind does not fit", format!("Write for example {name} = \"{}\"", key.example))
}
