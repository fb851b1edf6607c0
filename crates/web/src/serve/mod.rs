//! The accept loop: connections in, within limits, until told to stop.

mod ambiguous;
mod body;
mod connection;
mod pool;
mod protocol;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;

pub use ambiguous::Ambiguous;
pub use body::BodyError;
use connection::Server;
use pool::Pool;

use crate::client::TrustedProxies;

/// File descriptors left for the rest of the process once the system has run out of them.
const SPARE: usize = 32;
/// However few descriptors there are, so many connections are served.
const FEWEST: usize = 16;
/// How long the loop rests when accepting failed, so that it does not spin.
const REST: Duration = Duration::from_millis(20);

/// Connections the system may hold for us until they are accepted. The usual 1,024 overflow in a rush, and whoever
/// is turned away by the system tries again only after a second.
const BACKLOG: u32 = 4096;

/// What connections may cost.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How many there may be at once.
    pub connections: usize,
    /// How long a new one may take to send its first request.
    pub first_request: Duration,
    /// How long one may stay without a request; at most twice that, since it is looked at only so often.
    pub idle: Duration,
    /// How long the body of a request may take to arrive.
    pub body: Duration,
    /// What all bodies larger than any form of ours may hold at once, in bytes.
    pub large_bodies: usize,
    /// How long the requests under way are given to finish when the server stops.
    pub drain: Duration,
    /// Who may speak HTTP/2.
    pub proxies: TrustedProxies,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            first_request: Duration::from_secs(10),
            // Longer than the 60 s after which the usual proxies drop their side, so that they are the ones to do it.
            idle: Duration::from_secs(75),
            // The rest of the ten seconds that a request has is for its answer.
            body: Duration::from_secs(8),
            large_bodies: 64 * 1024 * 1024,
            drain: Duration::from_secs(10),
            proxies: TrustedProxies::default(),
        }
    }
}

/// Listens on an address.
///
/// # Errors
/// When the system refuses it: the port is taken, or needs rights the process has not.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // So that a restarted server gets its port back at once.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves the router on the listener until `shutdown` is done, then lets the requests under way finish.
///
/// When all connections are taken, the one that has been of no use longest makes room for the newcomer: whoever
/// holds connections open without asking for anything keeps nobody else out.
pub async fn serve(listener: TcpListener, router: Router, shutdown: impl Future<Output = ()>, limits: Limits) {
    let (stop, stopping) = watch::channel(());
    let pool = Arc::new(Pool::default());
    let drain = limits.drain;
    let mut door = Door { pool: &pool, most: limits.connections.max(1), full: false };
    let server = Arc::new(Server::new(router, limits, stopping, Arc::clone(&pool)));
    tokio::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut shutdown => break,
        };
        tokio::select! {
            () = door.admit(accepted, &server) => {}
            () = &mut shutdown => break,
        }
    }
    drop(listener);
    drop(stop);
    if tokio::time::timeout(drain, pool.empty()).await.is_err() {
        tracing::warn!(connections = pool.len(), "requests were cut off: they did not finish in time");
        pool.close_all();
    }
}

/// Decides who comes in.
struct Door<'a> {
    pool: &'a Pool,
    /// How many connections there may be; shrinks when the system gives fewer descriptors.
    most: usize,
    full: bool,
}

impl Door<'_> {
    async fn admit(&mut self, accepted: io::Result<(TcpStream, SocketAddr)>, server: &Arc<Server>) {
        match accepted {
            Ok((stream, peer)) => {
                self.make_room().await;
                server.spawn(stream, peer);
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                self.shrink(&error);
                tokio::time::sleep(REST).await;
            }
        }
    }

    /// Waits until there is room for one more.
    async fn make_room(&mut self) {
        while self.pool.len() >= self.most {
            if !self.full {
                tracing::warn!(connections = self.most, "all connections are taken; idle ones make room");
            }
            self.full = true;
            // A few at once: in a rush the next ones need not wait for their room.
            for _ in 0..=self.most / 64 {
                self.pool.close_idlest();
            }
            // Those that are busy now may be idle the next time.
            let _ = tokio::time::timeout(REST, self.pool.one_left()).await;
        }
        if self.pool.len() * 4 < self.most * 3 {
            self.full = false;
        }
    }

    /// The system has no descriptor left: fewer connections from now on, so that store and mail keep theirs.
    fn shrink(&mut self, error: &io::Error) {
        let fewer = self.pool.len().saturating_sub(SPARE).max(FEWEST);
        tracing::warn!(%error, connections = fewer, "cannot accept a connection; keeping fewer from now on");
        self.most = self.most.min(fewer);
        for _ in self.most..self.pool.len() {
            self.pool.close_idlest();
        }
    }
}

/// Errors that say nothing of the next connection.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}
