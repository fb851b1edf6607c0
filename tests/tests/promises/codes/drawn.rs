//! How codes are drawn, and how long they live.

use std::sync::Arc;
use std::time::Duration;

use otpd_tests::http::{Request, send};
use otpd_tests::{Otpd, Settings, poll};
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Enough to see a digit that comes a third too often; a million are counted in the tests of the domain.
const CODES: usize = 3_000;
/// What χ² of nine degrees of freedom passes once in a thousand million times.
const LIMIT: f64 = 60.0;
/// Callers at the same time.
const CALLERS: usize = 32;

#[tokio::test(flavor = "multi_thread")]
async fn codes_are_drawn_uniformly_and_keep_their_leading_zeros() {
    // Each code is asked for from elsewhere: what one caller may ask for is limited, and is no matter here.
    let otpd = Otpd::start(Settings::default().with("server.trusted_proxies", "127.0.0.1")).await;
    let turns = Arc::new(Semaphore::new(CALLERS));
    let mut asking = JoinSet::new();
    for n in 0..CODES {
        let (turns, address) = (Arc::clone(&turns), otpd.address);
        let request = Request::new("POST", "/api/users/send-otp/")
            .header("x-forwarded-for", &format!("198.51.{}.{}", n / 250, n % 250 + 1))
            .json(&json!({ "email": format!("somebody-{n}@example.com") }));
        asking.spawn(async move {
            let _turn = turns.acquire().await.expect("a turn");
            send(address, &request).await.expect("a reply").status
        });
    }
    assert!(asking.join_all().await.iter().all(|status| *status == 200));
    let mails = poll::until("all mails", Duration::from_mins(2), async || {
        Some(otpd.mails()).filter(|mails| mails.len() >= CODES)
    })
    .await;

    let codes: Vec<&str> = mails.iter().map(|mail| mail.code.as_str()).collect();
    assert!(codes.iter().all(|code| code.len() == 6), "a leading zero is a digit like any other");
    for position in 0..6 {
        let mut counts = [0_u32; 10];
        for code in &codes {
            counts[usize::from(code.as_bytes()[position] - b'0')] += 1;
        }
        let deviation = chi_squared(&counts);
        println!("position {position}: {counts:?}, χ² {deviation:.1}");
        assert!(deviation < LIMIT, "position {position}: {counts:?}, χ² {deviation:.1}");
    }
}

/// How far counts are from all being the same.
fn chi_squared(counts: &[u32; 10]) -> f64 {
    let expected = f64::from(counts.iter().sum::<u32>()) / 10.0;
    counts.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum()
}

#[test]
fn a_missing_zero_or_a_digit_too_often_would_be_seen() {
    assert!(chi_squared(&[0, 334, 334, 334, 333, 333, 333, 333, 333, 333]) > LIMIT);
    assert!(chi_squared(&[400, 289, 289, 289, 289, 289, 289, 289, 289, 288]) > 30.0);
    assert!(chi_squared(&[300; 10]) < f64::EPSILON);
}

#[tokio::test]
async fn a_lifetime_over_ten_minutes_refuses_to_start() {
    let mut otpd = Otpd::prepare(Settings::default()).await;
    for key in ["challenges.ttl", "registration.ttl", "verification.login.ttl"] {
        otpd.set(key, "601s");
        let starting = tokio::time::timeout(Duration::from_secs(10), otpd.run(&["serve"])).await;
        let refused = starting.unwrap_or_else(|_| panic!("it serves with {key} = 601s"));
        let told = String::from_utf8_lossy(&refused.stderr).to_lowercase().replace("__", ".");
        assert!(!refused.status.success() && told.contains(key), "{key}: {told}");
        otpd.set(key, "10m");
    }
    otpd.serve().await;
}
