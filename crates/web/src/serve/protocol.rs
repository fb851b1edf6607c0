//! What HTTP may cost on one connection, and who may speak which version of it.

use std::net::IpAddr;
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;

use crate::client::TrustedProxies;

/// Largest request head, in bytes: cookies and a long `next` fit many times over. hyper's own limit of 100 header
/// lines stays, too: setting it would cost an allocation a request.
const MAX_HEAD: u32 = 32 * 1024;
/// Requests at once on one HTTP/2 connection: no fewer than RFC 9113 §6.5.2 recommends.
const MAX_STREAMS: u32 = 100;
/// Streams the peer may reset before they were looked at, after which the connection is closed (CVE-2023-44487,
/// "rapid reset"). h2's own default.
const MAX_RESETS_BEFORE_START: usize = 20;
/// Streams that we may have to reset for a peer's errors before the connection is closed (CVE-2025-8671, "made you
/// reset"). A proxy that works has none.
const MAX_OWN_RESETS: usize = 100;
/// What may be under way on a stream before we have read it, in bytes: a whole body of the largest size.
const STREAM_WINDOW: u32 = 64 * 1024;
/// The same for all streams of a connection.
const CONNECTION_WINDOW: u32 = 1024 * 1024;
/// Largest frame, in bytes: the smallest limit that RFC 9113 §4.2 allows. With the limit of a head it also
/// bounds how many CONTINUATION frames one may have (CVE-2024-27316).
const MAX_FRAME: u32 = 16 * 1024;
/// What h2 keeps of a reply that the peer does not take, in bytes for each stream, before it asks for more of it.
const SEND_BUFFER: usize = 64 * 1024;
/// How often a peer that is silent is asked whether it is still there, and how long its reply may take.
const PING: (Duration, Duration) = (Duration::from_secs(20), Duration::from_secs(10));

/// The versions of HTTP, each with its limits.
pub struct Protocols {
    /// HTTP/1 alone.
    first: Builder<TokioExecutor>,
    /// HTTP/1 or HTTP/2, whichever a connection begins with.
    either: Builder<TokioExecutor>,
    proxies: TrustedProxies,
}

impl Protocols {
    /// HTTP/2 for these proxies, HTTP/1 for everybody. Browsers speak HTTP/2 over TLS only, so whoever speaks it here is a
    /// proxy; nobody else gets at the many things HTTP/2 lets a peer ask for at once.
    pub fn new(proxies: TrustedProxies) -> Self {
        Self { first: limited().http1_only(), either: limited(), proxies }
    }

    /// What is spoken with a peer.
    pub fn with(&self, peer: IpAddr) -> &Builder<TokioExecutor> {
        if self.proxies.holds(peer.to_canonical()) { &self.either } else { &self.first }
    }
}

fn limited() -> Builder<TokioExecutor> {
    let mut http = Builder::new(TokioExecutor::new());
    // hyper's own timeout also runs between requests, where idle connections may wait much longer: see `connection`.
    http.http1().header_read_timeout(None).max_buf_size(usize::try_from(MAX_HEAD).unwrap_or(usize::MAX));
    http.http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(MAX_HEAD)
        .max_frame_size(MAX_FRAME)
        .max_pending_accept_reset_streams(MAX_RESETS_BEFORE_START)
        .max_local_error_reset_streams(MAX_OWN_RESETS)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_send_buf_size(SEND_BUFFER)
        .keep_alive_interval(PING.0)
        .keep_alive_timeout(PING.1);
    http
}
