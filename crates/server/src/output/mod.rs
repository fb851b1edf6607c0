//! What commands print: tables for people, JSON for scripts, progress for the patient.

mod progress;
mod table;

use std::io::{self, Write};

use otpd_domain::Timestamp;
pub use progress::Progress;
use serde::Serialize;
pub use table::{Align, Table};

/// The moment as a calendar knows it.
pub fn moment(timestamp: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(timestamp.as_millis()).unwrap_or_default()
}

/// A moment as people read it: `2026-01-31 12:00 UTC`.
pub fn written(timestamp: Timestamp) -> String {
    moment(timestamp).strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// Prints a value as indented JSON.
pub fn json(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}
