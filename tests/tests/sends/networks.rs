//! Limits of a network: an IPv4 address, or the 64 bits of IPv6 that a household has.

use otpd_tests::{Otpd, Settings};
use serde_json::json;

use crate::visits::{ask, ask_from, messages, post_from, registration, send_otp, told};

const LIMIT: usize = 5;

fn settings() -> Settings {
    Settings::default().with("limits.send.per_ip", "5/h").with("server.trusted_proxies", "127.0.0.1")
}

/// How many of twenty sends to as many contacts go through, each from the address that `of` gives.
async fn sent(otpd: &Otpd, name: &str, of: impl Fn(usize) -> String) -> usize {
    let mut sent = 0;
    for number in 0..20 {
        let reply = ask_from(otpd, &format!("{name}{number}@example.com"), &of(number)).await;
        if reply.status == 303 {
            sent += 1;
            continue;
        }
        assert_eq!(reply.status, 429);
        assert!((3_000..=3_600).contains(&told(&reply)));
        assert!(reply.text().contains("Too many codes were asked for from your network."), "{}", reply.text());
    }
    sent
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_is_one_however_its_address_is_written() {
    let mut otpd = Otpd::start(settings()).await;
    assert_eq!(sent(&otpd, "a", |_| "192.0.2.7".to_owned()).await, LIMIT);
    assert_eq!(sent(&otpd, "b", |_| "::ffff:192.0.2.7".to_owned()).await, 0, "IPv4 in the clothes of IPv6");
    assert_eq!(sent(&otpd, "c", |n| format!("2001:db8:1:2:{n:x}:{n:x}::1")).await, LIMIT, "a household");
    assert_eq!(sent(&otpd, "d", |n| format!("2001:db8:1:3:{n:x}::1")).await, LIMIT, "its neighbour");
    assert_eq!(sent(&otpd, "e", |n| format!("203.0.113.{n}")).await, 20, "twenty networks");
    // The proxy adds whom it saw; what stands before that, the visitor wrote.
    assert_eq!(sent(&otpd, "f", |n| format!("203.0.113.{n}, 198.51.100.1")).await, LIMIT);
    otpd.restart().await;
    assert_eq!(sent(&otpd, "g", |_| "192.0.2.7".to_owned()).await, 0, "across a restart");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_forged_addresses_are_one_network() {
    let otpd = Otpd::start(settings().with("server.trusted_proxies", "")).await;
    let mut sent = 0;
    for number in 0..1_000 {
        let forged = format!("198.51.{}.{}", number / 250, number % 250);
        // The door that needs no form, for the sake of speed.
        sent += usize::from(send_otp(&otpd, &format!("n{number}@example.com"), Some(&forged)).await.status == 200);
    }
    assert_eq!(sent, LIMIT);
    assert_eq!(messages(&otpd), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_doors_count_but_those_that_show_a_key() {
    let otpd = Otpd::start(settings()).await;
    let here = Some("192.0.2.7");
    for number in 0..2 {
        assert_eq!(ask_from(&otpd, &format!("p{number}@example.com"), "192.0.2.7").await.status, 303);
        assert_eq!(send_otp(&otpd, &format!("u{number}@example.com"), here).await.status, 200);
    }
    let register = |email: &str| registration(email);
    assert_eq!(post_from(&otpd, "/api/register/", &register("r@example.com"), here).await.status, 201);
    assert_eq!(ask_from(&otpd, "q@example.com", "192.0.2.7").await.status, 429);
    assert_eq!(send_otp(&otpd, "q@example.com", here).await.status, 429);
    assert_eq!(post_from(&otpd, "/api/register/", &register("q@example.com"), here).await.status, 429);

    let key = otpd.api_key("verifications").await;
    for number in 0..10 {
        let create = json!({ "to": { "email": format!("k{number}@example.com") } });
        assert_eq!(otpd.post_with_key(&key, "/api/v1/verifications", &create).await.status, 201);
    }
    assert_eq!(ask(&otpd, "last@example.com").await.status, 303, "nor do they count for the page");
}
