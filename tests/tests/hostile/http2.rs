//! HTTP/2: spoken with configured proxies only, and within limits even then.

use std::time::Duration;

use otpd_tests::h2::{Client, END_HEADERS, END_STREAM, Frame, Kind, PREFACE, encode};
use otpd_tests::http::{self, Request};
use otpd_tests::wire::Wire;
use otpd_tests::{Otpd, Settings};

/// Error codes of RFC 9113 §7.
const PROTOCOL_ERROR: u32 = 1;
const REFUSED_STREAM: u32 = 7;
const ENHANCE_YOUR_CALM: u32 = 11;
/// `:status` 200 and 400, as every encoder writes them (RFC 7541, appendix A).
const STATUS_200: u8 = 0x88;
const STATUS_400: u8 = 0x8c;
/// `SETTINGS_INITIAL_WINDOW_SIZE`.
const WINDOW: u16 = 4;
/// What no attack on one connection may cost, in KiB, from a server that needs a tenth of it.
const MEMORY: u64 = 256 * 1024;

/// A server whose proxy is on this machine.
async fn behind_proxy() -> Otpd {
    Otpd::start(Settings::new().with("server.trusted_proxies", "127.0.0.1")).await
}

async fn proxy_of(otpd: &Otpd) -> Client {
    Client::to(otpd.address, &[]).await.expect("a connection")
}

/// Others are served as if nothing had been, and nothing was lost or kept.
async fn unharmed(otpd: &Otpd) {
    let reply = http::send(otpd.address, &Request::new("GET", "/otp/request/")).await.expect("a reply");
    assert_eq!(reply.status, 200);
    let mut proxy = proxy_of(otpd).await;
    proxy.send(&proxy.get(1, "/health/live")).await.expect("sent");
    assert_eq!(proxy.until(Kind::Headers).await.expect("a reply").payload[0], STATUS_200);
    assert!(otpd.peak_memory_kib() < MEMORY, "{} KiB", otpd.peak_memory_kib());
    assert!(!otpd.log().contains("panick"), "{}", otpd.log());
}

/// Sends frame after frame: the server must end the connection, with one of these errors. Its word may be lost, though, to
/// the reset of a connection that it closes while more is coming.
async fn is_too_much(proxy: &mut Client, frames: impl Iterator<Item = Vec<u8>>, codes: &[u32]) {
    for frame in frames {
        if proxy.wire.write(frame).await.is_err() {
            break;
        }
    }
    match proxy.told_to_go_away().await {
        Ok(code) => assert!(codes.contains(&code), "{code} instead of {codes:?}"),
        Err(error) => assert_ne!(error.kind(), std::io::ErrorKind::TimedOut, "the server bears it"),
    }
}

#[tokio::test]
async fn strangers_are_not_spoken_to_in_http2() {
    for settings in [Settings::new(), Settings::new().with("server.trusted_proxies", "10.0.0.0/8")] {
        let otpd = Otpd::start(settings).await;
        let mut wire = Wire::to(otpd.address).await;
        wire.write(PREFACE).await.expect("written");
        let said = wire.rest().await;
        assert!(said.is_empty() || said.starts_with(b"HTTP/1.1 4"), "{said:?}");
        let reply = http::send(otpd.address, &Request::new("GET", "/otp/request/")).await.expect("a reply");
        assert_eq!(reply.status, 200);
    }
}

#[tokio::test]
async fn a_proxy_is_told_the_limits_and_answered() {
    let otpd = behind_proxy().await;
    let mut proxy = proxy_of(&otpd).await;
    let settings = proxy.until(Kind::Settings).await.expect("settings").payload;
    let value = |id: u16| {
        let pairs = settings.chunks(6).map(|pair| (u16::from_be_bytes([pair[0], pair[1]]), &pair[2..]));
        pairs
            .into_iter()
            .find(|(known, _)| *known == id)
            .map(|(_, bytes)| bytes.iter().fold(0, |n, b| n << 8 | u32::from(*b)))
    };
    assert_eq!(value(3), Some(100), "streams at once");
    assert_eq!(value(WINDOW), Some(64 * 1024), "window of a stream");
    assert_eq!(value(5), Some(16 * 1024).filter(|_| value(5).is_some()), "largest frame; its default may go unsaid");
    assert_eq!(value(6), Some(32 * 1024), "head");
    for stream in [1, 3, 5] {
        proxy.send(&proxy.get(stream, "/otp/request/")).await.expect("sent");
        let reply = proxy.until(Kind::Headers).await.expect("a reply");
        assert_eq!((reply.stream, reply.payload[0]), (stream, STATUS_200));
    }
    unharmed(&otpd).await;
}

