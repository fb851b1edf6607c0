//! Messages whose end or host two readers could take differently (RFC 9112 §11.2, request smuggling), and heads and bodies
//! beyond every measure.

use std::time::Duration;

use otpd_tests::wire::Wire;
use otpd_tests::{Otpd, Settings};

/// What would be served, were it taken for a request of its own.
const SMUGGLED: &str = "GET /health/live HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";

/// The statuses of all replies on a connection that was sent this, until it is closed.
async fn statuses(otpd: &Otpd, bytes: impl AsRef<[u8]>) -> Vec<u16> {
    let mut wire = Wire::to(otpd.address).await;
    // The server may have refused and closed before all was written.
    let _ = wire.write(bytes).await;
    let text = String::from_utf8_lossy(&wire.rest().await).into_owned();
    let heads = text.split("HTTP/1.").skip(1);
    heads.map(|head| head[2..5].parse().expect("a status")).collect()
}

/// A POST with these header lines and this body, and a request that rides behind it.
fn with_rider(headers: &str, body: &str) -> String {
    format!(
        "POST /otp/request/ HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         {headers}\r\n{body}{SMUGGLED}"
    )
}

#[tokio::test]
async fn nothing_rides_behind_an_ambiguous_body() {
    let otpd = Otpd::start(Settings::new()).await;
    let plain = statuses(
        &otpd,
        with_rider("content-length: 1\r\n", "a").replace("live HTTP/1.1\r\n", "live HTTP/1.1\r\nconnection: close\r\n"),
    )
    .await;
    assert_eq!(plain, [403, 200], "two requests in order are two requests");
    for (headers, body) in [
        ("content-length: 1\r\ntransfer-encoding: chunked\r\n", "1\r\na\r\n0\r\n\r\n"),
        ("transfer-encoding: chunked\r\ncontent-length: 1\r\n", "1\r\na\r\n0\r\n\r\n"),
        ("content-length: 6\r\ntransfer-encoding: chunked\r\n", "0\r\n\r\nG"),
        ("transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n", "0\r\n\r\n"),
        ("transfer-encoding: gzip, chunked\r\n", "0\r\n\r\n"),
        ("transfer-encoding: chunked, chunked\r\n", "0\r\n\r\n"),
        ("transfer-encoding: chunked, identity\r\n", "0\r\n\r\n"),
        ("transfer-encoding: xchunked\r\n", "0\r\n\r\n"),
        ("transfer-encoding: \x0bchunked\r\n", "0\r\n\r\n"),
        ("transfer-encoding : chunked\r\n", "0\r\n\r\n"),
        (" transfer-encoding: chunked\r\n", "0\r\n\r\n"),
        ("x: y\r\n transfer-encoding: chunked\r\n", "0\r\n\r\n"),
        ("content-length: 1\r\ncontent-length: 2\r\n", "a"),
        ("content-length: 1, 2\r\n", "a"),
        ("content-length: +1\r\n", "a"),
        ("content-length: -1\r\n", "a"),
        ("content-length: 0x1\r\n", "a"),
        ("content-length: 18446744073709551617\r\n", "a"),
        ("content-length: 1 \x0b\r\n", "a"),
        ("transfer-encoding: chunked\r\n", "0x1\r\na\r\n0\r\n\r\n"),
        ("transfer-encoding: chunked\r\n", "-1\r\na\r\n0\r\n\r\n"),
        ("transfer-encoding: chunked\r\n", "10000000000000001\r\na\r\n0\r\n\r\n"),
        ("transfer-encoding: chunked\r\n", "1\na\r\n0\r\n\r\n"),
        ("transfer-encoding: chunked\r\n", "1\r\nab\r\n0\r\n\r\n"),
        ("transfer-encoding: chunked\r\n", "1;a=\nb\r\na\r\n0\r\n\r\n"),
    ] {
        let statuses = statuses(&otpd, with_rider(headers, body)).await;
        assert!(statuses.len() <= 1, "{headers:?} {body:?}: {statuses:?}");
        assert!(statuses.iter().all(|status| (400..500).contains(status)), "{headers:?} {body:?}: {statuses:?}");
    }
    let trailing = with_rider("transfer-encoding: chunked\r\n", "0\r\ncontent-length: 50\r\nhost: x\r\n\r\n")
        .replace("live HTTP/1.1\r\n", "live HTTP/1.1\r\nconnection: close\r\n");
    assert_eq!(statuses(&otpd, trailing).await, [403, 200], "trailers are read over and mean nothing");
    assert!(!otpd.log().contains("panick"), "{}", otpd.log());
}

