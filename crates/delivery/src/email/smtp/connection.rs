//! One connection to the mail server, and the dialogue over it.

use std::future::Future;
use std::net::IpAddr;
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Quit, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use secrecy::ExposeSecret;
use tokio::time::timeout;

use super::CurrentStep;
use super::config::{Encryption, SmtpConfig};
use super::verdict::{Fault, Step};
use crate::{Mail, SetupError};

/// The ways to log in that every provider has; the password goes over an encrypted line.
const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];

/// Makes connections.
pub(super) struct Connector {
    config: SmtpConfig,
    tls: Option<TlsParameters>,
    hello: ClientId,
}

/// A connection that is greeted, encrypted and logged in.
pub(super) struct Connection {
    inner: AsyncSmtpConnection,
    timeout: Duration,
}

impl Connector {
    pub(super) fn new(config: SmtpConfig) -> Result<Self, SetupError> {
        let hello = match config.hello_name.trim_matches(['[', ']']).parse() {
            Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
            Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
            Err(_) => ClientId::Domain(config.hello_name.clone()),
        };
        Ok(Self { tls: config.tls()?, config, hello })
    }

    pub(super) async fn connect(&self, step: &CurrentStep) -> Result<Connection, Fault> {
        let config = &self.config;
        let at_once = self.tls.clone().filter(|_| config.encryption == Encryption::Tls);
        let server = (config.host.as_str(), config.port);
        let connecting = AsyncSmtpConnection::connect_tokio1(server, Some(config.timeout), &self.hello, at_once, None);
        let inner = bounded(config.timeout, connecting).await?;
        let mut connection = Connection { inner, timeout: config.timeout };
        if let (Encryption::StartTls, Some(tls)) = (config.encryption, &self.tls) {
            step.set(Step::Encrypt);
            bounded(config.timeout, connection.inner.starttls(tls.clone(), &self.hello)).await?;
        }
        if let Some(login) = &config.login {
            step.set(Step::Login);
            let credentials = Credentials::new(login.username.clone(), login.password.expose_secret().to_owned());
            bounded(config.timeout, connection.inner.auth(&MECHANISMS, &credentials)).await?;
        }
        Ok(connection)
    }
}

impl Connection {
    /// Hands a mail over; says what the server replied.
    pub(super) async fn send(&mut self, mail: &Mail, step: &CurrentStep) -> Result<String, Fault> {
        self.name_sender(mail, step).await?;
        step.set(Step::Recipient);
        for recipient in mail.envelope.to() {
            self.command(Rcpt::new(recipient.clone(), Vec::new())).await?;
        }
        step.set(Step::Data);
        self.command(Data).await?;
        step.set(Step::Text);
        let reply = bounded(self.timeout, self.inner.message(&mail.raw)).await?;
        Ok(format!("{} {}", reply.code(), reply.message().collect::<Vec<_>>().join(" ")))
    }

    /// Names the sender and takes it back.
    pub(super) async fn probe(&mut self, mail: &Mail, step: &CurrentStep) -> Result<String, Fault> {
        self.name_sender(mail, step).await?;
        self.command(Rset).await?;
        Ok("the server would take mail".to_owned())
    }

    async fn name_sender(&mut self, mail: &Mail, step: &CurrentStep) -> Result<(), Fault> {
        step.set(Step::Sender);
        // The mail is ASCII and so are its addresses: no extension is asked for.
        self.command(MailFrom::new(mail.envelope.from().cloned(), Vec::new())).await.map(drop)
    }

    /// Takes back a mail that was begun. Whether the connection can be used again.
    pub(super) async fn reset(&mut self) -> bool {
        self.command(Rset).await.is_ok()
    }

    /// Takes leave.
    pub(super) async fn quit(mut self) {
        // Whatever the server says to it, the connection ends.
        let _ = self.command(Quit).await;
    }

    async fn command(&mut self, command: impl std::fmt::Display) -> Result<Response, Fault> {
        bounded(self.timeout, self.inner.command(command)).await
    }
}

/// lettre's own timeout covers only the making of the TCP connection.
async fn bounded<T>(
    limit: Duration,
    exchange: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
) -> Result<T, Fault> {
    timeout(limit, exchange).await.map_err(|_| Fault::NoReply(limit))?.map_err(Fault::from)
}
