//! Composes a mail: headers and the two parts. Everything in it follows from the message, so that every try of a
//! message is the same mail, byte for byte.

use std::time::{Duration, SystemTime};

use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use otpd_domain::message::MessageId;

use crate::{Mail, SetupError};

/// What all mail has in common.
pub(crate) struct Letterhead {
    from: Mailbox,
    host: String,
}

/// The recipient is nothing mail can be sent to.
#[derive(Debug, thiserror::Error)]
#[error("the recipient is no mail address: {0}")]
pub struct NotAnAddress(String);

impl Letterhead {
    pub(crate) fn new(from: &str, host: &str) -> Result<Self, SetupError> {
        let wrong = |reason: String| SetupError::From { given: from.to_owned(), reason };
        if from.chars().any(char::is_control) {
            return Err(wrong("it has control characters in it".to_owned()));
        }
        let mailbox: Mailbox = from.parse().map_err(|error| wrong(format!("{error}")))?;
        if !is_host(host) {
            return Err(SetupError::PublicHost { given: host.to_owned() });
        }
        Ok(Self { from: mailbox, host: host.to_owned() })
    }

    pub(crate) fn compose(
        &self,
        id: MessageId,
        to: &str,
        subject: String,
        text: String,
        html: String,
    ) -> Result<Mail, NotAnAddress> {
        let address: lettre::Address = to.parse().map_err(|error| NotAnAddress(format!("{error}")))?;
        let envelope = Envelope::new(Some(self.from.email.clone()), vec![address.clone()])
            .map_err(|error| NotAnAddress(error.to_string()))?;
        let parts = MultiPart::alternative()
            // Drawn at random otherwise: a retry would be another mail.
            .boundary(format!("otpd-{id}"))
            .singlepart(SinglePart::plain(text.clone()))
            .singlepart(SinglePart::html(html.clone()));
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address))
            .subject(subject.as_str())
            .date(system_time(id))
            .message_id(Some(format!("<{id}@{}>", self.host)))
            // No out-of-office reply to it, please (RFC 3834 §5).
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()))
            .multipart(parts)
            .map_err(|error| NotAnAddress(error.to_string()))?;
        Ok(Mail { id, to: to.to_owned(), subject, text, html, raw: message.formatted(), envelope })
    }
}

/// Host names, IPv4 and bracketed IPv6 addresses; nothing that ends a header or a line.
fn is_host(host: &str) -> bool {
    !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-[]:".contains(&byte))
}

/// The message's own date, in the type the mail library takes.
fn system_time(id: MessageId) -> SystemTime {
    let millis = u64::try_from(id.created_at().as_millis()).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_millis(millis)
}
