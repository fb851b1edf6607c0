//! HTTP/2 as frames (RFC 9113), for what no well-behaved client sends.

use std::io;
use std::net::SocketAddr;

use crate::wire::Wire;

/// What every connection begins with (RFC 9113 §3.4).
pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The kind of a frame (RFC 9113 §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[allow(missing_docs, reason = "named as in the RFC")]
pub enum Kind {
    Data = 0,
    Headers = 1,
    Reset = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9,
}

/// The last frame of a stream, or the reply to a SETTINGS or PING.
pub const END_STREAM: u8 = 1;
/// The last frame of a head.
pub const END_HEADERS: u8 = 4;

/// A frame.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Its kind, as a number.
    pub kind: u8,
    /// Its flags.
    pub flags: u8,
    /// Its stream; 0 is the connection.
    pub stream: u32,
    /// What is in it.
    pub payload: Vec<u8>,
}

impl Frame {
    /// A frame with this in it.
    pub fn new(kind: Kind, flags: u8, stream: u32, payload: impl Into<Vec<u8>>) -> Self {
        Self { kind: kind as u8, flags, stream, payload: payload.into() }
    }

    /// The head of a request, complete.
    pub fn head(stream: u32, flags: u8, fields: &[(&str, &str)]) -> Self {
        Self::new(Kind::Headers, flags | END_HEADERS, stream, encode(fields))
    }

    /// As it goes over the wire.
    pub fn to_bytes(&self) -> Vec<u8> {
        let length = u32::try_from(self.payload.len()).expect("a length").to_be_bytes();
        let mut bytes = length[1..].to_vec();
        bytes.extend([self.kind, self.flags]);
        bytes.extend(self.stream.to_be_bytes());
        bytes.extend(&self.payload);
        bytes
    }

    /// Whether it is of that kind.
    pub fn is(&self, kind: Kind) -> bool {
        self.kind == kind as u8
    }
}

/// Fields as literals that are not remembered (RFC 7541 §6.2.2): no table, no Huffman code.
pub fn encode(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, value) in fields {
        bytes.push(0);
        for text in [name, value] {
            bytes.extend(prefixed(text.len()));
            bytes.extend(text.as_bytes());
        }
    }
    bytes
}

/// A length in seven bits and what does not fit into them (RFC 7541 §5.1).
fn prefixed(length: usize) -> Vec<u8> {
    const FULL: usize = 0x7f;
    let byte = |number: usize| u8::try_from(number).expect("below 256");
    if length < FULL {
        return vec![byte(length)];
    }
    let mut bytes = vec![byte(FULL)];
    let mut rest = length - FULL;
    while rest >= 0x80 {
        bytes.push(byte(rest % 0x80 + 0x80));
        rest /= 0x80;
    }
    bytes.push(byte(rest));
    bytes
}

/// A client that has said hello.
pub struct Client {
    /// The connection.
    pub wire: Wire,
    authority: String,
}

impl Client {
    /// Connects and sends preface and settings.
    pub async fn to(address: SocketAddr, settings: &[(u16, u32)]) -> io::Result<Self> {
        let mut client = Self { wire: Wire::to(address).await, authority: address.to_string() };
        let settings: Vec<u8> =
            settings.iter().flat_map(|(id, value)| [&id.to_be_bytes()[..], &value.to_be_bytes()].concat()).collect();
        client.wire.write(PREFACE).await?;
        client.send(&Frame::new(Kind::Settings, 0, 0, settings)).await?;
        Ok(client)
    }

    /// Sends a frame.
    ///
    /// # Errors
    /// When the other side has closed.
    pub async fn send(&mut self, frame: &Frame) -> io::Result<()> {
        self.wire.write(frame.to_bytes()).await
    }

    /// A GET on a stream, complete.
    pub fn get(&self, stream: u32, path: &str) -> Frame {
        Frame::head(stream, END_STREAM, &self.fields("GET", path))
    }

    /// The fields every request has.
    pub fn fields<'a>(&'a self, method: &'a str, path: &'a str) -> Vec<(&'a str, &'a str)> {
        vec![(":method", method), (":scheme", "http"), (":path", path), (":authority", &self.authority)]
    }

    /// Reads a frame.
    ///
    /// # Errors
    /// When the connection ends or nothing comes.
    pub async fn frame(&mut self) -> io::Result<Frame> {
        let head = self.wire.read_exactly(9).await?;
        let number = |bytes: &[u8]| bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
        let length = usize::try_from(number(&head[..3])).expect("a length");
        let payload = self.wire.read_exactly(length).await?;
        Ok(Frame { kind: head[3], flags: head[4], stream: number(&head[5..]) & 0x7fff_ffff, payload })
    }

    /// Reads on until a frame of that kind comes.
    ///
    /// # Errors
    /// When the connection ends before.
    pub async fn until(&mut self, kind: Kind) -> io::Result<Frame> {
        loop {
            let frame = self.frame().await?;
            if frame.is(kind) {
                return Ok(frame);
            }
        }
    }

    /// The error code with which the server ends the connection (RFC 9113 §7).
    ///
    /// # Errors
    /// When it just closes, or goes on.
    pub async fn told_to_go_away(&mut self) -> io::Result<u32> {
        let frame = self.until(Kind::GoAway).await?;
        let code = frame.payload.get(4..8).and_then(|code| code.try_into().ok());
        code.map(u32::from_be_bytes).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }
}
