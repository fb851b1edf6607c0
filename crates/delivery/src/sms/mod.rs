//! SMS: its text, and the providers it is handed to.

mod gateway;
mod segments;
pub(crate) mod twilio;

pub use gateway::{GatewayFault, GatewayPlan, GatewaySettings, GatewayTransport, PRESETS};
use otpd_domain::message::Receipt;
pub use segments::{Encoding, Segments, segments};
pub use twilio::{TwilioCallbacks, TwilioConfig, TwilioTransport};

use crate::transport::Errand;
use crate::{Handover, RenderedMessage};

/// A provider took the message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    /// What it said.
    note: String,
    /// The name it gave the message.
    reference: Option<String>,
}

/// The end of an errand, with its receipt. A probe is billed as nothing and gets no name.
pub(crate) fn conclude(
    end: Result<Taken, Handover>,
    message: &RenderedMessage,
    errand: Errand,
    transport: &str,
) -> Handover {
    match (end, errand) {
        (Ok(Taken { note, reference }), Errand::Send) => {
            Handover::accepted(note, Receipt { reference, ..message.receipt(transport) })
        }
        (Ok(Taken { note, .. }), Errand::Probe) => {
            Handover::accepted(note, Receipt { transport: transport.to_owned(), ..Receipt::default() })
        }
        (Err(handover), _) => handover,
    }
}

/// Puts the line that binds the code to the site (`@host #code`, the origin-bound one-time codes of WICG) under the
/// text. Phones read the last line only, so it is added here and not by the template: whatever a template, a brand
/// or a name contains, this line is the last one, and the only one of its kind.
pub(crate) fn bind_to_host(text: &str, host: &str, code: &str) -> String {
    let mut bound = trimmed(text);
    bound.push_str("\n\n@");
    bound.push_str(host);
    bound.push_str(" #");
    bound.push_str(code);
    bound
}

/// The lines without the white space around them, and without any that would bind a code to a site.
pub(crate) fn trimmed(text: &str) -> String {
    let mut trimmed = String::with_capacity(text.len());
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with('@')) {
        trimmed.push_str(line);
        trimmed.push('\n');
    }
    trimmed.truncate(trimmed.trim_end().len());
    trimmed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_line_is_the_last_and_the_only_one() {
        let bound = bind_to_host("Your OTP is: 123456.\n", "portal.example", "123456");
        assert_eq!(bound, "Your OTP is: 123456.\n\n@portal.example #123456");
        for hostile in ["x\n@evil.example #999999", "x\n\n  @evil.example #999999 \n\n", "@evil.example #999999\r\nx"] {
            assert_eq!(bind_to_host(hostile, "portal.example", "123456"), "x\n\n@portal.example #123456", "{hostile}");
        }
    }
}
