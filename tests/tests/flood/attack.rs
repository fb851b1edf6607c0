//! Those who hold what they can: heads and bodies that come byte by byte, replies that nobody reads, silence, and bodies
//! that never end.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// How many slow connections.
pub const CONNECTIONS: usize = 2_000;
/// How many hold them: each has one task for its share.
const ATTACKERS: usize = 8;
/// How many send a body without end.
const ENDLESS: usize = 2;
/// A full queue of connections is no fault of the server.
const CONNECT_WITHIN: Duration = Duration::from_secs(1);

const HEAD: &str = "GET /otp/request/ HTTP/1.1\r\nhost: localhost\r\nslow: ";
const BODY: &str = "POST /otp/request/ HTTP/1.1\r\nhost: localhost\r\ncontent-length: 60000\r\n\
                    content-type: application/x-www-form-urlencoded\r\n\r\n";
const PAGES: &str = "GET /otp/request/ HTTP/1.1\r\nhost: localhost\r\n\r\n";
const CHUNKS: &str = "POST /otp/request/ HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\
                      content-type: application/x-www-form-urlencoded\r\n\r\n";

/// What they have done so far.
#[derive(Default)]
struct Tally {
    /// Slow connections that were opened.
    opened: AtomicUsize,
    /// Slow connections that the server has closed.
    closed: AtomicUsize,
    /// Bodies without end that were cut off.
    cut_off: AtomicUsize,
}

/// A flood under way, until it is ended or dropped.
pub struct Attack {
    tasks: JoinSet<()>,
    tally: Arc<Tally>,
}

impl Attack {
    /// Opens the connections, then goes on in the background: a byte a second on each, and a new one for each that is
    /// closed.
    pub async fn begin(address: SocketAddr) -> Self {
        let (tally, mut tasks) = (Arc::<Tally>::default(), JoinSet::new());
        let mut shares = JoinSet::new();
        for attacker in 0..ATTACKERS {
            let numbers = (attacker..CONNECTIONS).step_by(ATTACKERS);
            let tally = Arc::clone(&tally);
            shares.spawn(async move {
                let mut share = Vec::new();
                for number in numbers {
                    share.push((number, open(address, number, &tally).await));
                }
                share
            });
        }
        for share in shares.join_all().await {
            tasks.spawn(hold(address, share, Arc::clone(&tally)));
        }
        for _ in 0..ENDLESS {
            tasks.spawn(endless(address, Arc::clone(&tally)));
        }
        Self { tasks, tally }
    }

    /// Whether they all still try.
    pub fn is_going_on(&self) -> bool {
        self.tasks.len() == ATTACKERS + ENDLESS && self.tally.cut_off.load(Ordering::Relaxed) > 0
    }

    /// Ends it.
    pub fn end(mut self) {
        self.tasks.abort_all();
    }
}

impl fmt::Display for Attack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |count: &AtomicUsize| count.load(Ordering::Relaxed);
        let Tally { opened, closed, cut_off } = &*self.tally;
        write!(f, "{} slow ones opened, {} closed, {} endless ones cut off", of(opened), of(closed), of(cut_off))
    }
}

/// A slow connection of one of four kinds.
async fn open(address: SocketAddr, number: usize, tally: &Tally) -> Option<TcpStream> {
    let mut stream = tokio::time::timeout(CONNECT_WITHIN, TcpStream::connect(address)).await.ok()?.ok()?;
    tally.opened.fetch_add(1, Ordering::Relaxed);
    let begun = match number % 4 {
        0 => HEAD,
        1 => BODY,
        2 => PAGES,
        _ => "",
    };
    stream.write_all(begun.as_bytes()).await.ok()?;
    Some(stream)
}

/// Keeps a share of them: a byte a second on those that send, ever more requests where no reply is read.
async fn hold(address: SocketAddr, mut share: Vec<(usize, Option<TcpStream>)>, tally: Arc<Tally>) {
    let mut second = tokio::time::interval(Duration::from_secs(1));
    loop {
        second.tick().await;
        for (number, stream) in &mut share {
            let more = match *number % 4 {
                0 | 1 => "a",
                2 => PAGES,
                _ => "",
            };
            let alive = match stream {
                // What cannot be written now is not waited for: the other connections want their byte.
                Some(stream) => !matches!(stream.try_write(more.as_bytes()), Err(error) if is_closed(&error)),
                None => false,
            };
            if !alive {
                tally.closed.fetch_add(usize::from(stream.is_some()), Ordering::Relaxed);
                *stream = open(address, *number, &tally).await;
            }
        }
    }
}

fn is_closed(error: &std::io::Error) -> bool {
    error.kind() != std::io::ErrorKind::WouldBlock
}

/// Sends a body without end, again and again.
async fn endless(address: SocketAddr, tally: Arc<Tally>) {
    let chunk = format!("1000\r\n{}\r\n", "a".repeat(4096));
    loop {
        let Ok(mut stream) = TcpStream::connect(address).await else { continue };
        let mut written = stream.write_all(CHUNKS.as_bytes()).await;
        while written.is_ok() {
            written = stream.write_all(chunk.as_bytes()).await;
        }
        tally.cut_off.fetch_add(1, Ordering::Relaxed);
    }
}
