//! `[email]`: how e-mail leaves.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use otpd_domain::identifier::EmailAddress;
use secrecy::SecretString;

use super::table::problem::Wrong;
use super::table::reader::Reader;
use super::table::{Key, Kind, Section, parse};

/// The table of this section.
pub const SECTION: Section = Section {
    name: "email",
    doc: "How e-mail leaves.",
    keys: &[
        Key::with_default(
            "email.transport",
            Kind::List,
            "console",
            "`smtp` sends messages, `file` appends them to `email.file.path`, `console` prints them to the standard \
             output. Several with commas between them, such as `smtp, file`, are tried in this order: the next one \
             gets a message that the one before it clearly did not take.",
        ),
        Key::with_default(
            "email.from",
            Kind::Text,
            "noreply@example.com",
            "The sender, as `name@example.com` or `Name <name@example.com>`. SMTP needs your own.",
        ),
        Key::optional(
            "email.file.path",
            Kind::Path,
            "mail.jsonl",
            "The file for `email.transport = \"file\"`: one JSON object a line.",
        ),
        Key::optional(
            "email.smtp.host",
            Kind::Text,
            "smtp.example.com",
            "The mail server, for `email.transport = \"smtp\"`.",
        ),
        Key::optional(
            "email.smtp.port",
            Kind::Number,
            "587",
            "Its port. Left out, it follows the encryption: 587 with `starttls`, 465 with `tls`, 25 with `none`.",
        ),
        Key::with_default(
            "email.smtp.encryption",
            Kind::Choice(&["starttls", "tls", "none"]),
            "starttls",
            "`starttls` begins in the clear and insists on going over to TLS, `tls` is TLS from the first byte, \
             `none` encrypts nothing.",
        ),
        Key::optional(
            "email.smtp.username",
            Kind::Text,
            "apikey",
            "The name to log in with. With Gmail it is the whole address.",
        ),
        Key::optional(
            "email.smtp.password",
            Kind::Secret,
            "an app password",
            "The password to log in with. Better set by `OTPD_EMAIL__SMTP__PASSWORD` than written here.",
        ),
        Key::optional(
            "email.smtp.ca_file",
            Kind::Path,
            "/etc/otpd/mail-ca.pem",
            "Certificates (PEM) that the mail server may be signed by, beside those the system trusts.",
        ),
        Key::with_default(
            "email.smtp.timeout",
            Kind::Duration,
            "10s",
            "How long to wait for one answer of the mail server, from 1s to 2m. `delivery.timeout` limits the whole try.",
        ),
    ],
};

/// The checked settings of this section.
#[derive(Debug)]
pub struct Email {
    /// What sends, the preferred one first; never empty.
    pub transports: Vec<EmailTransport>,
    /// The sender.
    pub from: Sender,
}

/// What sends e-mail.
#[derive(Debug)]
pub enum EmailTransport {
    /// Prints it.
    Console,
    /// Appends it to this file.
    File(PathBuf),
    /// Hands it to a mail server.
    Smtp(Smtp),
}

/// A mail server.
#[derive(Debug)]
pub struct Smtp {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the line is encrypted.
    pub encryption: Encryption,
    /// Name and password, where it asks for them.
    pub login: Option<(String, SecretString)>,
    /// How long to wait for it.
    pub timeout: Duration,
    /// Certificates it may show beside those the system trusts.
    pub ca_file: Option<PathBuf>,
}

/// How the line to a mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// TLS after a start in the clear.
    StartTls,
    /// TLS from the first byte.
    Tls,
    /// Not at all.
    None,
}

/// Who a message comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The name shown, if any.
    pub name: Option<String>,
    /// The address.
    pub address: String,
}

