//! Appends messages to a file, one JSON object a line: for tests, and for systems that pick messages up there.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use otpd_domain::message::Receipt;
use otpd_domain::{Clock, Timestamp};
use serde::Serialize;

use crate::{Handover, RenderedMessage, SetupError, Transport};

/// The name in receipts: the word in the configuration.
const NAME: &str = "file";

/// Appends messages to a file, one JSON object a line, each with one write call. Accepted means that the operating
/// system has the line; the file is not forced to the disk.
pub struct FileTransport {
    file: Mutex<File>,
    /// A line was written in part, the disk being full: the next one begins with a line break.
    torn: AtomicBool,
    clock: Arc<dyn Clock>,
}

#[derive(Serialize)]
struct MailLine<'a> {
    id: String,
    at: Timestamp,
    to: &'a str,
    subject: &'a str,
    text: &'a str,
    html: &'a str,
    raw: &'a str,
}

#[derive(Serialize)]
struct SmsLine<'a> {
    id: String,
    at: Timestamp,
    to: &'a str,
    text: &'a str,
}

impl FileTransport {
    /// Opens the file, or makes one that only its owner can read: it will hold codes.
    ///
    /// # Errors
    /// When the file cannot be opened for appending.
    pub fn open(path: &Path, clock: Arc<dyn Clock>) -> Result<Self, SetupError> {
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|reason| SetupError::File { path: path.to_owned(), reason })?;
        Ok(Self { file: Mutex::new(file), torn: AtomicBool::new(false), clock })
    }

    fn line(&self, message: &RenderedMessage) -> Result<Vec<u8>, serde_json::Error> {
        let at = self.clock.now();
        let mut line = Vec::with_capacity(512);
        match message {
            RenderedMessage::Mail(mail) => {
                let raw = std::str::from_utf8(&mail.raw).unwrap_or_default();
                let (id, to, subject) = (mail.id.to_string(), mail.to.as_str(), mail.subject.as_str());
                let parts = MailLine { id, at, to, subject, text: &mail.text, html: &mail.html, raw };
                serde_json::to_writer(&mut line, &parts)?;
            }
            RenderedMessage::Sms(sms) => {
                let parts = SmsLine { id: sms.id.to_string(), at, to: &sms.to, text: &sms.text };
                serde_json::to_writer(&mut line, &parts)?;
            }
        }
        line.push(b'\n');
        Ok(line)
    }

    fn append(&self, line: &mut Vec<u8>) -> std::io::Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if self.torn.load(Ordering::Relaxed) {
            line.insert(0, b'\n');
        }
        let written = file.write(line)?;
        let torn = written < line.len();
        self.torn.store(torn, Ordering::Relaxed);
        if torn { Err(std::io::ErrorKind::WriteZero.into()) } else { Ok(()) }
    }
}

#[async_trait]
impl Transport for FileTransport {
    async fn send(&self, message: &RenderedMessage, _: Duration) -> Handover {
        match self.line(message).map_err(Into::into).and_then(|mut line| self.append(&mut line)) {
            Ok(()) => Handover::accepted("appended", message.receipt(NAME)),
            Err(error) => Handover::retry(format!("cannot append to the file: {error}")),
        }
    }

    async fn probe(&self, _: &RenderedMessage, _: Duration) -> Handover {
        Handover::accepted("appended", Receipt { transport: NAME.to_owned(), ..Receipt::default() })
    }

    fn never_waits(&self) -> bool {
        true
    }
}
