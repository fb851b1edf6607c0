//! Prints messages: for development and for a first look.

use std::io::Write;
use std::time::Duration;

use async_trait::async_trait;
use otpd_domain::message::Receipt;

use crate::{Handover, RenderedMessage, Transport};

/// The name in receipts: the word in the configuration.
const NAME: &str = "console";

/// Prints messages to standard output, for a person to read.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConsoleTransport;

#[async_trait]
impl Transport for ConsoleTransport {
    async fn send(&self, message: &RenderedMessage, _: Duration) -> Handover {
        // One write, so that lines of other tasks do not come in between.
        match std::io::stdout().lock().write_all(readable(message).as_bytes()) {
            Ok(()) => Handover::accepted("printed", message.receipt(NAME)),
            Err(error) => Handover::retry(format!("cannot print: {error}")),
        }
    }

    async fn probe(&self, _: &RenderedMessage, _: Duration) -> Handover {
        Handover::accepted("printed", Receipt { transport: NAME.to_owned(), ..Receipt::default() })
    }

    fn never_waits(&self) -> bool {
        true
    }
}

fn readable(message: &RenderedMessage) -> String {
    match message {
        RenderedMessage::Mail(mail) => format!(
            "---- mail to {} ----\nSubject: {}\n\n{}\n---- end of mail ----\n",
            mail.to,
            mail.subject,
            mail.text.trim_end()
        ),
        RenderedMessage::Sms(sms) => format!("---- SMS to {} ----\n{}\n---- end of SMS ----\n", sms.to, sms.text),
    }
}
