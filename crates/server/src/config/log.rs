//! `[log]`: what is told about the work.

use tracing_subscriber::EnvFilter;

use super::table::problem::Wrong;
use super::table::reader::Reader;
use super::table::{Key, Kind, Section, parse};

/// The table of this section.
pub const SECTION: Section = Section {
    name: "log",
    doc: "What is told about the work, on the standard error.",
    keys: &[
        Key::with_default(
            "log.format",
            Kind::Choice(&["text", "json"]),
            "text",
            "`text` for people, `json` for collectors.",
        ),
        Key::with_default(
            "log.level",
            Kind::Text,
            "info",
            "`error`, `warn`, `info`, `debug` or `trace`; single rooms in the syntax of env-filter, such as \
             `info,otpd_delivery=debug`. No level shows codes, tokens or whole contacts.",
        ),
    ],
};

/// How lines of the log look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For collectors.
    Json,
}

/// The checked settings of this section.
#[derive(Debug)]
pub struct Log {
    /// How lines look.
    pub format: LogFormat,
    /// Which lines there are, in env-filter syntax.
    pub level: String,
}

impl Log {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self {
            format: reader.value("log.format", parse::choice(&[("text", LogFormat::Text), ("json", LogFormat::Json)])),
            level: reader.value("log.level", level),
        }
    }

    /// The filter of the level.
    pub fn filter(&self) -> EnvFilter {
        EnvFilter::new(&self.level)
    }
}

fn level(text: &str) -> Result<String, Wrong> {
    let level = parse::text(text)?;
    let wrong = || {
        Wrong::new(
            format!("\"{level}\" is no level"),
            "Write error, warn, info, debug or trace, or for example info,otpd_web=debug",
        )
    };
    // env-filter takes any word for the name of a target: a misspelt level would silence everything.
    let directives = level.split(',').map(str::trim);
    let bare_word_is_level = |directive: &str| directive.contains(['=', '[']) || is_level(directive);
    if !directives.clone().all(bare_word_is_level) || EnvFilter::try_new(&level).is_err() {
        return Err(wrong());
    }
    Ok(level.clone())
}

fn is_level(word: &str) -> bool {
    ["off", "error", "warn", "info", "debug", "trace"].contains(&word.to_ascii_lowercase().as_str())
}
