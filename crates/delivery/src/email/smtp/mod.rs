//! Hands mail to an SMTP server.
//!
//! The dialogue is led step by step over lettre's connections, and not with lettre's own `send`: that one
//! does not tell at which step it failed, and whether a broken line leaves the end unknown, or a refusal means the
//! recipient, depends on just that.

mod config;
mod connection;
mod verdict;

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
pub use config::{Encryption, Login, SmtpConfig};
use connection::{Connection, Connector};
use otpd_domain::message::Receipt;
use tokio::time::Instant;
use verdict::{Fault, Step, judge, out_of_time};

use crate::render::one_line;
use crate::transport::Errand;
use crate::{Handover, Mail, RenderedMessage, SetupError, Transport};

/// The name in receipts: the word in the configuration.
const NAME: &str = "smtp";
/// How long a connection may lie idle before it is given up: most servers wait longer for the next command.
const MAX_IDLE: Duration = Duration::from_secs(30);
/// How long a leave-taking may last.
const GOODBYE: Duration = Duration::from_secs(2);

/// Sends mail by SMTP, over connections that are kept for the next mail.
///
/// What it cannot know: whether a server that accepted a mail delivers it, and, once the text was handed over and
/// the line broke before the reply, whether the server has it ([`Handover::Retry`] is `ambiguous` then).
pub struct SmtpTransport {
    connector: Connector,
    idle: Mutex<Vec<(Connection, Instant)>>,
    max_idle: usize,
}

impl SmtpTransport {
    /// Reads the certificates and prepares TLS; connects to nothing yet.
    ///
    /// # Errors
    /// When a certificate file cannot be used, or the host's name is none.
    pub fn new(config: SmtpConfig) -> Result<Self, SetupError> {
        let max_idle = config.idle_connections;
        Ok(Self { connector: Connector::new(config)?, idle: Mutex::default(), max_idle })
    }

    async fn within(&self, mail: &Mail, errand: Errand, time_limit: Duration) -> Handover {
        let step = CurrentStep::default();
        let deadline = Instant::now() + time_limit;
        let handover = match tokio::time::timeout_at(deadline, self.run(mail, errand, &step)).await {
            Ok(Ok(note)) => Handover::accepted(note, Receipt { transport: NAME.to_owned(), ..Receipt::default() }),
            Ok(Err(fault)) => judge(step.get(), &fault),
            Err(_) => out_of_time(step.get()),
        };
        // A reply goes into the log and onto a terminal: nothing of it shall move the cursor there.
        handover.mapped(|text| one_line(&text).into_owned())
    }

    async fn run(&self, mail: &Mail, errand: Errand, step: &CurrentStep) -> Result<String, Fault> {
        if let Some(mut connection) = self.idle_connection() {
            let end = run(errand, &mut connection, mail, step).await;
            let stale = matches!(&end, Err(fault) if fault.broke_the_line() && step.get() == Step::Sender);
            if !stale {
                return self.finish(connection, end).await;
            }
            // The server had closed it meanwhile; nothing of the mail was said yet.
        }
        step.set(Step::Connect);
        let mut connection = self.connector.connect(step).await?;
        let end = run(errand, &mut connection, mail, step).await;
        self.finish(connection, end).await
    }

    /// Keeps the connection for the next mail, unless it broke.
    async fn finish(&self, mut connection: Connection, end: Result<String, Fault>) -> Result<String, Fault> {
        let usable = match &end {
            Ok(_) => true,
            Err(fault) => !fault.broke_the_line() && connection.reset().await,
        };
        if usable {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            if idle.len() < self.max_idle {
                idle.push((connection, Instant::now()));
            }
        }
        end
    }

    /// The connection used last; older ones are dropped once they lay idle for too long.
    fn idle_connection(&self) -> Option<Connection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(_, since)| since.elapsed() < MAX_IDLE);
        idle.pop().map(|(connection, _)| connection)
    }
}

#[async_trait]
impl Transport for SmtpTransport {
    async fn send(&self, message: &RenderedMessage, time_limit: Duration) -> Handover {
        match message.mail() {
            Some(mail) => self.within(mail, Errand::Send, time_limit).await,
            None => Handover::wrong_channel(),
        }
    }

    /// Goes as far as the sender's address, which the server may refuse as it would for a real mail, and takes it
    /// back. No recipient is named.
    async fn probe(&self, message: &RenderedMessage, time_limit: Duration) -> Handover {
        match message.mail() {
            Some(mail) => self.within(mail, Errand::Probe, time_limit).await,
            None => Handover::wrong_channel(),
        }
    }

    async fn close(&self) {
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        let goodbyes = idle.into_iter().map(|(connection, _)| connection.quit());
        let _ = tokio::time::timeout(GOODBYE, futures_util::future::join_all(goodbyes)).await;
    }
}

async fn run(errand: Errand, connection: &mut Connection, mail: &Mail, step: &CurrentStep) -> Result<String, Fault> {
    match errand {
        Errand::Send => connection.send(mail, step).await,
        Errand::Probe => connection.probe(mail, step).await,
    }
}

/// The step the dialogue is at, readable after it was cut off.
#[derive(Default)]
struct CurrentStep(AtomicU8);

impl CurrentStep {
    fn set(&self, step: Step) {
        self.0.store(step as u8, Ordering::Relaxed);
    }

    fn get(&self) -> Step {
        Step::ALL[usize::from(self.0.load(Ordering::Relaxed))]
    }
}
