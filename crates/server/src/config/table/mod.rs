//! What a key of the configuration is. The tables of all sections together are the one list that the check for
//! unknown keys, the reading of variables, the reference page and the example file are made from.

pub mod parse;
pub mod problem;
pub mod reader;

/// A table of the configuration file.
#[derive(Debug)]
pub struct Section {
    /// Its name, as in `[server]`.
    pub name: &'static str,
    /// What it is about, in one sentence.
    #[cfg_attr(not(test), allow(dead_code, reason = "the reference page is made of it, by a test"))]
    pub doc: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
}

/// What stands in a key's path for a name that is chosen where it is written, as in `verification.NAME.rate`. The name
/// is compared without case, and `-` is as `_`: the names of variables have neither.
const NAME: &str = ".NAME.";

/// One key of the configuration.
#[derive(Debug)]
pub struct Key {
    /// Its full path, such as `email.smtp.host`; `NAME` in it is a name of one's own.
    pub path: &'static str,
    /// What is written there.
    pub kind: Kind,
    /// The value when nothing is written; `None` when there is none.
    pub default: Option<&'static str>,
    /// The value when nothing is written and the server runs with `--dev`, where that is another one.
    pub development: Option<&'static str>,
    /// The key whose value is taken when nothing is written.
    pub fallback: Option<&'static str>,
    /// What to write, for keys without a default.
    pub example: &'static str,
    /// What it does, for the reference and the example file.
    #[cfg_attr(not(test), allow(dead_code, reason = "the reference page is made of it, by a test"))]
    pub doc: &'static str,
}

/// What is written as the value of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// Text that is never shown.
    Secret,
    /// A whole number.
    Number,
    /// A duration such as `90s`, `5m`, `24h`, `14d`.
    Duration,
    /// Several values in one text, with commas between them. A file may also hold an array.
    List,
    /// A file or a folder, relative to the working directory.
    Path,
    /// One of these words.
    Choice(&'static [&'static str]),
}

impl Key {
    /// A key with a default.
    pub const fn with_default(path: &'static str, kind: Kind, default: &'static str, doc: &'static str) -> Self {
        Self { path, kind, default: Some(default), development: None, fallback: None, example: default, doc }
    }

    /// A key that may be left out.
    pub const fn optional(path: &'static str, kind: Kind, example: &'static str, doc: &'static str) -> Self {
        Self { path, kind, default: None, development: None, fallback: None, example, doc }
    }

    /// A key that takes the value of another one when nothing is written.
    pub const fn like(
        path: &'static str,
        kind: Kind,
        other: &'static str,
        example: &'static str,
        doc: &'static str,
    ) -> Self {
        Self { path, kind, default: None, development: None, fallback: Some(other), example, doc }
    }

    /// This key with another value under `--dev`.
    pub const fn in_development(mut self, value: &'static str) -> Self {
        self.development = Some(value);
        self
    }

    /// The environment variable that sets this key.
    pub fn variable(&self) -> String {
        variable(self.path)
    }

    /// Whether this is the key of that path.
    pub fn has_path(&self, path: &str) -> bool {
        self.path == path || self.name_in(path).is_some()
    }

    /// The name that stands in the path where this key has `NAME`.
    pub fn name_in<'a>(&self, path: &'a str) -> Option<&'a str> {
        let (table, last) = self.path.split_once(NAME)?;
        let name = path.strip_prefix(table)?.strip_prefix('.')?.strip_suffix(last)?.strip_suffix('.')?;
        (!name.is_empty() && !name.contains('.')).then_some(name)
    }

    /// This key's path with that name in it.
    pub fn path_of(&self, name: &str) -> String {
        self.path.replace(NAME, &format!(".{name}."))
    }

    /// The path that the variable sets, if it is one of this key's.
    pub fn path_of_variable(&self, given: &str) -> Option<String> {
        let Some((table, last)) = self.path.split_once(NAME) else {
            return (self.variable() == given).then(|| self.path.to_owned());
        };
        let (before, after) = (variable(table) + "__", format!("__{}", last.to_ascii_uppercase()));
        let name = given.strip_prefix(&before)?.strip_suffix(&after)?;
        (!name.is_empty()).then(|| self.path_of(name))
    }
}

/// The environment variable of a path.
pub fn variable(path: &str) -> String {
    format!("OTPD_{}", path.to_ascii_uppercase().replace('.', "__").replace('-', "_"))
}

/// The one form of a path by which values are found: names without case and hyphens.
pub fn canonical(path: &str) -> String {
    path.to_ascii_lowercase().replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Key = Key::optional("verification.NAME.rate", Kind::Text, "3/10m", "A rate.");

    #[test]
    fn a_name_stands_in_paths_and_in_variables() {
        assert_eq!(RATE.name_in("verification.Log-in.rate"), Some("Log-in"));
        for other in
            ["verification.rate", "verification..rate", "verification.a.b.rate", "verification.a.ttl", "x.a.rate"]
        {
            assert!(!RATE.has_path(other), "{other}");
        }
        let path = RATE.path_of_variable("OTPD_VERIFICATION__LOG_IN__RATE").expect("a path");
        assert_eq!(canonical(&path), canonical("verification.Log-in.rate"));
        assert_eq!(variable("verification.Log-in.rate"), "OTPD_VERIFICATION__LOG_IN__RATE");
        for other in ["OTPD_VERIFICATION__RATE", "OTPD_VERIFICATION____RATE", "OTPD_VERIFICATION__A__TTL"] {
            assert_eq!(RATE.path_of_variable(other), None, "{other}");
        }
    }
}
