//! The section "Sends": limits that need no clock to be seen. Those that take hours are shown with the real router, whose clock the
//! test sets.

use otpd_tests::http::{Reply, Request};
use otpd_tests::{Otpd, Settings};
use serde_json::{Value, json};

const EMAIL: &str = "test@example.com";

/// A server behind a proxy, so that requests may come from anywhere, and no proof of work or wait in between. Its limits are those
/// it is shipped with.
fn settings() -> Settings {
    Settings::new()
        .with_shipped_limits()
        .with("server.trusted_proxies", "127.0.0.1")
        .with("limits.send.proof_after", "off")
        .with("limits.send.cooldown", "0s")
}

/// Asks for a verification from that address.
async fn ask(otpd: &Otpd, from: &str, to: Value) -> Reply {
    otpd.send(&Request::new("POST", "/api/users/send-otp/").header("x-forwarded-for", from).json(&to)).await
}

/// That it was refused, and says for how long, up to so many seconds.
fn assert_limited(reply: &Reply, most: u64) {
    assert_eq!(reply.status, 429, "{}", reply.text());
    let wait: u64 = reply.header("retry-after").and_then(|wait| wait.parse().ok()).expect("seconds to wait");
    assert!((1..=most).contains(&wait), "{wait}");
    assert!(reply.json()["message"].as_str().is_some_and(|words| words.len() > 10), "{}", reply.text());
}

fn phone(block: u32, n: u32) -> Value {
    json!({ "phone": format!("+91{block}{n:04}") })
}

#[tokio::test]
async fn a_contact_gets_three_codes_in_ten_minutes_over_all_doors_and_browsers() {
    let otpd = Otpd::start(settings()).await;
    assert_eq!(otpd.browser().request_code("email", EMAIL).await.status, 303);
    assert_eq!(ask(&otpd, "192.0.2.1", json!({ "email": EMAIL })).await.status, 200);
    let forgotten = [("contact", EMAIL)];
    let reply = otpd.browser().submit("/password/forgotten/", "/password/forgotten/", &forgotten).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    let page = otpd.browser().request_code("email", EMAIL).await;
    assert_eq!(page.status, 429, "{}", page.text());
    let wait: u64 = page.header("retry-after").and_then(|wait| wait.parse().ok()).expect("seconds to wait");
    assert!((1..=600).contains(&wait), "{wait}");
    let key = otpd.api_key("sign-ins").await;
    let sign_in = json!({ "contact": { "email": EMAIL } });
    assert_eq!(otpd.post_with_key(&key, "/api/v1/sign-ins", &sign_in).await.status, 429, "a key changes nothing");
    otpd.message_to(EMAIL, 3).await;
    assert_eq!(otpd.database().value::<u32>("SELECT count(*) FROM outbox", []), 3);
}

#[tokio::test]
async fn a_network_asks_for_thirty_an_hour_whatever_address_it_takes() {
    let otpd = Otpd::start(settings()).await;
    let somebody = |n: u32| json!({ "email": format!("somebody-{n}@example.com") });
    for n in 0..30 {
        // One household: 64 bits of an IPv6 address are as many as it likes.
        let reply = ask(&otpd, &format!("2001:db8:1:2::{n:x}"), somebody(n)).await;
        assert_eq!(reply.status, 200, "{n}: {}", reply.text());
    }
    assert_limited(&ask(&otpd, "2001:db8:1:2:ffff::1", somebody(30)).await, 3_600);
    assert_eq!(ask(&otpd, "2001:db8:1:3::1", somebody(31)).await.status, 200, "the neighbours");
    for n in 40..70 {
        let from = if n % 2 == 0 { "192.0.2.9" } else { "::ffff:192.0.2.9" };
        assert_eq!(ask(&otpd, from, somebody(n)).await.status, 200, "{n}");
    }
    assert_limited(&ask(&otpd, "192.0.2.9", somebody(70)).await, 3_600);
    assert_limited(&ask(&otpd, "::ffff:192.0.2.9", somebody(71)).await, 3_600);
}

#[tokio::test]
async fn a_block_of_numbers_gets_twenty_texts_an_hour() {
    let otpd = Otpd::start(settings().with("sms.guard.enabled", "false")).await;
    for n in 0..20 {
        let reply = ask(&otpd, &format!("198.51.100.{n}"), phone(987_654, n)).await;
        assert_eq!(reply.status, 200, "{n}: {}", reply.text());
    }
    assert_limited(&ask(&otpd, "198.51.100.99", phone(987_654, 20)).await, 3_600);
    assert_eq!(ask(&otpd, "198.51.100.99", phone(987_655, 0)).await.status, 200, "the block beside it");
    assert_eq!(ask(&otpd, "198.51.100.99", json!({ "email": EMAIL })).await.status, 200, "e-mail goes on");
}

#[tokio::test]
async fn texts_go_to_the_countries_of_the_list() {
    let otpd = Otpd::start(settings().with("sms.countries", "IN")).await;
    assert_eq!(ask(&otpd, "192.0.2.1", phone(987_654, 3_210)).await.status, 200);
    let elsewhere = ask(&otpd, "192.0.2.1", json!({ "phone": "+255694230173" })).await;
    assert!([400, 422].contains(&elsewhere.status), "waiting does not help: {}", elsewhere.text());
    assert_eq!(elsewhere.header("retry-after"), None);
    otpd.message_to("+919876543210", 1).await;
    assert_eq!(otpd.database().value::<u32>("SELECT count(*) FROM outbox", []), 1);
}

#[tokio::test]
async fn a_days_texts_cost_no_more_than_the_ceiling_and_mail_goes_on() {
    let settings = settings().with("sms.prices", "91: 0.40, *: 1").with("sms.daily_ceiling", "1.00");
    let otpd = Otpd::start(settings).await;
    for n in 0..2 {
        let reply = ask(&otpd, "192.0.2.1", phone(987_654, n)).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
    }
    assert_limited(&ask(&otpd, "192.0.2.1", phone(987_654, 2)).await, 86_400);
    assert_limited(&ask(&otpd, "192.0.2.1", json!({ "phone": "+255694230173" })).await, 86_400);
    assert_eq!(ask(&otpd, "192.0.2.1", json!({ "email": EMAIL })).await.status, 200);
    otpd.message_to(EMAIL, 1).await;
    otpd.message_to("+919876540001", 1).await;
    assert_eq!(otpd.texts().len(), 2);
}
