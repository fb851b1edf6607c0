//! One connection, from its first byte to its last.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use http::header::{CONNECTION, HeaderValue};
use http::{Request, Version};
use hyper::body::{Body as _, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tower::ServiceExt;

use super::Limits;
use super::ambiguous::{self, Ambiguous};
use super::body::{Arriving, Room};
use super::pool::{Activity, Place, Pool};
use super::protocol::Protocols;

/// What all connections share.
pub struct Server {
    protocols: Protocols,
    router: Router,
    limits: Limits,
    room: Arc<Room>,
    stopping: watch::Receiver<()>,
    pool: Arc<Pool>,
}

impl Server {
    pub fn new(router: Router, limits: Limits, stopping: watch::Receiver<()>, pool: Arc<Pool>) -> Self {
        let protocols = Protocols::new(limits.proxies.clone());
        let room = Arc::new(Room::new(limits.large_bodies));
        Self { protocols, router, limits, room, stopping, pool }
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
        let service = service_fn(|request| self.answer(Arc::clone(activity), peer, request));
        let http = self.protocols.with(peer.ip());
        let mut connection = std::pin::pin!(http.serve_connection(TokioIo::new(stream), service));
        let mut watch = std::pin::pin!(tokio::time::sleep(self.limits.first_request));
        let mut stopping = self.stopping.clone();
        let mut told_to_stop = false;
        loop {
            tokio::select! {
                // What has come in meanwhile is read before anything is closed.
                biased;
                result = connection.as_mut() => {
                    if let Err(error) = result {
                        tracing::debug!(%peer, "connection ended: {error}");
                    }
                    return;
                }
                () = activity.close.notified() => {
                    if activity.may_close() {
                        return;
                    }
                }
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

    fn answer(
        &self,
        activity: Arc<Activity>,
        peer: SocketAddr,
        mut request: Request<Incoming>,
    ) -> impl Future<Output = Result<Response, Infallible>> + use<> {
        activity.note_request();
        request.extensions_mut().insert(ConnectInfo(peer));
        let ambiguous = ambiguous::find(&request);
        let closing = ambiguous.is_some() && request.version() < Version::HTTP_2;
        if let Some(ambiguous) = ambiguous {
            // The edge answers it: every refusal is told in one place.
            request.extensions_mut().insert::<Ambiguous>(ambiguous);
        }
        let router = self.router.clone();
        let (within, room) = (self.limits.body, Arc::clone(&self.room));
        async move {
            let response = if request.body().is_end_stream() {
                let _running = activity.run();
                router.oneshot(request.map(Body::new)).await
            } else {
                let running = Arc::new(OnceLock::new());
                let arriving = |body| Body::new(Arriving::new(body, activity, Arc::clone(&running), within, room));
                router.oneshot(request.map(arriving)).await
            };
            response.map(|response| if closing { closed(response) } else { response })
        }
    }
}

/// What comes after an ambiguous message on its connection is not to be trusted either.
fn closed(mut response: Response) -> Response {
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}
