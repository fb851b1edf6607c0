//! The settings of SMTP.

use std::path::PathBuf;
use std::time::Duration;

use lettre::transport::smtp::client::{Certificate, TlsParameters};
use secrecy::SecretString;

use crate::SetupError;

/// How the line to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// Not at all: only for a server on the same machine.
    None,
    /// By STARTTLS, on port 587 as a rule. Required: a server without it gets no mail.
    StartTls,
    /// From the first byte, on port 465 as a rule.
    Tls,
}

/// The login at the mail server.
#[derive(Clone, Debug)]
pub struct Login {
    /// User name.
    pub username: String,
    /// Password.
    pub password: SecretString,
}

/// The settings of SMTP.
#[derive(Clone, Debug)]
pub struct SmtpConfig {
    /// Name of the mail server; its certificate must be for this name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the line is protected.
    pub encryption: Encryption,
    /// The login, if the server wants one.
    pub login: Option<Login>,
    /// Longest wait for a single reply.
    pub timeout: Duration,
    /// A PEM file of certificates that are trusted beside those of the system.
    pub ca_file: Option<PathBuf>,
    /// The name this machine introduces itself by.
    pub hello_name: String,
    /// Connections kept open between mails.
    pub idle_connections: usize,
}

impl SmtpConfig {
    /// TLS as configured; `None` when the line stays open to readers.
    pub(super) fn tls(&self) -> Result<Option<TlsParameters>, SetupError> {
        if self.encryption == Encryption::None {
            return Ok(None);
        }
        let mut builder = TlsParameters::builder(self.host.clone());
        if let Some(path) = &self.ca_file {
            let wrong = |reason: String| SetupError::CaFile { path: path.clone(), reason };
            let pem = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
            if !pem.windows(27).any(|window| window == b"-----BEGIN CERTIFICATE-----") {
                return Err(wrong("there is no certificate in it".to_owned()));
            }
            builder =
                builder.add_root_certificate(Certificate::from_pem(&pem).map_err(|error| wrong(error.to_string()))?);
        }
        let built = builder.build();
        built.map(Some).map_err(|error| SetupError::Tls { host: self.host.clone(), reason: error.to_string() })
    }
}
