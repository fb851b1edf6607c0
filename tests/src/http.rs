//! HTTP/1.1 as bytes: one connection a request, so that a test decides what goes over the wire.

use std::fmt::Write as _;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// No reply of otpd may take longer.
const PATIENCE: Duration = Duration::from_secs(30);
/// More headers than any reply has.
const MAX_HEADERS: usize = 64;

/// A reply, read to its end.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// Names in lower case, in the order they came.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// The first header of that name, in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// All headers of that name, in lower case.
    pub fn headers_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// Where a redirect leads; empty when this is none.
    pub fn location(&self) -> &str {
        self.header("location").unwrap_or_default()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text()))
    }
}

/// A request before it is written.
#[derive(Clone, Debug)]
pub struct Request {
    /// `GET`, `POST` …
    pub method: String,
    /// Path and query.
    pub target: String,
    /// All headers but `Host`, `Content-Length` and `Connection`, which [`Request::to_bytes`] adds.
    pub headers: Vec<(String, String)>,
    /// The body; none means no `Content-Length` either.
    pub body: Option<Vec<u8>>,
    /// The body is written in chunks already: no `Content-Length` is sent.
    pub chunked: bool,
}

impl Request {
    /// A request without headers and body.
    pub fn new(method: &str, target: &str) -> Self {
        Self { method: method.to_owned(), target: target.to_owned(), headers: Vec::new(), body: None, chunked: false }
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a body as browsers send forms.
    #[must_use]
    pub fn form(self, body: impl Into<Vec<u8>>) -> Self {
        let mut request = self.header("content-type", "application/x-www-form-urlencoded");
        request.body = Some(body.into());
        request
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        let mut request = self.header("content-type", "application/json");
        request.body = Some(body.to_string().into());
        request
    }

    /// The request as it goes over the wire, asking for the connection to be closed after it.
    pub fn to_bytes(&self, host: SocketAddr) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        if let Some(body) = self.body.as_ref().filter(|_| !self.chunked) {
            let _ = write!(head, "content-length: {}\r\n", body.len());
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(self.body.as_deref().unwrap_or_default());
        bytes
    }
}

/// Sends a request and reads the whole reply.
///
/// # Errors
/// When the connection breaks, the reply is no HTTP, is cut short, or does not come in time.
pub async fn send(address: SocketAddr, request: &Request) -> io::Result<Reply> {
    send_bytes(address, &request.to_bytes(address)).await
}

/// Sends bytes, whatever they are, and reads one reply.
///
/// # Errors
/// As [`send`].
pub async fn send_bytes(address: SocketAddr, bytes: &[u8]) -> io::Result<Reply> {
    let exchange = async {
        let mut stream = TcpStream::connect(address).await?;
        // A server may answer and close before it has read all of a body it refuses: the reply counts.
        let written = stream.write_all(bytes).await;
        match read_reply(&mut stream).await {
            Ok(reply) => Ok(reply),
            Err(failure) => Err(written.err().unwrap_or(failure)),
        }
    };
    tokio::time::timeout(PATIENCE, exchange).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// Reads one reply from a connection that ends with it or says how long the body is.
///
/// # Errors
/// When the connection breaks, or what comes is no complete reply.
pub async fn read_reply(stream: &mut TcpStream) -> io::Result<Reply> {
    let mut bytes = Vec::new();
    loop {
        if let Some(reply) = parse(&bytes)? {
            return Ok(reply);
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, format!("cut off after {} bytes", bytes.len())));
        }
    }
}

/// The reply in `bytes`, once all of it is there.
fn parse(bytes: &[u8]) -> io::Result<Option<Reply>> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let invalid = |what: String| io::Error::new(io::ErrorKind::InvalidData, what);
    let head = match response.parse(bytes).map_err(|error| invalid(format!("no HTTP reply: {error}")))? {
        httparse::Status::Complete(length) => length,
        httparse::Status::Partial => return Ok(None),
    };
    let mut reply =
        Reply { status: response.code.unwrap_or_default(), headers: owned(response.headers), body: Vec::new() };
    if reply.status == 304 || reply.status == 204 {
        return Ok(Some(reply));
    }
    let length = reply.header("content-length").and_then(|length| length.parse::<usize>().ok());
    let length = length.ok_or_else(|| invalid(format!("a reply without a length: {:?}", reply.headers)))?;
    let body = &bytes[head..];
    if body.len() < length {
        return Ok(None);
    }
    reply.body = body[..length].to_vec();
    Ok(Some(reply))
}

fn owned(headers: &[httparse::Header<'_>]) -> Vec<(String, String)> {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    headers.iter().map(|header| (header.name.to_ascii_lowercase(), text(header.value))).collect()
}
