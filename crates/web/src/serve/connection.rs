//! One connection: HTTP/1.1 or HTTP/2, whichever it begins with.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use bytes::Bytes;
use http::Request;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tower::ServiceExt;

use super::Limits;
use super::pool::{Activity, Place, Pool, Running};

/// Largest request head, in bytes: cookies and a long `next` fit many times over.
const MAX_HEAD: usize = 32 * 1024;
/// Requests at once on one HTTP/2 connection.
const MAX_STREAMS: u32 = 100;

/// What all connections share.
pub struct Server {
    http: auto::Builder<TokioExecutor>,
    router: Router,
    limits: Limits,
    stopping: watch::Receiver<()>,
    pool: Arc<Pool>,
}

impl Server {
    pub fn new(router: Router, limits: Limits, stopping: watch::Receiver<()>, pool: Arc<Pool>) -> Self {
        let mut http = auto::Builder::new(TokioExecutor::new());
        // hyper's own timeout also runs between requests, where idle connections may wait much longer: see `watch`.
        http.http1().header_read_timeout(None).max_buf_size(MAX_HEAD);
        http.http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(MAX_STREAMS)
            .max_header_list_size(u32::try_from(MAX_HEAD).unwrap_or(u32::MAX))
            .keep_alive_interval(Duration::from_secs(20))
            .keep_alive_timeout(Duration::from_secs(10));
        Self { http, router, limits, stopping, pool }
    }

    /// Serves a connection in a task of its own.
    pub fn spawn(self: &Arc<Self>, stream: TcpStream, peer: SocketAddr) {
        // Small answers should leave at once; a connection that refuses the option works all the same.
        let _ = stream.set_nodelay(true);
        let server = Arc::clone(self);
        let place = server.pool.enter();
        tokio::spawn(async move { server.run(stream, peer, place).await });
    }

    async fn run(&self, stream: TcpStream, peer: SocketAddr, place: Place) {
        let activity = &place.activity;
        let service = service_fn(|request| answer(self.router.clone(), Arc::clone(activity), peer, request));
        let mut connection = std::pin::pin!(self.http.serve_connection(TokioIo::new(stream), service));
        let mut watch = std::pin::pin!(tokio::time::sleep(self.limits.first_request));
        let mut stopping = self.stopping.clone();
        let mut told_to_stop = false;
        loop {
            tokio::select! {
                result = connection.as_mut() => {
                    if let Err(error) = result {
                        tracing::debug!(%peer, "connection ended: {error}");
                    }
                    return;
                }
                () = activity.close.notified() => return,
                () = watch.as_mut() => {
                    if !activity.was_seen() {
                        return;
                    }
                    watch.as_mut().reset(tokio::time::Instant::now() + self.limits.idle);
                }
                // The sender says nothing; it goes away when the server stops.
                _ = stopping.changed(), if !told_to_stop => {
                    told_to_stop = true;
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }
}

async fn answer(
    router: Router,
    activity: Arc<Activity>,
    peer: SocketAddr,
    mut request: Request<Incoming>,
) -> Result<Response, Infallible> {
    activity.note_request();
    request.extensions_mut().insert(ConnectInfo(peer));
    if request.body().is_end_stream() {
        let _running = activity.run();
        return router.oneshot(request.map(Body::new)).await;
    }
    let running = Arc::new(OnceLock::new());
    let arriving = |body| Body::new(Arriving { body, activity, running: Arc::clone(&running) });
    router.oneshot(request.map(arriving)).await
}

/// A body that counts its request as running only once it has arrived whole: whoever sends one byte a second is
/// as idle as whoever sends none.
struct Arriving {
    body: Incoming,
    activity: Arc<Activity>,
    running: Arc<OnceLock<Running>>,
}

impl HttpBody for Arriving {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if self.body.is_end_stream() || matches!(polled, Poll::Ready(None)) {
            self.running.get_or_init(|| self.activity.run());
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
