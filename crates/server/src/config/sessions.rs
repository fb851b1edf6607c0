//! `[sessions]`: signed-in browsers.

use std::time::Duration;

use super::table::problem::Wrong;
use super::table::reader::Reader;
use super::table::{Key, Kind, Section, parse};

/// Shortest session that may be configured.
const SHORTEST: Duration = Duration::from_mins(1);
/// Longest session that may be configured.
const LONGEST: Duration = Duration::from_hours(24 * 365);

/// The table of this section.
pub const SECTION: Section = Section {
    name: "sessions",
    doc: "How long a browser stays signed in.",
    keys: &[
        Key::with_default(
            "sessions.idle_timeout",
            Kind::Duration,
            "24h",
            "A session that is not used for so long ends. Not longer than `sessions.lifetime`.",
        ),
        Key::with_default(
            "sessions.lifetime",
            Kind::Duration,
            "14d",
            "A session ends after this time, used or not. At most 365d.",
        ),
    ],
};

/// The checked settings of this section.
#[derive(Debug)]
pub struct Sessions {
    /// How long a session lives unused.
    pub idle_timeout: Duration,
    /// How long a session lives at most.
    pub lifetime: Duration,
}

impl Sessions {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let lifetime = reader.value("sessions.lifetime", parse::duration(SHORTEST..=LONGEST));
        let given = reader.is_given("sessions.idle_timeout");
        let mut idle_timeout = reader.value("sessions.idle_timeout", parse::duration(SHORTEST..=LONGEST));
        if idle_timeout > lifetime {
            if given {
                let longest = parse::written(lifetime);
                let why = format!("it is longer than sessions.lifetime, {longest}");
                reader.wrong(
                    "sessions.idle_timeout",
                    Wrong::new(why, format!("Write {longest} or less, or a longer sessions.lifetime")),
                );
            }
            // A default gives way to the shorter lifetime somebody chose.
            idle_timeout = lifetime;
        }
        Self { idle_timeout, lifetime }
    }
}
