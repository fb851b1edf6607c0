//! Unknown, inactive and wrong: the same answer, in the same time.

use std::time::{Duration, Instant};

use otpd_tests::api::PASSWORD;
use otpd_tests::http::Reply;
use otpd_tests::{Otpd, Settings, rank};
use serde_json::json;

/// Who may not log in, and why, with the password that is shown.
const REFUSED: [(&str, &str, &str); 5] = [
    ("wrong", "active@example.com", "not the right password"),
    ("unknown", "nobody@example.com", PASSWORD),
    ("disabled", "disabled@example.com", PASSWORD),
    ("never activated", "waiting@example.com", PASSWORD),
    ("without a password", "test@example.com", PASSWORD),
];

async fn otpd() -> Otpd {
    let ample = ("limits.password.per_account", "limits.password.per_ip");
    let otpd = Otpd::start(Settings::new().with(ample.0, "100000/h").with(ample.1, "100000/h")).await;
    otpd.activated("active@example.com").await;
    otpd.activated("disabled@example.com").await;
    otpd.run_well(&["account", "disable", "disabled@example.com"]).await;
    otpd.register("waiting@example.com").await;
    otpd
}

async fn log_in(otpd: &Otpd, email: &str, password: &str) -> Reply {
    otpd.post("/api/login/", &json!({ "email": email, "password": password })).await
}

#[tokio::test]
async fn every_refusal_has_the_same_status_body_and_headers() {
    let otpd = otpd().await;
    let mut seen = Vec::new();
    for (why, email, password) in REFUSED {
        let mut reply = log_in(&otpd, email, password).await;
        assert_eq!(reply.status, 401, "{why}: {}", reply.text());
        reply.headers.retain(|(name, _)| name != "date");
        seen.push((why, reply.status, reply.headers, reply.body));
    }
    for (why, status, headers, body) in &seen[1..] {
        assert_eq!((status, headers, body), (&seen[0].1, &seen[0].2, &seen[0].3), "{why} reads unlike {}", seen[0].0);
    }
    assert_eq!(log_in(&otpd, "active@example.com", PASSWORD).await.status, 200);
}

/// A look that every run takes: far too wide to fail by chance, narrow enough to see a hash that is not computed. With 150
/// samples each the statistic strays by 0.033.
#[tokio::test]
async fn no_refusal_is_answered_before_its_work_is_done() {
    measure(150, 0.35..=0.65).await;
}

/// The measurement: `cargo test -p otpd-tests --test logins -- --ignored --nocapture`, with `OTPD_BIN` set to a release build, on a machine
/// with nothing else to do.
#[tokio::test]
#[ignore = "takes minutes and a quiet machine"]
async fn over_2000_interleaved_log_ins_nobody_can_tell() {
    measure(2_000, 0.45..=0.55).await;
}

/// Measures so many log-ins of each kind, one after the other in turn, and compares each kind with the first.
async fn measure(samples: usize, bound: std::ops::RangeInclusive<f64>) {
    let otpd = otpd().await;
    let mut times: [Vec<Duration>; REFUSED.len()] = Default::default();
    for round in 0..samples {
        for turn in 0..REFUSED.len() {
            // No kind always comes after the same other one.
            let kind = (turn * (1 + round % (REFUSED.len() - 1)) + round) % REFUSED.len();
            let (why, email, password) = REFUSED[kind];
            let started = Instant::now();
            let reply = log_in(&otpd, email, password).await;
            times[kind].push(started.elapsed());
            assert_eq!(reply.status, 401, "{why}");
        }
    }
    for (kind, (why, ..)) in REFUSED.iter().enumerate().skip(1) {
        let auc = rank::auc(&times[kind], &times[0]);
        println!("{why} against {}: AUC {auc:.3} over {samples} each", REFUSED[0].0);
        assert!(bound.contains(&auc), "{why} is told from {} by time: AUC {auc:.3}", REFUSED[0].0);
    }
}
