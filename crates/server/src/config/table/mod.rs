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

/// One key of the configuration.
#[derive(Debug)]
pub struct Key {
    /// Its full path, such as `email.smtp.host`.
    pub path: &'static str,
    /// What is written there.
    pub kind: Kind,
    /// The value when nothing is written; `None` when there is none.
    pub default: Option<&'static str>,
    /// The value when nothing is written and the server runs with `--dev`, where that is another one.
    pub development: Option<&'static str>,
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
        Self { path, kind, default: Some(default), development: None, example: default, doc }
    }

    /// A key that may be left out.
    pub const fn optional(path: &'static str, kind: Kind, example: &'static str, doc: &'static str) -> Self {
        Self { path, kind, default: None, development: None, example, doc }
    }

    /// This key with another value under `--dev`.
    pub const fn in_development(mut self, value: &'static str) -> Self {
        self.development = Some(value);
        self
    }

    /// The environment variable that sets this key.
    pub fn variable(&self) -> String {
        format!("OTPD_{}", self.path.to_ascii_uppercase().replace('.', "__"))
    }
}