#[tokio::test]
async fn a_request_names_one_host() {
    let otpd = Otpd::start(Settings::new()).await;
    for (line, hosts, expected) in [
        ("GET /health/live HTTP/1.1", "", &[400][..]),
        ("GET /health/live HTTP/1.1", "host: a\r\nhost: a\r\n", &[400]),
        ("GET /health/live HTTP/1.1", "host: a\r\nhost: b\r\n", &[400]),
        ("GET /health/live HTTP/1.1", "host: a b\r\n", &[400]),
        ("GET /health/live HTTP/1.1", "host: a@b\r\n", &[400]),
        ("GET /health/live HTTP/1.1", "host: \r\n", &[400]),
        ("GET /health/live HTTP/1.1", "host: a/b\r\n", &[400]),
        ("GET /health/live HTTP/1.1", "host: a\r\n", &[200]),
        ("GET /health/live HTTP/1.0", "", &[200]),
        ("GET /health/live HTTP/1.0", "host: a\r\nhost: b\r\n", &[400]),
        ("GET http://evil.example/health/live HTTP/1.1", "host: a\r\n", &[200]),
        ("GET http://evil.example/otp/request/ HTTP/1.1", "host: 127.0.0.1\r\n", &[421]),
        ("GET /otp/request/ HTTP/1.1", "host: evil.example\r\n", &[421]),
        ("GET /otp/request/ HTTP/1.1", "host: localhost\r\n", &[200]),
        ("CONNECT 127.0.0.1:22 HTTP/1.1", "host: 127.0.0.1:22\r\n", &[404]),
        ("OPTIONS * HTTP/1.1", "host: localhost\r\n", &[404]),
        ("GET //evil.example/otp/request HTTP/1.1", "host: localhost\r\n", &[404]),
    ] {
        let request = format!("{line}\r\n{hosts}connection: close\r\n\r\n");
        assert_eq!(statuses(&otpd, request).await, expected, "{line} {hosts:?}");
    }
    // A refused one is told as a page, with all headers, and its connection is over.
    let mut wire = Wire::to(otpd.address).await;
    wire.write(format!("GET /otp/request/ HTTP/1.1\r\n\r\n{SMUGGLED}")).await.expect("written");
    let reply = wire.reply().await;
    assert_eq!((reply.status, reply.header("connection")), (400, Some("close")));
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    assert!(reply.text().contains("<h1"));
    assert_eq!(wire.rest().await, b"", "nothing more is answered");
}

#[tokio::test]
async fn every_door_refuses_another_host_in_its_own_style() {
    let otpd = Otpd::start(Settings::new()).await;
    for (path, media_type) in [
        ("/dev/mailbox", "text/html; charset=utf-8"),
        ("/otp/request/", "text/html; charset=utf-8"),
        ("/api/users/send-otp/", "application/json"),
        ("/api/login/", "application/json"),
        ("/api/v1/verifications", "application/problem+json"),
    ] {
        let mut wire = Wire::to(otpd.address).await;
        let request = format!("GET {path} HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n");
        wire.write(request).await.expect("written");
        let reply = wire.reply().await;
        assert_eq!((reply.status, reply.header("content-type")), (421, Some(media_type)), "{path}");
        assert!(reply.text().contains("set up for development"), "{path}: {}", reply.text());
        if media_type.contains("problem") {
            assert_eq!(reply.json()["status"], 421);
        }
    }
    assert_eq!(otpd.browser().get("/otp/request/").await.status, 200);
}

