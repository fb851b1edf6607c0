//! An SMS provider on loopback that keeps a ledger of what it was asked and can be told to misbehave.
//!
//! It lives in the test, and speaks just enough HTTP: one request a connection. What it does is decided by the recipient,
//! whom it finds in a form or in JSON, so one server can play for many messages at once.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::time::now_millis;

/// What the provider does with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Says this, with one more header where it is not empty.
    Say {
        /// The status code.
        status: u16,
        /// Such as `Retry-After: 2`.
        header: &'static str,
        /// The body.
        body: String,
    },
    /// Reads it all, and never says anything.
    Hang,
    /// Reads it all, and breaks the line without a word: the sender cannot know.
    Cut,
}

impl Answer {
    /// Says this as JSON.
    pub fn say(status: u16, body: &Value) -> Self {
        Self::Say { status, header: "", body: body.to_string() }
    }

    /// With one more header.
    #[must_use]
    pub fn with(self, header: &'static str) -> Self {
        match self {
            Self::Say { status, body, .. } => Self::Say { status, header, body },
            other => other,
        }
    }

    /// Whether the provider took the message and said so.
    pub fn took(&self) -> bool {
        matches!(self, Self::Say { status: 200..=299, .. })
    }
}

/// A request for a message.
#[derive(Clone, Debug)]
pub struct Asked {
    /// `POST`, or what else was used.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as it came.
    pub body: String,
    /// Who is to get it, digits only.
    pub to: String,
    /// What the provider did.
    pub answer: Answer,
    /// When, in milliseconds since the epoch.
    pub at_millis: i64,
}

impl Asked {
    /// The first header of that name, in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// The body as a form.
    pub fn form(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.body.as_bytes()).into_owned().collect()
    }

    /// A field of the body as a form; empty when there is none.
    pub fn field(&self, name: &str) -> String {
        self.form().into_iter().find(|(field, _)| field == name).map(|(_, value)| value).unwrap_or_default()
    }
}

/// Decides by a request for a message whose recipient is known, and by how many came for that recipient before.
type Rule = dyn Fn(&Asked, usize) -> Answer + Send + Sync;

/// The provider. Clones share one ledger.
#[derive(Clone)]
pub struct Provider {
    /// Where it listens.
    pub address: SocketAddr,
    rule: Arc<Rule>,
    ledger: Arc<Mutex<Vec<Arc<Asked>>>>,
}

impl Provider {
    /// A provider that answers as the rule says. Looks that send nothing (`GET`) are answered with 200 and are not in
    /// the ledger.
    pub async fn start(rule: impl Fn(&Asked, usize) -> Answer + Send + Sync + 'static) -> Self {
        Self::start_on((Ipv4Addr::LOCALHOST, 0).into(), rule).await
    }

    /// As [`Self::start`], at a chosen address.
    pub async fn start_on(address: SocketAddr, rule: impl Fn(&Asked, usize) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(address).await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let provider = Self { address, rule: Arc::new(rule), ledger: Arc::default() };
        let listening = provider.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let provider = listening.clone();
                // A sender that gives up breaks its line; that is no news.
                tokio::spawn(async move { provider.serve(stream).await.ok() });
            }
        });
        provider
    }

    /// Its base URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All requests for messages so far, in order.
    pub fn ledger(&self) -> Vec<Arc<Asked>> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// All requests for messages to a number, digits only, so far and in order.
    pub fn asked_for(&self, to: &str) -> Vec<Arc<Asked>> {
        self.ledger().into_iter().filter(|asked| asked.to == to).collect()
    }

    async fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let Some(mut asked) = read(&mut stream).await? else { return Ok(()) };
        if asked.method == "GET" {
            return say(&mut stream, 200, "", "{}").await;
        }
        {
            let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
            let before = ledger.iter().filter(|other| other.to == asked.to).count();
            asked.answer = (self.rule)(&asked, before);
            ledger.push(Arc::new(asked.clone()));
        }
        match asked.answer {
            Answer::Say { status, header, body } => say(&mut stream, status, header, &body).await,
            Answer::Hang => std::future::pending().await,
            Answer::Cut => Ok(()),
        }
    }
}

async fn say(stream: &mut TcpStream, status: u16, header: &str, body: &str) -> std::io::Result<()> {
    let header = if header.is_empty() { String::new() } else { format!("{header}\r\n") };
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} said\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n{header}\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.shutdown().await
}

/// One request, with its body; none when the other side has gone before its end.
async fn read(stream: &mut TcpStream) -> std::io::Result<Option<Asked>> {
    let mut bytes = Vec::new();
    loop {
        if let Some(asked) = parse(&bytes) {
            return Ok(Some(asked));
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    }
}

fn parse(bytes: &[u8]) -> Option<Asked> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut request = httparse::Request::new(&mut headers);
    let httparse::Status::Complete(head) = request.parse(bytes).ok()? else { return None };
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let mut asked = Asked {
        method: request.method?.to_owned(),
        target: request.path?.to_owned(),
        headers: request.headers.iter().map(|it| (it.name.to_ascii_lowercase(), text(it.value))).collect(),
        body: String::new(),
        to: String::new(),
        answer: Answer::Hang,
        at_millis: now_millis(),
    };
    let length: usize = asked.header("content-length").map_or(Some(0), |length| length.parse().ok())?;
    asked.body = text(bytes.get(head..head + length)?);
    asked.to = recipient(&asked);
    Some(asked)
}

/// The number in the field `To` of a form, or `number` of JSON, whether it stands in a list or not.
fn recipient(asked: &Asked) -> String {
    let json: Value = serde_json::from_str(&asked.body).unwrap_or_default();
    let one = json.get(0).unwrap_or(&json);
    let number = one.get("number").and_then(Value::as_str).map_or_else(|| asked.field("To"), str::to_owned);
    number.chars().filter(char::is_ascii_digit).collect()
}
