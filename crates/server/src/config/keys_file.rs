//! `[keys]`: where the secret keys are.

use std::path::PathBuf;

use super::table::reader::Reader;
use super::table::{Key, Kind, Section, parse};

/// The table of this section.
pub const SECTION: Section = Section {
    name: "keys",
    doc: "The secret keys, which live outside the database.",
    keys: &[Key::with_default(
        "keys.file",
        Kind::Path,
        "otpd.keys",
        "The file that `otpd keys generate` writes and `otpd keys rotate` adds to. Only its owner may read it. Keep \
         a copy apart from the backups of the database.",
    )
    .in_development("otpd-dev.keys")],
};

/// The checked settings of this section.
#[derive(Debug)]
pub struct KeysFile {
    /// The key file.
    pub file: PathBuf,
}

impl KeysFile {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self { file: reader.value("keys.file", parse::path) }
    }
}
