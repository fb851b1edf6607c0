//! A message in words, ready for a transport.

use std::fmt;

use lettre::address::Envelope;
use otpd_domain::Timestamp;
use otpd_domain::identifier::Channel;
use otpd_domain::message::{MessageId, Receipt};

use crate::sms::{Segments, segments};

/// A mail in words. Debug output shows neither the text nor the recipient.
#[derive(Clone)]
pub struct Mail {
    /// The message's id; also the left half of its `Message-ID`.
    pub id: MessageId,
    /// The recipient's address.
    pub to: String,
    /// The subject, one line.
    pub subject: String,
    /// The plain text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// The whole mail as it goes over the line (RFC 5322): ASCII with CRLF.
    pub raw: Vec<u8>,
    /// Sender and recipient of the SMTP dialogue.
    pub(crate) envelope: Envelope,
}

/// An SMS in words. Debug output shows neither the text nor the recipient.
#[derive(Clone)]
pub struct Sms {
    /// The message's id.
    pub id: MessageId,
    /// The recipient's number in E.164 form.
    pub to: String,
    /// The text. With a code that is typed on the site's own pages, its last line binds the code to the site.
    pub text: String,
    /// When it becomes pointless, which providers are told where they can be; `None` when it never does.
    pub expires_at: Option<Timestamp>,
}

impl Sms {
    /// How many SMS the text takes.
    pub fn segments(&self) -> Segments {
        segments(&self.text)
    }
}

/// A message in words, ready for a transport.
#[derive(Clone, Debug)]
pub enum RenderedMessage {
    /// A mail.
    Mail(Mail),
    /// An SMS.
    Sms(Sms),
}

impl RenderedMessage {
    /// The mail, if it is one.
    pub fn mail(&self) -> Option<&Mail> {
        match self {
            Self::Mail(mail) => Some(mail),
            Self::Sms(_) => None,
        }
    }

    /// The SMS, if it is one.
    pub fn sms(&self) -> Option<&Sms> {
        match self {
            Self::Sms(sms) => Some(sms),
            Self::Mail(_) => None,
        }
    }

    /// The receipt of the transport that took it.
    pub(crate) fn receipt(&self, transport: &str) -> Receipt {
        Receipt {
            transport: transport.to_owned(),
            reference: None,
            segments: self.sms().map(|sms| sms.segments().into()),
        }
    }

    /// How it travels.
    pub fn channel(&self) -> Channel {
        match self {
            Self::Mail(_) => Channel::Email,
            Self::Sms(_) => Channel::Sms,
        }
    }
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mail({}, {} bytes)", self.id, self.raw.len())
    }
}

impl fmt::Debug for Sms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sms({}, {} bytes)", self.id, self.text.len())
    }
}
