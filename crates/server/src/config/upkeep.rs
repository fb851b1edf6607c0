//! `[cleanup]` and `[retention]`: how long what is finished is kept.

use std::time::Duration;

use super::table::reader::Reader;
use super::table::{Key, Kind, Section, parse};

/// The table of `[cleanup]`.
pub const CLEANUP: Section = Section {
    name: "cleanup",
    doc: "How often the server deletes what is finished.",
    keys: &[Key::with_default(
        "cleanup.interval",
        Kind::Duration,
        "10m",
        "How often `otpd serve` deletes what `[retention]` no longer keeps, from 1s to 1d. `otpd cleanup` does the \
         same at once.",
    )],
};

/// The table of `[retention]`.
pub const RETENTION: Section = Section {
    name: "retention",
    doc: "How long what is finished is kept. The totals of `otpd stats` go on counting what was deleted.",
    keys: &[
        Key::with_default(
            "retention.challenges",
            Kind::Duration,
            "24h",
            "Codes, after they expired; at least as long as the longest rate of `[registration]` and `[verification]` looks \
             back.",
        ),
        Key::with_default("retention.sessions", Kind::Duration, "30d", "Sessions, after they ended."),
        Key::with_default(
            "retention.messages",
            Kind::Duration,
            "24h",
            "What became of a message, after it was sent or given up.",
        ),
        Key::with_default(
            "retention.audit",
            Kind::Duration,
            "365d",
            "Lines of the audit trail, from 1d to 3650d. `otpd audit` shows them.",
        ),
    ],
};

/// The checked settings of both sections.
#[derive(Debug)]
pub struct Upkeep {
    /// How often to clean up.
    pub interval: Duration,
    /// How long codes are kept.
    pub challenges: Duration,
    /// How long sessions are kept.
    pub sessions: Duration,
    /// How long outbox rows are kept.
    pub messages: Duration,
    /// How long lines of the audit trail are kept.
    pub audit: Duration,
}

impl Upkeep {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let (day, longest) = (Duration::from_hours(24), Duration::from_hours(24 * 3650));
        let audit = reader.value("retention.audit", parse::duration(day..=longest));
        let mut kept = |path| reader.value(path, parse::duration(Duration::ZERO..=longest));
        Self {
            challenges: kept("retention.challenges"),
            sessions: kept("retention.sessions"),
            messages: kept("retention.messages"),
            audit,
            interval: reader.value("cleanup.interval", parse::duration(Duration::from_secs(1)..=day)),
        }
    }
}
