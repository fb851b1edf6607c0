//! Hundreds of log-ins at once, with passwords that no person types.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use otpd_tests::http::{self, Request};
use otpd_tests::{Otpd, Settings};
use serde_json::json;
use tokio::task::JoinSet;

const LOGINS: usize = 500;
const THREADS: u64 = 2;
/// What Argon2id fills for one password.
const ARGON2_KIB: u64 = 19 * 1024;
/// What one log-in may hold beside that: a body of at most 64 KiB as it is read, put together and parsed, and the
/// buffers and tasks of its connection.
const LOGIN_KIB: u64 = 4 * 64;
/// What other requests, the database's cache and the allocator's slack take.
const SLACK_KIB: u64 = 32 * 1024;

/// The most that memory may grow while so many log-ins are under way.
const BOUND_KIB: u64 = THREADS * ARGON2_KIB + LOGINS as u64 * LOGIN_KIB + SLACK_KIB;

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_passwords_of_a_megabyte_are_not_even_read() {
    // Held in memory they would be three times the bound.
    const { assert!(BOUND_KIB < LOGINS as u64 * 1024) };
    let statuses = flood(1_000_000).await;
    assert!(statuses.iter().all(|status| *status == 413), "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_passwords_of_sixty_kilobytes_are_wrong_or_told_to_wait() {
    let statuses = flood(60_000).await;
    assert!(statuses.iter().all(|status| [401, 503].contains(status)), "{statuses:?}");
    assert!(statuses.contains(&401), "{statuses:?}");
}

/// Logs in from everywhere at once with passwords of this length; gives back the statuses. Meanwhile others are served,
/// and memory stays bounded.
async fn flood(length: usize) -> Vec<u16> {
    let settings = Settings::default()
        .with("passwords.threads", &THREADS.to_string())
        .with("limits.password.per_account", "100000/h")
        .with("limits.password.per_ip", "100000/h");
    let otpd = Otpd::start(settings).await;
    otpd.activated("asha@example.com").await;
    let before = otpd.peak_memory_kib();

    let body = json!({ "email": "asha@example.com", "password": "x".repeat(length) });
    let request = Arc::new(Request::new("POST", "/api/login/").json(&body));
    let over = Arc::new(AtomicBool::new(false));
    let others = tokio::spawn(others_are_served(otpd.address, over.clone()));
    let mut logins = JoinSet::new();
    for _ in 0..LOGINS {
        let (address, request) = (otpd.address, request.clone());
        logins.spawn(async move { http::send(address, &request).await.expect("every log-in is answered") });
    }
    let replies = logins.join_all().await;
    over.store(true, Ordering::Relaxed);
    let served = others.await.expect("others are served");
    assert!(served > 0);

    for reply in &replies {
        assert!(reply.json()["message"].as_str().is_some_and(|message| !message.is_empty()), "{}", reply.text());
        assert_eq!(reply.header("retry-after").is_some(), reply.status == 503, "{:?}", reply.headers);
    }
    let grown = otpd.peak_memory_kib() - before;
    let mut statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    statuses.sort_unstable();
    let busy = statuses.iter().filter(|status| **status == 503).count();
    println!(
        "{length} bytes: {busy} of {LOGINS} told to wait; memory grew by {grown} KiB of {BOUND_KIB}; {served} others"
    );
    assert!(grown <= BOUND_KIB, "memory grew by {grown} KiB, more than {BOUND_KIB}");
    assert_eq!(otpd.token("asha@example.com").await.split('.').count(), 3, "and the right password still works");
    statuses
}

/// Opens pages and sends codes until it is over; every one must succeed. Says how many there were.
async fn others_are_served(address: std::net::SocketAddr, over: Arc<AtomicBool>) -> usize {
    let mut served = 0;
    while !over.load(Ordering::Relaxed) {
        let page = http::send(address, &Request::new("GET", "/otp/request/")).await.expect("a page");
        assert_eq!(page.status, 200);
        let body = json!({ "email": format!("other{served}@example.net") });
        let send = http::send(address, &Request::new("POST", "/api/users/send-otp/").json(&body)).await;
        assert_eq!(send.expect("a reply").status, 200);
        served += 1;
    }
    served
}
