//! A connection on which a test writes what it likes, and sees what comes back and when it is closed.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::http::{self, Reply};

/// More than any reply or closing needs on a busy machine, where no limit of the server's is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection.
pub struct Wire(TcpStream);

impl Wire {
    /// Connects.
    ///
    /// # Panics
    /// When nobody listens.
    pub async fn to(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.expect("a connection"))
    }

    /// Writes.
    ///
    /// # Errors
    /// When the other side has closed.
    pub async fn write(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.0.write_all(bytes.as_ref()).await
    }

    /// Reads one reply of HTTP/1.
    ///
    /// # Panics
    /// When none comes.
    pub async fn reply(&mut self) -> Reply {
        let reply = tokio::time::timeout(PATIENCE, http::read_reply(&mut self.0)).await;
        reply.expect("a reply in time").expect("a reply")
    }

    /// Reads exactly so many bytes.
    ///
    /// # Errors
    /// When the other side closes before, or says nothing.
    pub async fn read_exactly(&mut self, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        let read = tokio::time::timeout(PATIENCE, self.0.read_exact(&mut bytes)).await;
        read.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))?;
        Ok(bytes)
    }

    /// Everything until the other side closes.
    ///
    /// # Panics
    /// When it does not, within `bound`.
    pub async fn rest_within(&mut self, bound: Duration) -> Vec<u8> {
        let mut rest = Vec::new();
        let reading = async { while self.0.read_buf(&mut rest).await.is_ok_and(|length| length > 0) {} };
        tokio::time::timeout(bound, reading).await.expect("the connection is closed in time");
        rest
    }

    /// Everything until the other side closes.
    ///
    /// # Panics
    /// When it does not.
    pub async fn rest(&mut self) -> Vec<u8> {
        self.rest_within(PATIENCE).await
    }

    /// The stream itself.
    pub fn stream(&mut self) -> &mut TcpStream {
        &mut self.0
    }
}