#[tokio::test]
async fn two_hosts_are_ambiguous_in_http2_too() {
    let otpd = behind_proxy().await;
    let mut proxy = proxy_of(&otpd).await;
    let mut fields = proxy.fields("GET", "/otp/request/");
    fields.push(("host", "evil.example"));
    let frame = Frame::head(1, END_STREAM, &fields);
    proxy.send(&frame).await.expect("sent");
    assert_eq!(proxy.until(Kind::Headers).await.expect("a reply").payload[0], STATUS_400);
    let without_authority: Vec<_> = proxy.fields("GET", "/").into_iter().take(3).collect();
    let frame = Frame::head(3, END_STREAM, &without_authority);
    proxy.send(&frame).await.expect("sent");
    assert_eq!(proxy.until(Kind::Headers).await.expect("a reply").payload[0], STATUS_400);
    unharmed(&otpd).await;
}

#[tokio::test]
async fn malformed_streams_are_reset() {
    let otpd = behind_proxy().await;
    for (field, value) in [
        ("connection", "close"),
        ("transfer-encoding", "chunked"),
        ("Upper", "case"),
        ("upgrade", "h2c"),
        (":status", "200"),
        (":path", "/again"),
        ("te", "gzip"),
    ] {
        let mut proxy = proxy_of(&otpd).await;
        let mut fields = proxy.fields("GET", "/health/live");
        fields.push((field, value));
        let frame = Frame::head(1, END_STREAM, &fields);
        proxy.send(&frame).await.expect("sent");
        let reset = loop {
            match proxy.frame().await {
                Ok(frame) if frame.is(Kind::Reset) => break frame.payload,
                Ok(frame) if frame.is(Kind::GoAway) => break frame.payload[4..].to_vec(),
                Ok(frame) => assert!(!frame.is(Kind::Headers), "{field}: answered"),
                Err(error) => panic!("{field}: {error}"),
            }
        };
        assert_eq!(reset[..4], PROTOCOL_ERROR.to_be_bytes(), "{field}");
    }
    unharmed(&otpd).await;
}

/// CVE-2023-44487.
#[tokio::test]
async fn rapid_resets_end_the_connection() {
    let otpd = behind_proxy().await;
    let mut proxy = proxy_of(&otpd).await;
    let asked = |stream: u32| {
        let reset = Frame::new(Kind::Reset, 0, stream, 8_u32.to_be_bytes());
        [proxy.get(stream, "/otp/request/").to_bytes(), reset.to_bytes()].concat()
    };
    // Many in one write, so that the server has no time for one before the next is there.
    let volleys: Vec<Vec<u8>> =
        (0..100).map(|n| (0..200).flat_map(|m| asked((n * 200 + m) * 2 + 1)).collect()).collect();
    is_too_much(&mut proxy, volleys.into_iter(), &[ENHANCE_YOUR_CALM]).await;
    unharmed(&otpd).await;
}

/// CVE-2025-8671: streams that the server has to reset for the peer's errors.
#[tokio::test]
async fn making_the_server_reset_ends_the_connection() {
    let otpd = behind_proxy().await;
    let mut proxy = proxy_of(&otpd).await;
    let asked = |stream: u32| {
        let nothing = Frame::new(Kind::WindowUpdate, 0, stream, 0_u32.to_be_bytes());
        [proxy.get(stream, "/otp/request/").to_bytes(), nothing.to_bytes()].concat()
    };
    let frames: Vec<Vec<u8>> = (0..10_000).map(|n| asked(n * 2 + 1)).collect();
    is_too_much(&mut proxy, frames.into_iter(), &[ENHANCE_YOUR_CALM, PROTOCOL_ERROR]).await;
    unharmed(&otpd).await;
}

/// CVE-2024-27316 and its family.
#[tokio::test]
async fn a_head_without_end_ends_the_connection() {
    let otpd = behind_proxy().await;
    let mut proxy = proxy_of(&otpd).await;
    let begun = Frame::new(Kind::Headers, END_STREAM, 1, encode(&proxy.fields("GET", "/"))).to_bytes();
    let more = Frame::new(Kind::Continuation, 0, 1, encode(&[("x", &"y".repeat(1000))])).to_bytes();
    let frames = std::iter::once(begun).chain(std::iter::repeat_n(more, 100_000));
    is_too_much(&mut proxy, frames, &[ENHANCE_YOUR_CALM, PROTOCOL_ERROR]).await;
    unharmed(&otpd).await;
    let mut proxy = proxy_of(&otpd).await;
    let empty = Frame::new(Kind::Continuation, 0, 1, []).to_bytes();
    let begun = Frame::new(Kind::Headers, END_STREAM, 1, encode(&proxy.fields("GET", "/"))).to_bytes();
    let frames = std::iter::once(begun).chain(std::iter::repeat_n(empty, 100_000));
    is_too_much(&mut proxy, frames, &[ENHANCE_YOUR_CALM, PROTOCOL_ERROR]).await;
    unharmed(&otpd).await;
}