#[tokio::test]
async fn heads_beyond_measure_are_refused() {
    let otpd = Otpd::start(Settings::new()).await;
    let head = |rest: &str| format!("GET /health/live HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{rest}\r\n");
    let lines = |number: usize| "x: y\r\n".repeat(number);
    for (what, bytes, expected) in [
        ("as many lines as are taken", head(&lines(98)), &[200][..]),
        ("too many lines", head(&lines(99)), &[431]),
        ("a long line", head(&format!("x: {}\r\n", "y".repeat(30_000))), &[200]),
        ("a line that is too long", head(&format!("x: {}\r\n", "y".repeat(66_000))), &[431]),
        ("a target that is too long", format!("GET /{} HTTP/1.1\r\nhost: a\r\n\r\n", "y".repeat(66_000)), &[431]),
        ("a line without end", format!("GET / HTTP/1.1\r\nx: {}", "y".repeat(1 << 20)), &[431]),
        ("empty lines", "\r\n".repeat(1 << 16), &[431]),
    ] {
        let told = statuses(&otpd, bytes).await;
        // A peer that is still writing when it is refused may lose the reply to the reset.
        assert!(told == expected || told.is_empty() && expected != [200], "{what}: {told:?}");
    }
    assert_eq!(statuses(&otpd, head("")).await, [200]);
}

#[tokio::test]
async fn what_chunks_carry_besides_is_bounded() {
    let otpd = Otpd::start(Settings::new()).await;
    let extension = format!("1;{}\r\na\r\n0\r\n\r\n", "x".repeat(1 << 20));
    let trailer = format!("1\r\na\r\n0\r\nx: {}\r\n\r\n", "y".repeat(1 << 20));
    let trailers = format!("1\r\na\r\n0\r\n{}\r\n", "x: y\r\n".repeat(100_000));
    let crumbs = format!("{}0\r\n\r\n", "1\r\na\r\n".repeat(70_000));
    for (what, body) in [("extension", extension), ("trailer", trailer), ("trailers", trailers), ("crumbs", crumbs)] {
        let told = statuses(&otpd, with_rider("transfer-encoding: chunked\r\n", &body)).await;
        assert!(matches!(told[..], [] | [400 | 413]), "{what}: {told:?}");
    }
    assert!(otpd.peak_memory_kib() < 256 * 1024, "{} KiB", otpd.peak_memory_kib());
}

#[tokio::test]
async fn whoever_asks_first_is_told_before_the_body() {
    let otpd = Otpd::start(Settings::new()).await;
    let head = |length: usize| {
        format!(
            "POST /otp/request/ HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\ncontent-length: {length}\r\n\
             content-type: application/x-www-form-urlencoded\r\nconnection: close\r\n\r\n"
        )
    };
    let mut wire = Wire::to(otpd.address).await;
    wire.write(head(1)).await.expect("written");
    assert_eq!(wire.read_exactly(25).await.expect("a reply"), b"HTTP/1.1 100 Continue\r\n\r\n");
    wire.write("a").await.expect("written");
    assert_eq!(wire.reply().await.status, 403);
    let mut wire = Wire::to(otpd.address).await;
    wire.write(head(1 << 20)).await.expect("written");
    assert_eq!(wire.reply().await.status, 413, "nothing is sent that would be thrown away");
}

#[tokio::test]
async fn no_other_protocol_is_changed_to() {
    let otpd = Otpd::start(Settings::new()).await;
    for upgrade in ["h2c", "websocket", "TLS/1.0"] {
        let request = format!(
            "GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade, http2-settings\r\nupgrade: {upgrade}\r\n\
             http2-settings: AAMAAABkAAQAoAAAAAIAAAAA\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        );
        let mut wire = Wire::to(otpd.address).await;
        wire.write(request).await.expect("written");
        assert_eq!(wire.reply().await.status, 200, "{upgrade}");
    }
}

#[tokio::test]
async fn a_body_without_end_is_refused_at_64_kib() {
    let otpd = Otpd::start(Settings::new()).await;
    for path in ["/otp/request/", "/api/users/send-otp/", "/api/v1/verifications", "/api/login/"] {
        let media_type =
            if path.starts_with("/api") { "application/json" } else { "application/x-www-form-urlencoded" };
        let mut wire = Wire::to(otpd.address).await;
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {media_type}\r\ntransfer-encoding: chunked\r\n\r\n"
        );
        wire.write(head).await.expect("written");
        let chunk = format!("1000\r\n{}\r\n", "a".repeat(4096));
        let mut written = 0;
        // Ends when the server closes: the write fails.
        while written < 64 << 20 && wire.write(&chunk).await.is_ok() {
            written += 4096;
        }
        assert!(written < 32 << 20, "{path}: {written} bytes were taken");
        wire.rest_within(Duration::from_secs(10)).await;
    }
    assert!(otpd.peak_memory_kib() < 256 * 1024, "{} KiB", otpd.peak_memory_kib());
}
