//! The layers of the configuration. Each gives values with their origin; a later one goes over an earlier one:
//!
//! 1. the defaults (of `--dev`, where it is given), which are in the tables of keys,
//! 2. the configuration file,
//! 3. the names of the systems otpd replaces, from `.env`, then from the environment,
//! 4. `OTPD_…` from `.env`, then from the environment.

pub mod dotenv;
mod file;
mod old_names;
mod unknown;
mod variables;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

#[cfg(test)]
pub use old_names::UNDERSTOOD as OLD_NAMES;

use super::table::canonical;
use super::table::problem::{Origin, Problem, Wrong};
use super::table::reader::Raw;

/// The variable that names the configuration file.
pub const CONFIG_VARIABLE: &str = "OTPD_CONFIG";
/// The configuration file that is read when none is named, if it exists.
pub const DEFAULT_FILE: &str = "otpd.toml";
/// The file of variables in the working directory.
pub const DOTENV_FILE: &str = ".env";

/// What the configuration is read from.
#[derive(Debug, Default)]
pub struct Sources {
    /// The configuration file and its text.
    pub file: Option<(PathBuf, String)>,
    /// The text of the `.env` file.
    pub dotenv: Option<String>,
    /// The environment.
    pub environment: Vec<(String, String)>,
    /// Whether the server runs with `--dev`.
    pub development: bool,
}

/// A variable and where it is set.
#[derive(Clone)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Where it is set.
    pub origin: Origin,
}

/// The layers laid over one another, and what was wrong in them.
#[derive(Default)]
pub struct Merged {
    /// The value of each key that was given, by its canonical path.
    pub values: BTreeMap<String, Raw>,
    /// What cannot be taken.
    pub problems: Vec<Problem>,
    /// What has no effect, and why.
    pub notes: Vec<Problem>,
}

impl Merged {
    /// Lays a value over what is there.
    fn set(&mut self, path: &str, text: String, origin: Origin) {
        self.values.insert(canonical(path), Raw { path: path.to_owned(), text, origin });
    }
}

impl Sources {
    /// Reads files and environment. `config` is the file named on the command line.
    ///
    /// # Errors
    /// When a file is named but cannot be read.
    pub fn gather(config: Option<&Path>, development: bool) -> Result<Self, Problem> {
        // Variables that are no UTF-8 are none of ours.
        let utf8 = |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
        let environment = std::env::vars_os().filter_map(utf8).collect();
        let dotenv = read_if_exists(Path::new(DOTENV_FILE))?;
        let named = std::env::var_os(CONFIG_VARIABLE).filter(|name| !name.is_empty()).map(PathBuf::from);
        let file = match config.map(Path::to_owned).or(named) {
            Some(path) => Some((path.clone(), read(&path)?)),
            None => read_if_exists(Path::new(DEFAULT_FILE))?.map(|text| (PathBuf::from(DEFAULT_FILE), text)),
        };
        Ok(Self { file, dotenv, environment, development })
    }

    /// Lays the layers over one another.
    pub fn merge(&self) -> Merged {
        let mut merged = Merged::default();
        if let Some((path, text)) = &self.file {
            file::lay(&mut merged, path, text);
        }
        let dotenv = self.dotenv.as_deref().map(dotenv::parse).unwrap_or_default();
        merged.problems.extend(dotenv.problems);
        let environment: Vec<Variable> = self.environment.iter().map(Variable::of_environment).collect();
        for layer in [&dotenv.variables, &environment] {
            old_names::lay(&mut merged, layer, self.development);
        }
        for layer in [&dotenv.variables, &environment] {
            variables::lay(&mut merged, layer);
        }
        for layer in [&dotenv.variables, &environment] {
            old_names::note_idle(&mut merged, layer);
        }
        merged
    }
}

impl Variable {
    fn of_environment((name, value): &(String, String)) -> Self {
        let origin = Origin::Environment { name: name.clone() };
        Self { name: name.clone(), value: value.clone(), origin }
    }
}

fn read_if_exists(path: &Path) -> Result<Option<String>, Problem> {
    if path.exists() { read(path).map(Some) } else { Ok(None) }
}

fn read(path: &Path) -> Result<String, Problem> {
    std::fs::read_to_string(path).map_err(|error| {
        let remedy = match error.kind() {
            std::io::ErrorKind::NotFound => "Check the path given with --config or OTPD_CONFIG".to_owned(),
            _ => "Make it a UTF-8 text file that this user can read".to_owned(),
        };
        Problem::new(path.display().to_string(), None, Wrong::new(format!("it cannot be read: {error}"), remedy))
    })
}
