//! A mail server on loopback that keeps a ledger of what arrived and can be told to misbehave.
//!
//! It lives in the test, so it survives when otpd is killed. It is a plain one: no TLS, no login; those are tested
//! against a real server, see [`crate::peers`].

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};

use crate::time::now_millis;

/// What the server does with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Takes it.
    Accept,
    /// Refuses the recipient with this reply, such as `451 4.3.0 busy`.
    Refuse(&'static str),
    /// Takes it, and breaks the line without a word: the sender cannot know.
    Drop,
    /// Takes it, and never says so.
    Hang,
}

/// Decides by recipient, and by how many hand-offs for it came before.
pub type Rule = dyn Fn(&str, usize) -> Verdict + Send + Sync;

/// Something that came in for a recipient.
#[derive(Clone, Debug)]
pub struct HandOff {
    /// Which of [`Sink::listen`]'s ports it came in by, from 0.
    pub port_number: usize,
    /// The recipient.
    pub to: String,
    /// What the server did.
    pub verdict: Verdict,
    /// When, in milliseconds since the epoch.
    pub at_millis: i64,
    /// The message; empty when the recipient was refused.
    pub data: String,
}

impl HandOff {
    /// Whether the server got the message itself.
    pub fn arrived(&self) -> bool {
        !matches!(self.verdict, Verdict::Refuse(_))
    }

    /// Its `Message-ID`.
    pub fn message_id(&self) -> Option<&str> {
        let mut lines = self.data.lines().take_while(|line| !line.is_empty());
        lines.find_map(|line| line.strip_prefix("Message-ID: "))
    }

    /// The code of six digits in it.
    pub fn code(&self) -> Option<String> {
        let (_, body) = self.data.split_once("\r\n\r\n")?;
        crate::ledger::code_in(body)
    }
}

/// The server. Clones share one ledger.
#[derive(Clone)]
pub struct Sink {
    rule: Arc<Rule>,
    ledger: Arc<Mutex<Ledger>>,
    ports: Arc<AtomicUsize>,
}

#[derive(Default)]
struct Ledger {
    all: Vec<Arc<HandOff>>,
    by_recipient: HashMap<String, Vec<Arc<HandOff>>>,
}

impl Sink {
    /// A server that does what the rule says.
    pub fn new(rule: impl Fn(&str, usize) -> Verdict + Send + Sync + 'static) -> Self {
        Self { rule: Arc::new(rule), ledger: Arc::default(), ports: Arc::default() }
    }

    /// Listens on one more port.
    pub async fn listen(&self) -> SocketAddr {
        self.listen_on(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await
    }

    /// Listens on one more port, a chosen one.
    pub async fn listen_on(&self, address: SocketAddr) -> SocketAddr {
        let listener = TcpListener::bind(address).await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let port_number = self.ports.fetch_add(1, Ordering::Relaxed);
        let sink = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let sink = sink.clone();
                // A sender that is killed breaks its line; that is no news.
                tokio::spawn(async move { sink.converse(stream, port_number).await.ok() });
            }
        });
        address
    }

    /// All hand-offs so far, in order.
    pub fn ledger(&self) -> Vec<Arc<HandOff>> {
        self.lock().all.clone()
    }

    /// All hand-offs for a recipient so far, in order.
    pub fn hand_offs_for(&self, to: &str) -> Vec<Arc<HandOff>> {
        self.lock().by_recipient.get(to).cloned().unwrap_or_default()
    }

    fn judge(&self, to: &str) -> Verdict {
        let before = self.lock().by_recipient.get(to).map_or(0, Vec::len);
        (self.rule)(to, before)
    }

    fn lock(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, port_number: usize, to: &str, verdict: Verdict, data: String) {
        let hand_off = HandOff { port_number, to: to.to_owned(), verdict, at_millis: now_millis(), data };
        let hand_off = Arc::new(hand_off);
        let mut ledger = self.lock();
        ledger.by_recipient.entry(to.to_owned()).or_default().push(hand_off.clone());
        ledger.all.push(hand_off);
    }

    async fn converse(&self, stream: TcpStream, port_number: usize) -> std::io::Result<()> {
        let mut line = Line(BufStream::new(stream));
        line.say("220 sink ESMTP").await?;
        let mut to = String::new();
        while let Some(said) = line.hear().await? {
            let verb = said.get(..4).unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => line.say("250-sink\r\n250 8BITMIME").await?,
                "RCPT" => {
                    to = said.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                    match self.judge(&to) {
                        verdict @ Verdict::Refuse(reply) => {
                            self.note(port_number, &to, verdict, String::new());
                            line.say(reply).await?;
                        }
                        _ => line.say("250 ok").await?,
                    }
                }
                "DATA" => {
                    line.say("354 go on").await?;
                    let Some(data) = line.hear_data().await? else { break };
                    let verdict = self.judge(&to);
                    self.note(port_number, &to, verdict, data);
                    match verdict {
                        Verdict::Accept | Verdict::Refuse(_) => line.say("250 taken").await?,
                        Verdict::Drop => break,
                        Verdict::Hang => std::future::pending().await,
                    }
                }
                "QUIT" => {
                    line.say("221 bye").await?;
                    break;
                }
                _ => line.say("250 ok").await?,
            }
        }
        Ok(())
    }
}

/// One connection, by lines.
struct Line(BufStream<TcpStream>);

impl Line {
    async fn say(&mut self, text: &str) -> std::io::Result<()> {
        self.0.write_all(format!("{text}\r\n").as_bytes()).await?;
        self.0.flush().await
    }

    /// One line without its end; none when the other side has gone.
    async fn hear(&mut self) -> std::io::Result<Option<String>> {
        let mut bytes = Vec::new();
        self.0.read_until(b'\n', &mut bytes).await?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Ok(text.strip_suffix("\r\n").map(str::to_owned))
    }

    /// A message up to its lone dot; none when the other side has gone before.
    async fn hear_data(&mut self) -> std::io::Result<Option<String>> {
        let mut data = String::new();
        while let Some(line) = self.hear().await? {
            if line == "." {
                return Ok(Some(data));
            }
            data.push_str(line.strip_prefix('.').unwrap_or(&line));
            data.push_str("\r\n");
        }
        Ok(None)
    }
}
