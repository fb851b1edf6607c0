//! Figures for Prometheus: what the real binary counts, and who gets to see it.

mod support;

use std::time::{Duration, Instant};

use support::{Place, Serving, get, request};

const NUMBER: &str = "255694230173";
/// How long a figure may take to come about.
const PATIENCE: Duration = Duration::from_secs(20);

fn post(address: &str, path: &str, body: &serde_json::Value) -> u16 {
    request(address, &format!("POST {path}"), &[("Content-Type", "application/json")], &body.to_string()).0
}

/// The value of a series, `None` when there is no such series.
fn value(text: &str, series: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '))?;
    Some(line.trim().parse().expect("a number"))
}

#[test]
fn what_happens_is_counted_and_collected_without_a_word_about_people() {
    let place = Place::ready();
    let env = [
        ("OTPD_SERVER__METRICS_LISTEN", "127.0.0.1:0"),
        ("OTPD_SMS__PRICES", "255: 0.25, *: 1"),
        ("OTPD_SMS__DAILY_CEILING", "12.5"),
        ("OTPD_VERIFICATION__LOGIN__COOLDOWN", "0s"),
        ("OTPD_LIMITS__SEND__PER_CONTACT", "1/h"),
        ("OTPD_LIMITS__GUESS__PER_ACCOUNT", "2/h"),
    ];
    let mut server = Serving::start(&place, &[], &env);
    let (collector, address) = (server.collector(), server.address());
    let (status, before) = get(&collector, "/metrics");
    assert_eq!(status, 200, "{before}");
    assert!(before.contains("text/plain; version=0.0.4"), "{before}");
    let all_zero = [
        "otpd_codes_sent_total{purpose=\"verification\",channel=\"sms\"}",
        "otpd_codes_sent_total{purpose=\"sign-in\",channel=\"email\"}",
        "otpd_sign_ins_total{by=\"password\"}",
        "otpd_wrong_codes_total",
        "otpd_guesses_refused_total{kind=\"code\"}",
        "otpd_sends_refused_total{by=\"contact\"}",
        "otpd_sends_refused_total{by=\"ceiling\"}",
        "otpd_blocks_closed_total",
        "otpd_sms_spent_today",
        "otpd_sms_blocks_closed",
        "otpd_outbox_pending",
    ];
    for series in all_zero {
        assert_eq!(value(&before, series), Some(0.0), "{series}\n{before}");
    }
    assert_eq!(value(&before, "otpd_sms_ceiling"), Some(12.5));
    assert_eq!(value(&before, "otpd_store_available"), Some(1.0));
    let sent = serde_json::json!({ "phone": NUMBER });
    let wrong = serde_json::json!({ "phone": NUMBER, "otp": "000000" });
    assert_eq!(post(&address, "/api/users/send-otp/", &sent), 200);
    assert_eq!(post(&address, "/api/users/resend-otp/", &sent), 429);
    for _ in 0..3 {
        post(&address, "/api/users/verify-otp/", &wrong);
    }
    let counted = [
        ("otpd_codes_sent_total{purpose=\"verification\",channel=\"sms\"}", 1.0),
        ("otpd_sends_refused_total{by=\"contact\"}", 1.0),
        ("otpd_wrong_codes_total", 2.0),
        ("otpd_guesses_refused_total{kind=\"code\"}", 1.0),
        ("otpd_sms_spent_today", 0.25),
        ("otpd_outbox_pending", 0.0),
    ];
    // Figures of the store are asked for once a second at most, and the message takes a moment.
    let until = Instant::now() + PATIENCE;
    let text = loop {
        let text = get(&collector, "/metrics").1;
        if counted.iter().all(|(series, wanted)| value(&text, series) == Some(*wanted)) || Instant::now() > until {
            break text;
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    for (series, wanted) in counted {
        assert_eq!(value(&text, series), Some(wanted), "{series}\n{text}");
    }
    assert!(!text.contains("5694") && !text.contains("Login") && !text.contains("127.0.0.1\""), "{text}");
}

#[test]
fn figures_are_nowhere_unless_they_are_asked_for_and_never_among_the_pages() {
    let place = Place::ready();
    let mut server = Serving::start(&place, &[], &[("OTPD_SERVER__METRICS_LISTEN", "127.0.0.1:0")]);
    let (collector, address) = (server.collector(), server.address());
    assert_eq!(get(&address, "/metrics").0, 404);
    assert_eq!(get(&collector, "/otp/request/").0, 404);
    assert_eq!(request(&collector, "POST /metrics", &[], "").0, 405);
    server.signal(rustix::process::Signal::TERM);
    assert_eq!(server.end().code(), Some(0));
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = taken.local_addr().expect("an address").to_string();
    let ran = place.run_with(&["serve"], &[("OTPD_SERVER__METRICS_LISTEN", &taken)]);
    assert!(ran.code == 1 && ran.err.contains(&taken) && ran.err.contains("server.metrics_listen"), "{ran:?}");
}
