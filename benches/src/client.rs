//! An HTTP/1.1 client that costs next to nothing, so that the machine's cores are left to the server.

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection kept open.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// The parts of a reply that a journey looks at.
pub struct Reply {
    /// Status code.
    pub status: u16,
    /// `name=value` of every cookie set.
    pub cookies: Vec<String>,
    /// Where it redirects to.
    pub location: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Connection {
    /// Connects to a server on loopback.
    pub async fn open(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(16 * 1024) })
    }

    /// Sends a whole request and reads the whole reply.
    pub async fn send(&mut self, request: &[u8]) -> Result<Reply> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                bail!("the server closed the connection");
            }
            if let Some(reply) = parse(&self.buffer)? {
                return Ok(reply);
            }
        }
    }
}

fn parse(bytes: &[u8]) -> Result<Option<Reply>> {
    let mut headers = [httparse::EMPTY_HEADER; 48];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = response.parse(bytes)? else {
        return Ok(None);
    };
    let mut reply = Reply {
        status: response.code.context("no status")?,
        cookies: Vec::new(),
        location: String::new(),
        body: Vec::new(),
    };
    let mut length = 0;
    for header in response.headers.iter() {
        let text = || str::from_utf8(header.value).unwrap_or_default();
        if header.name.eq_ignore_ascii_case("set-cookie") {
            reply.cookies.push(text().split(';').next().unwrap_or_default().to_owned());
        } else if header.name.eq_ignore_ascii_case("location") {
            text().clone_into(&mut reply.location);
        } else if header.name.eq_ignore_ascii_case("content-length") {
            length = text().parse()?;
        }
    }
    if bytes.len() < head + length {
        return Ok(None);
    }
    reply.body.extend_from_slice(&bytes[head..head + length]);
    Ok(Some(reply))
}

/// The bytes of a GET.
pub fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: en\r\n\r\n").into_bytes()
}

/// The address that person `number` comes from, as a proxy on loopback would name it: everybody has their own, so that limits
/// for each network are counted as they are in life.
fn address(number: u64) -> String {
    let [.., a, b, c] = number.to_be_bytes();
    format!("10.{a}.{b}.{c}")
}

/// The bytes of a form POST as the browser of person `number` on the same origin sends it.
pub fn post(path: &str, origin: &str, cookies: &str, form: &str, number: u64) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: {}\r\nOrigin: {origin}\r\nSec-Fetch-Site: same-origin\r\n\
         User-Agent: Mozilla/5.0 (X11; Linux x86_64) bench\r\nAccept-Language: en-GB,en;q=0.8\r\nCookie: {cookies}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        address(number),
        form.len()
    )
    .into_bytes()
}

/// The bytes of a JSON POST as another back end sends it, from the address of person `number`.
pub fn post_json(path: &str, body: &serde_json::Value, number: u64) -> Vec<u8> {
    let body = body.to_string();
    format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: {}\r\nUser-Agent: bench\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        address(number),
        body.len()
    )
    .into_bytes()
}