impl Email {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let words = [("console", "console"), ("file", "file"), ("smtp", "smtp")];
        let chosen = reader.value("email.transport", parse::choices(&words));
        let from = reader.value("email.from", sender);
        let file = reader.optional("email.file.path", parse::path);
        if chosen.contains(&"file") && file.is_none() {
            reader.missing("email.file.path", "email.transport is \"file\"");
        }
        if chosen.contains(&"smtp") && !reader.is_given("email.from") {
            reader.missing("email.from", "a mail server refuses messages without a sender of your own");
        }
        let mut smtp = Some(Smtp::read(reader, chosen.contains(&"smtp")));
        let transports = chosen.into_iter().filter_map(|word| match word {
            "smtp" => smtp.take().map(EmailTransport::Smtp),
            "file" => Some(EmailTransport::File(file.clone().unwrap_or_default())),
            _ => Some(EmailTransport::Console),
        });
        Self { transports: transports.collect(), from }
    }

    /// The mail server, if one of the transports is SMTP.
    pub fn smtp(&self) -> Option<&Smtp> {
        self.transports.iter().find_map(|transport| match transport {
            EmailTransport::Smtp(smtp) => Some(smtp),
            _ => None,
        })
    }
}

impl EmailTransport {
    /// Its word in the configuration.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::File(_) => "file",
            Self::Smtp(_) => "smtp",
        }
    }
}

impl Smtp {
    /// Read whatever the transport is, so that a wrong value is found before it matters.
    fn read(reader: &mut Reader, in_use: bool) -> Self {
        let host = reader.optional("email.smtp.host", host);
        if in_use && !reader.is_given("email.smtp.host") {
            reader.missing("email.smtp.host", "email.transport is \"smtp\"");
        }
        let words = [("starttls", Encryption::StartTls), ("tls", Encryption::Tls), ("none", Encryption::None)];
        let encryption = reader.value("email.smtp.encryption", parse::choice(&words));
        let port = reader.optional("email.smtp.port", parse::number(1..=u16::MAX));
        let username = reader.optional("email.smtp.username", parse::text);
        let password = reader.secret("email.smtp.password");
        match (&username, &password) {
            (Some(_), None) => reader.missing("email.smtp.password", "there is a username without a password"),
            (None, Some(_)) if !reader.is_given("email.smtp.username") => {
                reader.missing("email.smtp.username", "there is a password without a username");
            }
            _ => {}
        }
        Self {
            host: host.unwrap_or_default(),
            port: port.unwrap_or_else(|| encryption.usual_port()),
            encryption,
            login: username.zip(password),
            ca_file: reader.optional("email.smtp.ca_file", parse::path),
            timeout: reader
                .value("email.smtp.timeout", parse::duration(Duration::from_secs(1)..=Duration::from_mins(2))),
        }
    }
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} <{}>", self.address),
            None => f.write_str(&self.address),
        }
    }
}

impl Encryption {
    /// The port that goes with it (RFC 8314 §3.3, RFC 6409, RFC 5321).
    fn usual_port(self) -> u16 {
        match self {
            Self::StartTls => 587,
            Self::Tls => 465,
            Self::None => 25,
        }
    }
}

fn host(text: &str) -> Result<String, Wrong> {
    let host = parse::text(text)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_:[]".contains(c);
    if host.chars().all(plain) && !host.contains("//") {
        Ok(host)
    } else {
        Err(Wrong::new(format!("\"{host}\" is no host name"), "Write the name alone, such as smtp.example.com"))
    }
}

fn sender(text: &str) -> Result<Sender, Wrong> {
    let text = parse::text(text)?;
    let (name, address) = match text.rsplit_once('<') {
        Some((name, address)) => (name.trim().trim_matches('"').trim(), address.strip_suffix('>')),
        None => ("", Some(text.as_str())),
    };
    let remedy = "Write name@example.com or Name <name@example.com>";
    let address = address.and_then(|address| EmailAddress::parse(address).ok());
    let address = address.ok_or_else(|| Wrong::new(format!("\"{text}\" is no sender"), remedy))?;
    if name.contains(['<', '>', '@', '"']) {
        return Err(Wrong::new(format!("the name in \"{text}\" has characters of an address in it"), remedy));
    }
    Ok(Sender { name: (!name.is_empty()).then(|| name.to_owned()), address: address.as_str().to_owned() })
}
