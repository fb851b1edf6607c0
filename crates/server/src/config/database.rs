//! `[database]`: where everything is kept.

use std::path::PathBuf;

use super::table::problem::Wrong;
use super::table::reader::Reader;
use super::table::{Key, Kind, Section};

/// The table of this section.
pub const SECTION: Section = Section {
    name: "database",
    doc: "Where everything is kept.",
    keys: &[Key::with_default(
        "database.url",
        Kind::Text,
        "sqlite:otpd.db",
        "`sqlite:` and the path of the database file, relative to the working directory or absolute. \
         `otpd migrate` creates it.",
    )
    .in_development("sqlite:otpd-dev.db")],
};

/// The checked settings of this section.
#[derive(Debug)]
pub struct Database {
    /// The SQLite file.
    pub path: PathBuf,
}

impl Database {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self { path: reader.value("database.url", sqlite_path) }
    }
}

fn sqlite_path(text: &str) -> Result<PathBuf, Wrong> {
    const REMEDY: &str = "Write sqlite: and a path, such as sqlite:otpd.db or sqlite:/var/lib/otpd/otpd.db";
    let text = text.trim();
    if ["postgres:", "postgresql:"].iter().any(|scheme| text.starts_with(scheme)) {
        // The text is not shown: such a URL carries a password.
        return Err(Wrong::new("this version of otpd does not have PostgreSQL yet", REMEDY));
    }
    let path = text.strip_prefix("sqlite:").ok_or_else(|| Wrong::new("it does not begin with sqlite:", REMEDY))?;
    // `sqlite://otpd.db` and `sqlite:///var/…` are the same in the URL form that other programs use.
    let path = path.strip_prefix("//").unwrap_or(path);
    if path.is_empty() || path.ends_with('/') || path.contains(['?', '\0']) {
        return Err(Wrong::new(format!("\"{path}\" is no file"), REMEDY));
    }
    if path == ":memory:" {
        return Err(Wrong::new("a database in memory would forget everything at the next start", REMEDY));
    }
    Ok(PathBuf::from(path))
}
