//! `[limits]`: how often things may be done.

use otpd_domain::limits::Cooldown;

use super::codes;
use super::table::reader::Reader;
use super::table::{Key, Kind, Section};

/// The table of this section.
pub const SECTION: Section = Section {
    name: "limits",
    doc: "How often things may be done.",
    keys: &[Key::with_default(
        "limits.send.cooldown",
        Kind::List,
        "30s, 60s, 120s",
        "How long a person waits before another code may be asked for: after the first, the second, the third; the \
         last one repeats.",
    )],
};

/// The checked settings of this section.
#[derive(Debug)]
pub struct Limits {
    /// Waits between sends.
    pub cooldown: Cooldown,
}

impl Limits {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self { cooldown: reader.value("limits.send.cooldown", codes::cooldown) }
    }
}