/// One field in the table, named again and again by one byte (RFC 7541 §7.3, "HPACK bomb").
#[tokio::test]
async fn a_head_that_grows_when_it_is_read_is_refused() {
    let otpd = behind_proxy().await;
    let mut proxy = proxy_of(&otpd).await;
    for stream in (1..200).step_by(2) {
        let mut head = encode(&proxy.fields("GET", "/health/live"));
        // A literal that is remembered (RFC 7541 §6.2.1), then its index (§6.1): 62 is the first after the fixed table.
        let mut remembered = encode(&[("x", &"y".repeat(3_900))]);
        remembered[0] = 0x40;
        head.extend(remembered);
        head.extend(std::iter::repeat_n(0x80 | 0x3e, 8_000));
        if proxy.send(&Frame::new(Kind::Headers, END_STREAM | END_HEADERS, stream, head)).await.is_err() {
            break;
        }
    }
    while let Ok(frame) = proxy.frame().await {
        assert!(!frame.is(Kind::Headers) || frame.payload[0] != STATUS_200, "{frame:?}");
        if frame.stream == 199 || frame.is(Kind::GoAway) {
            break;
        }
    }
    unharmed(&otpd).await;
}

#[tokio::test]
async fn no_more_streams_than_agreed_are_open() {
    let otpd = behind_proxy().await;
    let mut proxy = proxy_of(&otpd).await;
    let form = [("content-type", "application/x-www-form-urlencoded")];
    for stream in (1..=401).step_by(2) {
        let fields = [&proxy.fields("POST", "/otp/request/")[..], &form].concat();
        let frame = Frame::head(stream, 0, &fields);
        proxy.send(&frame).await.expect("sent");
    }
    let refused = proxy.until(Kind::Reset).await.expect("a refusal");
    assert_eq!((refused.stream, &refused.payload[..]), (201, &REFUSED_STREAM.to_be_bytes()[..]));
    unharmed(&otpd).await;
}

#[tokio::test]
async fn a_peer_that_takes_no_reply_costs_no_more_than_the_replies() {
    let otpd = behind_proxy().await;
    let mut stuck = Vec::new();
    for _ in 0..20 {
        let mut proxy = Client::to(otpd.address, &[(WINDOW, 0)]).await.expect("a connection");
        for stream in (1..=201).step_by(2) {
            proxy.send(&proxy.get(stream, "/otp/request/")).await.expect("sent");
        }
        stuck.push(proxy);
    }
    for proxy in &mut stuck {
        proxy.until(Kind::Headers).await.expect("a reply that waits for its window");
    }
    unharmed(&otpd).await;
}

/// Pings and settings ask for replies; whoever never reads them must not pile them up.
#[tokio::test]
async fn replies_to_pings_and_settings_do_not_pile_up() {
    let otpd = behind_proxy().await;
    for frame in [Frame::new(Kind::Ping, 0, 0, [0; 8]), Frame::new(Kind::Settings, 0, 0, [])] {
        let mut proxy = proxy_of(&otpd).await;
        let many = frame.to_bytes().repeat(1_000);
        for _ in 0..1_000 {
            // Either the server closes, or it reads no more until its replies are taken.
            let written = tokio::time::timeout(Duration::from_secs(1), proxy.wire.write(&many)).await;
            if !matches!(written, Ok(Ok(()))) {
                break;
            }
        }
        unharmed(&otpd).await;
    }
}

#[tokio::test]
async fn empty_and_tiny_data_frames_are_bounded() {
    let otpd = behind_proxy().await;
    for data in [&b""[..], b"a"] {
        let mut proxy = proxy_of(&otpd).await;
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let fields = [&proxy.fields("POST", "/otp/request/")[..], &form].concat();
        let head = Frame::head(1, 0, &fields).to_bytes();
        let many = Frame::new(Kind::Data, 0, 1, data).to_bytes().repeat(1_000);
        let frames = std::iter::once(head).chain(std::iter::repeat_n(many, 100));
        for frame in frames {
            if proxy.wire.write(frame).await.is_err() {
                break;
            }
        }
        unharmed(&otpd).await;
    }
}

#[tokio::test]
async fn a_body_without_end_is_refused_in_http2_too() {
    let otpd = behind_proxy().await;
    let mut proxy = proxy_of(&otpd).await;
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let fields = [&proxy.fields("POST", "/otp/request/")[..], &form].concat();
    let frame = Frame::head(1, 0, &fields);
    proxy.send(&frame).await.expect("sent");
    let quarter = Frame::new(Kind::Data, 0, 1, vec![b'a'; 16 * 1024]);
    // What its window holds, and more once the server has given some of it back.
    for _ in 0..3 {
        proxy.send(&quarter).await.expect("sent");
    }
    while proxy.until(Kind::WindowUpdate).await.expect("more of the window").stream != 1 {}
    for _ in 0..2 {
        proxy.send(&quarter).await.expect("sent");
    }
    let reply = proxy.until(Kind::Headers).await.expect("a reply");
    assert!(![STATUS_200, STATUS_400].contains(&reply.payload[0]), "{reply:?}");
    unharmed(&otpd).await;
}
