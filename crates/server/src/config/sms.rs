//! `[sms]`: how text messages leave.

use std::path::PathBuf;

use super::table::problem::Wrong;
use super::table::reader::Reader;
use super::table::{Key, Kind, Section, parse};

/// The table of this section.
pub const SECTION: Section = Section {
    name: "sms",
    doc: "How text messages leave.",
    keys: &[
        Key::with_default(
            "sms.transport",
            Kind::Choice(&["console", "file"]),
            "console",
            "`console` prints messages to the standard output, `file` appends them to `sms.file.path`.",
        ),
        Key::optional(
            "sms.file.path",
            Kind::Path,
            "sms.jsonl",
            "The file for `sms.transport = \"file\"`: one JSON object a line.",
        ),
    ],
};

/// The checked settings of this section.
#[derive(Debug)]
pub struct Sms {
    /// What sends.
    pub transport: SmsTransport,
}

/// What sends text messages.
#[derive(Debug)]
pub enum SmsTransport {
    /// Prints them.
    Console,
    /// Appends them to this file.
    File(PathBuf),
}

impl Sms {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let transport = reader.value("sms.transport", transport);
        let file = reader.optional("sms.file.path", parse::path);
        if transport == "file" && file.is_none() {
            reader.missing("sms.file.path", "sms.transport is \"file\"");
        }
        Self {
            transport: match transport {
                "file" => SmsTransport::File(file.unwrap_or_default()),
                _ => SmsTransport::Console,
            },
        }
    }
}

fn transport(text: &str) -> Result<&'static str, Wrong> {
    match text.trim() {
        planned @ ("twilio" | "gateway") => {
            let why = format!("this version of otpd does not have the transport \"{planned}\" yet");
            Err(Wrong::new(why, "Write \"console\" or \"file\""))
        }
        other => parse::choice(&[("console", "console"), ("file", "file")])(other),
    }
}
