//! A provider's HTTP server that follows a script and keeps a ledger of what it was asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What the server does with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Play {
    /// Replies with a status and a body.
    Reply(u16, &'static str),
    /// Replies with a status and that many seconds to wait.
    Wait(u16, u64),
    /// Replies with the status, and breaks off within the body.
    HalfABody(u16),
    /// Says nothing.
    Hang,
    /// Takes the request and breaks off.
    Cut,
    /// Sends back what it was sent, with this status.
    Echo(u16),
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    pub target: String,
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Asked {
    /// A header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// A field of a form.
    pub fn field(&self, name: &str) -> Option<String> {
        self.fields().into_iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    pub fn fields(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.body.as_bytes()).into_owned().collect()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).expect("JSON")
    }
}

struct Ledger {
    plays: VecDeque<Play>,
    then: Play,
    asked: Vec<Asked>,
}

pub struct WebPeer {
    pub port: u16,
    ledger: Arc<Mutex<Ledger>>,
}

impl WebPeer {
    /// Follows the script, one play a request; afterwards it does `then`.
    pub async fn start(plays: &[Play], then: Play) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let plays = plays.iter().copied().collect();
        let ledger = Arc::new(Mutex::new(Ledger { plays, then, asked: Vec::new() }));
        let kept = Arc::clone(&ledger);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&kept)));
            }
        });
        Self { port, ledger }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// All requests that came over completely.
    pub fn asked(&self) -> Vec<Asked> {
        self.ledger.lock().expect("no panic").asked.clone()
    }

    /// How many of them were to send something.
    pub fn sends(&self) -> usize {
        self.asked().iter().filter(|asked| asked.method == "POST").count()
    }
}

/// Serves requests until the other side, or the script, ends the connection.
async fn serve(stream: TcpStream, ledger: Arc<Mutex<Ledger>>) {
    let mut stream = BufReader::new(stream);
    while let Some(asked) = hear(&mut stream).await {
        let play = {
            let mut ledger = ledger.lock().expect("no panic");
            ledger.asked.push(asked.clone());
            ledger.plays.pop_front().unwrap_or(ledger.then)
        };
        let reply = match play {
            Play::Reply(status, body) => reply(status, "", body),
            Play::Wait(status, seconds) => reply(status, &format!("Retry-After: {seconds}\r\n"), ""),
            Play::Echo(status) => reply(status, "", &format!("{asked:?}")),
            Play::HalfABody(status) => format!("HTTP/1.1 {status} X\r\nContent-Length: 100\r\n\r\n{{\"sid\""),
            Play::Hang => {
                // Until the other side leaves.
                let _ = stream.read(&mut [0]).await;
                return;
            }
            Play::Cut => return,
        };
        let written = stream.get_mut().write_all(reply.as_bytes()).await;
        if written.is_err() || matches!(play, Play::HalfABody(_)) {
            return;
        }
    }
}

fn reply(status: u16, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
}

async fn hear(stream: &mut BufReader<TcpStream>) -> Option<Asked> {
    let mut line = String::new();
    stream.read_line(&mut line).await.ok().filter(|length| *length > 0)?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok().filter(|length| *length > 0)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length").map_or(Ok(0), |(_, value)| value.parse());
    let mut body = vec![0; length.ok()?];
    stream.read_exact(&mut body).await.ok()?;
    Some(Asked { method, target, headers, body: String::from_utf8(body).ok()? })
}
