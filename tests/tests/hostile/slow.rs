//! Peers that take their time: what they hold ends with the time a request has.

use std::time::{Duration, Instant};

use otpd_tests::wire::Wire;
use otpd_tests::{Otpd, Settings};

/// A request has ten seconds, and a busy machine some more.
const REQUEST: Duration = Duration::from_secs(15);

/// Writes a byte a second until the other side closes; gives back what it said.
async fn drip(wire: &mut Wire, began: Instant) -> Vec<u8> {
    let mut second = tokio::time::interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            said = wire.rest_within(REQUEST) => return said,
            _ = second.tick() => {}
        }
        assert!(began.elapsed() < REQUEST, "it goes on for {:?}", began.elapsed());
        // An error shows in what is read next.
        let _ = wire.write("a").await;
    }
}

#[tokio::test]
async fn a_body_of_a_byte_a_second_ends_within_the_time_of_a_request() {
    let otpd = Otpd::start(Settings::new()).await;
    let page = "application/x-www-form-urlencoded";
    let api = "application/json";
    let mut slow = tokio::task::JoinSet::new();
    for (path, media_type, rest) in [
        ("/otp/request/", page, "content-length: 1000\r\n\r\n"),
        ("/otp/request/", page, "transfer-encoding: chunked\r\n\r\n3e8\r\n"),
        ("/api/users/send-otp/", api, "content-length: 1000\r\n\r\n"),
        ("/api/login/", api, "transfer-encoding: chunked\r\n\r\n3e8\r\n"),
    ] {
        let address = otpd.address;
        slow.spawn(async move {
            let mut wire = Wire::to(address).await;
            let began = Instant::now();
            let head = format!("POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {media_type}\r\n{rest}");
            wire.write(head).await.expect("written");
            let said = String::from_utf8_lossy(&drip(&mut wire, began).await).into_owned();
            assert!(said.starts_with("HTTP/1.1 408 "), "{path} {rest:?}: {said}");
            println!("{path}: given up after {:?}", began.elapsed());
        });
    }
    slow.join_all().await;
    assert!(!otpd.log().contains("ERROR"), "nobody need act on it: {}", otpd.log());
}

#[tokio::test]
async fn a_head_of_a_byte_a_second_ends_within_the_time_of_a_request() {
    let otpd = Otpd::start(Settings::new()).await;
    let mut wire = Wire::to(otpd.address).await;
    let began = Instant::now();
    wire.write("GET /otp/request/ HTTP/1.1\r\nhost: localhost\r\nx: ").await.expect("written");
    assert_eq!(drip(&mut wire, began).await, b"");
    println!("given up after {:?}", began.elapsed());
}
