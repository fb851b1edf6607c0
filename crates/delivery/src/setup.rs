//! What can be wrong with the settings of delivery.

use std::path::PathBuf;

use otpd_templating::RenderError;

/// Delivery cannot be set up as configured.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The sender is no mailbox.
    #[error("`email.from` is \"{given}\": {reason}; write it as noreply@example.com or \"Name <noreply@example.com>\"")]
    From {
        /// What was configured.
        given: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The public host can stand neither in a message id nor in an SMS.
    #[error("the host \"{given}\" of `server.public_url` is no host name; write it as in https://portal.example.com")]
    PublicHost {
        /// What was configured.
        given: String,
    },
    /// A template fails with its samples.
    #[error("{0}; correct the template or the message, or delete yours to get the built-in one back")]
    Template(#[from] RenderError),
    /// The file for messages cannot be opened.
    #[error("cannot append messages to {}: {reason}; check the path and its permissions", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: std::io::Error,
    },
    /// The file of certificates cannot be used.
    #[error("`email.smtp.ca_file` {}: {reason}; it must hold certificates as PEM", .path.display())]
    CaFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// TLS cannot be set up for the mail server's name.
    #[error("TLS for the mail server {host} cannot be set up: {reason}; check `email.smtp.host`")]
    Tls {
        /// The host.
        host: String,
        /// What is wrong.
        reason: String,
    },
    /// A declared verification has templates that do not exist.
    #[error(
        "there is no template \"{name}\": put at least one of email/{name}.txt, email/{name}.html, \
         email/{name}.subject.txt and sms/{name}.txt into the folder of `templates.folder`, or write \"verification\""
    )]
    NoTemplate {
        /// The name.
        name: String,
    },
    /// The client for HTTP cannot be set up.
    #[error("HTTPS cannot be set up: {reason}; see that the system has certificates (package ca-certificates)")]
    HttpClient {
        /// What is wrong.
        reason: String,
    },
    /// A setting of Twilio cannot be used.
    #[error("`sms.twilio.{key}`: {reason}")]
    Twilio {
        /// The key.
        key: &'static str,
        /// What is wrong with it, and what to write.
        reason: String,
    },
}
