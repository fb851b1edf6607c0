//! What is wrong with a setting, where it was written, and what to write instead.

use std::fmt;
use std::path::PathBuf;

use serde::{Serialize, Serializer};

/// Where a value was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The configuration file.
    File {
        /// Its path.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
    },
    /// The `.env` file.
    DotEnv {
        /// The line, counted from 1.
        line: usize,
        /// The variable.
        name: String,
    },
    /// The environment.
    Environment {
        /// The variable.
        name: String,
    },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line } => write!(f, "{} line {line}", path.display()),
            Self::DotEnv { line, name } => write!(f, ".env line {line}, {name}"),
            Self::Environment { name } => write!(f, "environment variable {name}"),
        }
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Why a value cannot be taken and what to write instead; the key is known to the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// What is wrong.
    pub why: String,
    /// What to write instead.
    pub remedy: String,
}

impl Wrong {
    /// A wrong value.
    pub fn new(why: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { why: why.into(), remedy: remedy.into() }
    }
}

/// A setting that keeps the server from starting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The key it is about; a file's or a variable's name where there is no key.
    pub key: String,
    /// Where it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// What is wrong.
    pub why: String,
    /// What to do.
    pub remedy: String,
}

impl Problem {
    /// A problem with a key.
    pub fn new(key: impl Into<String>, origin: Option<Origin>, wrong: Wrong) -> Self {
        Self { key: key.into(), origin, why: wrong.why, remedy: wrong.remedy }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.origin {
            Some(origin) => write!(f, "{} ({origin}): ", self.key)?,
            None => write!(f, "{}: ", self.key)?,
        }
        let stop = if self.remedy.ends_with('?') { "" } else { "." };
        write!(f, "{}.\n    {}{stop}", self.why, self.remedy)
    }
}

/// All problems of a configuration, never only the first.
#[derive(Debug)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.0.len() == 1 { "1 problem" } else { &format!("{} problems", self.0.len()) };
        write!(f, "the configuration has {plural}:")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl std::error::Error for Problems {}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}
