//! Faults, limits and stopping.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use otpd_domain::Timestamp;
use otpd_domain::challenge::{ChallengeHandle, ChallengeId, PendingChallenge, Purpose};
use otpd_domain::identifier::Identifier;
use otpd_domain::ports::{
    ChallengeStore, GuessBudget, Issue, Issued, Redeemed, Redemption, Registered, Reissued, Reservation, StoreError,
};
use otpd_domain::register::NewRegistration;
use otpd_web::{Limits, listen, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use crate::site::{EMAIL, Shown, Site, Unusual};

/// A store that never answers.
struct Hanging;

#[async_trait]
impl ChallengeStore for Hanging {
    async fn issue(&self, _: Issue, _: Timestamp) -> Result<Issued, StoreError> {
        pending().await
    }
    async fn reissue(&self, _: &ChallengeHandle, _: Issue, _: Timestamp) -> Result<Reissued, StoreError> {
        pending().await
    }
    async fn register(&self, _: NewRegistration, _: Vec<Issue>, _: Timestamp) -> Result<Registered, StoreError> {
        pending().await
    }
    async fn find(&self, _: ChallengeId) -> Result<Option<PendingChallenge>, StoreError> {
        pending().await
    }
    async fn latest(&self, _: &Purpose, _: &Identifier) -> Result<Option<PendingChallenge>, StoreError> {
        pending().await
    }
    async fn reserve_guess(
        &self,
        _: &ChallengeHandle,
        _: &Purpose,
        _: &GuessBudget,
        _: Timestamp,
    ) -> Result<Reservation, StoreError> {
        pending().await
    }
    async fn redeem(&self, _: ChallengeId, _: Redemption, _: Timestamp) -> Result<Redeemed, StoreError> {
        pending().await
    }
    async fn cancel(&self, _: &ChallengeHandle, _: Timestamp) -> Result<bool, StoreError> {
        pending().await
    }
}

#[tokio::test]
async fn a_panic_is_one_500_and_no_more() {
    let mailbox = Some(Arc::new(Shown(Vec::new())) as Arc<_>);
    let site = Site::unusual(Unusual { mailbox, ..Unusual::default() }).await;
    let page = site.browser().get("/dev/mailbox").await;
    assert_eq!(page.status, 500);
    page.assert_says("Something went wrong");
    assert!(!page.body.contains("stairs"), "inner text stays inside");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(site.browser().get("/otp/request/").await.status, 200);
}

#[tokio::test]
async fn a_store_that_fails_is_a_503_that_says_so() {
    let site = Site::new().await;
    let mut browser = site.signed_in().await;
    let mut waiting = site.browser().waiting().await;
    site.store.close().await;
    assert_eq!(browser.get("/health/ready").await.status, 503);
    assert_eq!(browser.get("/health/live").await.status, 200);
    for page in [
        browser.get("/dashboard/").await,
        browser.post("/otp/logout/", &[]).await,
        waiting.get("/otp/verify/").await,
        waiting.type_code("123456").await,
        waiting.post("/otp/resend/", &[]).await,
        waiting.post("/otp/request/", &[("contact_type", "email"), ("contact_value", "b@example.com")]).await,
    ] {
        assert_eq!((page.status, page.header("retry-after")), (503, "5"));
        page.assert_says("Please try again in a moment");
        assert_eq!(page.header("set-cookie"), "");
    }
    assert!(browser.cookie("session").is_some(), "signed in still, as far as anybody knows");
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up() {
    let site = Site::unusual(Unusual {
        request_timeout: Some(Duration::from_millis(20)),
        domain: Some(|domain| domain.ports.challenges = Arc::new(Hanging)),
        ..Unusual::default()
    })
    .await;
    let mut browser = site.browser();
    browser.get("/otp/request/").await;
    let page = browser.post("/otp/request/", &[("contact_type", "email"), ("contact_value", EMAIL)]).await;
    assert_eq!((page.status, page.header("retry-after")), (503, "5"));
}

#[tokio::test]
async fn ready_until_it_stops() {
    let site = Site::new().await;
    assert_eq!(site.browser().get("/health/ready").await.status, 200);
    site.state.begin_stopping();
    let page = site.browser().get("/health/ready").await;
    assert_eq!((page.status, page.body.as_str()), (503, "stopping\n"));
    assert_eq!(site.browser().get("/health/live").await.status, 200);
}

/// A server on a port of its own; stops when the sender is used.
pub fn start(site: &Site, limits: Limits) -> (std::net::SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
    let listener = listen(([127, 0, 0, 1], 0).into()).expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel();
    let shutdown = async move {
        let _ = stopped.await;
    };
    (address, stop, tokio::spawn(serve(listener, site.router.clone(), shutdown, limits)))
}

async fn ask(stream: &mut TcpStream) -> String {
    stream.write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("sent");
    let mut answer = Vec::new();
    while !answer.ends_with(b"ok\n") {
        assert_ne!(stream.read_buf(&mut answer).await.expect("read"), 0, "closed too early");
    }
    String::from_utf8(answer).expect("text")
}

/// Waits until the other side closes.
async fn closed(stream: &mut TcpStream) {
    let closing = async { while stream.read(&mut [0; 64]).await.is_ok_and(|length| length > 0) {} };
    tokio::time::timeout(Duration::from_secs(10), closing).await.expect("closed in time");
}

#[tokio::test]
async fn connections_are_kept_and_drained() {
    let site = Site::new().await;
    let (address, stop, server) = start(&site, Limits::default());
    let mut stream = TcpStream::connect(address).await.expect("connected");
    for _ in 0..3 {
        assert!(ask(&mut stream).await.starts_with("HTTP/1.1 200 OK\r\n"));
    }
    stop.send(()).expect("running");
    closed(&mut stream).await;
    tokio::time::timeout(Duration::from_secs(10), server).await.expect("stopped in time").expect("no panic");
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn whoever_asks_for_nothing_makes_room() {
    let site = Site::new().await;
    let (address, _stop, _server) = start(&site, Limits { connections: 4, ..Limits::default() });
    let mut silent = Vec::new();
    for _ in 0..40 {
        let mut stream = TcpStream::connect(address).await.expect("connected");
        stream.write_all(b"GET / HT").await.expect("sent");
        silent.push(stream);
    }
    let mut stream = TcpStream::connect(address).await.expect("connected");
    let answer = tokio::time::timeout(Duration::from_secs(5), ask(&mut stream)).await.expect("answered in time");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"));
    closed(&mut silent[0]).await;
}

#[tokio::test]
async fn a_connection_that_never_asks_is_closed() {
    let site = Site::new().await;
    let limits =
        Limits { first_request: Duration::from_millis(50), idle: Duration::from_millis(50), ..Limits::default() };
    let (address, _stop, _server) = start(&site, limits);
    let mut silent = TcpStream::connect(address).await.expect("connected");
    closed(&mut silent).await;
    let mut slow = TcpStream::connect(address).await.expect("connected");
    slow.write_all(b"POST /otp/request/ HTTP/1.1\r\nHost: ").await.expect("sent");
    closed(&mut slow).await;
    let mut idle = TcpStream::connect(address).await.expect("connected");
    ask(&mut idle).await;
    closed(&mut idle).await;
}

#[tokio::test]
async fn what_hangs_is_cut_off_when_the_time_to_drain_is_over() {
    let site = Site::unusual(Unusual {
        domain: Some(|domain| domain.ports.challenges = Arc::new(Hanging)),
        ..Unusual::default()
    })
    .await;
    let (address, stop, server) = start(&site, Limits { drain: Duration::from_millis(50), ..Limits::default() });
    let mut browser = site.browser();
    let id = ChallengeId::generate(Timestamp::default(), site.domain.entropy.as_ref()).expect("entropy");
    let handle = ChallengeHandle::derive(&site.domain.keys, id);
    browser.cookies.insert("x".to_owned(), handle.to_text());
    let mut stream = TcpStream::connect(address).await.expect("connected");
    let request =
        format!("GET /otp/verify/ HTTP/1.1\r\nHost: x\r\nCookie: __Host-otpd_pending={}\r\n\r\n", handle.to_text());
    stream.write_all(request.as_bytes()).await.expect("sent");
    ask(&mut TcpStream::connect(address).await.expect("connected")).await;
    stop.send(()).expect("running");
    tokio::time::timeout(Duration::from_secs(10), server).await.expect("stopped in time").expect("no panic");
    closed(&mut stream).await;
}
