//! Keys that do not exist: the nearest one that does.

use strsim::jaro_winkler;

use crate::config::keys;
use crate::config::table::problem::Wrong;
use crate::config::table::{self, Key};

/// Below this likeness (0 to 1) no suggestion is made: it would be a guess.
const LIKE: f64 = 0.75;

/// What to say of an unknown key of the file.
pub fn key(path: &str) -> Wrong {
    suggestion(
        path,
        keys().map(|key| with_name_of(path, key)),
        "There is no such key; docs/reference/configuration.md lists all",
    )
}

/// What to say of an unknown variable.
pub fn variable(name: &str) -> Wrong {
    let path = name.trim_start_matches("OTPD_").to_ascii_lowercase().replace("__", ".");
    suggestion(
        name,
        keys().map(|key| table::variable(&with_name_of(&path, key))),
        "Remove the variable; docs/reference/configuration.md lists all",
    )
}

/// The key's path, with the name that stands there in the given one: `verification.Login.rat` is near
/// `verification.Login.rate`.
fn with_name_of(given: &str, key: &Key) -> String {
    let mut parts = given.split('.');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(_), Some(name), Some(_)) => key.path_of(name),
        _ => key.path.to_owned(),
    }
}

fn suggestion(given: &str, known: impl Iterator<Item = String>, otherwise: &str) -> Wrong {
    let nearest = known
        .map(|name| (likeness(given, &name), name))
        .filter(|(likeness, _)| *likeness >= LIKE)
        .max_by(|(one, _), (other, _)| one.total_cmp(other));
    let remedy = nearest.map_or_else(|| otherwise.to_owned(), |(_, name)| format!("Did you mean {name}?"));
    Wrong::new("this key is unknown", remedy)
}

/// A key in the wrong section is as near as one with a typing error.
fn likeness(given: &str, name: &str) -> f64 {
    let whole = jaro_winkler(given, name);
    let suffix = name.ends_with(&format!(".{given}")) || last(name) == last(given);
    if suffix { whole.max(0.9) } else { whole }
}

fn last(path: &str) -> &str {
    path.rsplit(['.', '_']).next().unwrap_or(path)
}
