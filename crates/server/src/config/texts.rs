//! `[templates]` and `[locales]`: a company's own words.

use std::path::PathBuf;

use super::table::problem::Wrong;
use super::table::reader::Reader;
use super::table::{Key, Kind, Section, parse};

/// The table of `[templates]`.
pub const TEMPLATES: Section = Section {
    name: "templates",
    doc: "A company's own templates and words.",
    keys: &[Key::optional(
        "templates.folder",
        Kind::Path,
        "/etc/otpd/overrides",
        "A folder whose `templates/` and `locales/` are laid over the built-in ones, file by file.",
    )],
};

/// The table of `[locales]`.
pub const LOCALES: Section = Section {
    name: "locales",
    doc: "Languages.",
    keys: &[Key::with_default(
        "locales.default",
        Kind::Text,
        "en",
        "The language of people whose browser and account ask for none that there is.",
    )],
};

/// The checked settings of both sections.
#[derive(Debug)]
pub struct Texts {
    /// The folder of overrides.
    pub folder: Option<PathBuf>,
    /// The language tag of last resort.
    pub default_language: String,
}

impl Texts {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self {
            folder: reader.optional("templates.folder", parse::path),
            default_language: reader.value("locales.default", tag),
        }
    }
}

/// A language tag. Whether there is such a language is known when the language files are read.
pub fn tag(text: &str) -> Result<String, Wrong> {
    let tag = text.trim();
    let well_formed = !tag.is_empty()
        && tag
            .split('-')
            .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    if well_formed {
        Ok(tag.to_owned())
    } else {
        Err(Wrong::new(format!("\"{tag}\" is no language tag"), "Write for example en or ar"))
    }
}
