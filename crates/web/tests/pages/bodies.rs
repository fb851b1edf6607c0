//! Bodies on their way in: given up when they are slow, and together never more than there is room for.

use std::net::SocketAddr;
use std::time::Duration;

use otpd_web::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::server::start;
use crate::site::Site;

/// A POST whose body has begun with so many bytes.
async fn begun(address: SocketAddr, bytes: usize) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.expect("connected");
    let head = "POST /otp/request/ HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\
                Content-Type: application/x-www-form-urlencoded\r\n\r\n";
    stream.write_all(head.as_bytes()).await.expect("sent");
    stream.write_all(&vec![b'a'; bytes]).await.expect("sent");
    stream
}

async fn status(mut stream: TcpStream) -> u16 {
    let mut answer = [0; 12];
    tokio::time::timeout(Duration::from_secs(10), stream.read_exact(&mut answer))
        .await
        .expect("answered in time")
        .expect("an answer");
    String::from_utf8_lossy(&answer[9..]).parse().expect("a status")
}

#[tokio::test]
async fn a_body_that_takes_too_long_is_given_up() {
    let site = Site::new().await;
    let limits = Limits { body: Duration::from_millis(50), ..Limits::default() };
    let (address, _stop, _server) = start(&site, limits);
    assert_eq!(status(begun(address, 10).await).await, 408);
    assert_eq!(status(begun(address, 60_000).await).await, 403, "what is here at once is not late");
}

#[tokio::test]
async fn large_bodies_have_a_room_of_their_own() {
    let site = Site::new().await;
    let (address, _stop, _server) = start(&site, Limits { large_bodies: 60_000, ..Limits::default() });
    let (one, other) = (begun(address, 40_000).await, begun(address, 40_000).await);
    // Whichever comes second finds no room; the other one is given up by its sender.
    let refused = tokio::select! {
        status = status(one) => status,
        status = status(other) => status,
    };
    assert_eq!(refused, 503);
    let mut small = begun(address, 4_000).await;
    small.shutdown().await.expect("closed");
    assert_eq!(status(small).await, 400, "what needs no room is read, and breaks off");
    for n in 0.. {
        match status(begun(address, 60_000).await).await {
            403 => break,
            // The server has not noticed yet that the other one is gone.
            status => assert!(status == 503 && n < 1_000, "{status}: the room is not given back"),
        }
    }
    for _ in 0..10 {
        assert_eq!(status(begun(address, 60_000).await).await, 403, "the room is given back each time");
    }
}
