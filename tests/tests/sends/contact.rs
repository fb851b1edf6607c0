//! Limits of a contact: waits, rates, and what a known browser has besides.

use std::time::{Duration, Instant};

use otpd_tests::{Otpd, Settings};
use serde_json::json;
use tokio::task::JoinSet;

use crate::visits::{EMAIL, PHONE, ask, kind_of, messages, post_from, registration, send_otp, statuses, told};

const DAY: u64 = 86_400;

/// Somebody who asks again as soon as they are told they may, each time from another browser.
struct Impatient<'a> {
    otpd: &'a Otpd,
    contact: &'a str,
    /// Time that was skipped, in seconds.
    skipped: u64,
    started: Instant,
}

impl Impatient<'_> {
    /// Seconds since the first send.
    fn now(&self) -> u64 {
        self.skipped + self.started.elapsed().as_secs()
    }

    /// Asks until a code is sent; says when that was.
    async fn next_send(&mut self) -> u64 {
        for _ in 0..4 {
            let reply = ask(self.otpd, self.contact).await;
            if reply.status == 303 {
                return self.now();
            }
            assert_eq!(reply.status, 429, "{}", reply.text());
            let wait = told(&reply);
            self.skip(wait);
        }
        panic!("what was told was not true: there is still nothing");
    }

    fn skip(&mut self, seconds: u64) {
        self.otpd.later(Duration::from_secs(seconds));
        self.skipped += seconds;
    }
}

/// Waits of 30, 60, 120 seconds; three in ten minutes, six an hour, ten a day.
const SENDS: [u64; 11] = [0, 30, 90, 600, 720, 840, 3_600, 3_720, 3_840, 4_200, DAY];

#[tokio::test(flavor = "multi_thread")]
async fn who_presses_as_soon_as_they_are_told_gets_ten_a_day() {
    for contact in [EMAIL, PHONE, "nobody@example.com"] {
        let otpd = Otpd::start(Settings::new().with_shipped_limits().with("limits.send.proof_after", "off")).await;
        let mut impatient = Impatient { otpd: &otpd, contact, skipped: 0, started: Instant::now() };
        let mut sends = Vec::new();
        for _ in SENDS {
            sends.push(impatient.next_send().await);
        }
        // What the requests took comes on top, and of each wait the second that was begun.
        let late = impatient.started.elapsed().as_secs() + SENDS.len() as u64 * 2;
        for (at, expected) in sends.iter().zip(SENDS) {
            assert!((expected..=expected + late).contains(at), "{contact}: {sends:?}, not {SENDS:?}");
        }
        if contact.starts_with("nobody") {
            assert!(otpd.messages_to(contact).is_empty());
        } else {
            otpd.message_to(contact, SENDS.len()).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wait_that_is_told_is_true_to_the_second() {
    let otpd = Otpd::start(Settings::new().with("verification.Login.cooldown", "30s")).await;
    let key = otpd.api_key("verifications,sign-ins").await;
    let create = json!({ "to": { "phone": PHONE } });
    for _ in 0..2 {
        // The page, from one browser and another; the first send and all others are by now long ago.
        let sent = Instant::now();
        assert_eq!(ask(&otpd, EMAIL).await.status, 303);
        let wait = told(&ask(&otpd, EMAIL).await);
        is_true(wait, 30, sent);
        otpd.later(Duration::from_secs(wait - 10));
        let wait = told(&ask(&otpd, EMAIL).await);
        is_true(wait, 10, sent);
        otpd.later(Duration::from_hours(2));
    }
    let sent = Instant::now();
    let made = otpd.post_with_key(&key, "/api/v1/verifications", &create).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let id = made.json()["id"].as_str().expect("an id").to_owned();
    let again = otpd.post_with_key(&key, &format!("/api/v1/verifications/{id}/resend"), &json!({})).await;
    assert_eq!(again.status, 429, "{}", again.text());
    is_true(told(&again), 30, sent);
    assert_eq!(again.json()["retry_after"], told(&again));
    let again = otpd.post("/api/users/resend-otp/", &json!({ "phone": PHONE })).await;
    assert_eq!(again.status, 429, "{}", again.text());
    is_true(told(&again), 30, sent);
    assert!(again.text().contains(&format!("Wait {} seconds", told(&again))), "{}", again.text());
}

/// Begun seconds are counted whole, and what has passed since is no longer part of it.
fn is_true(wait: u64, of: u64, since: Instant) {
    let passed = since.elapsed().as_secs() + 1;
    assert!((of.saturating_sub(passed)..=of).contains(&wait), "{wait} s of {of} after {passed} s");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_doors_send_from_one_allowance() {
    let settings = Settings::default().with("limits.send.per_contact", "4/h").with("limits.send.cooldown", "0s");
    let mut otpd = Otpd::start(settings.with("verification.Login.cooldown", "0s")).await;
    let key = otpd.api_key("verifications,sign-ins").await;
    let contact = "somebody@example.com";
    assert_eq!(ask(&otpd, contact).await.status, 303);
    assert_eq!(send_otp(&otpd, contact, None).await.status, 200);
    assert_eq!(post_from(&otpd, "/api/register/", &registration(contact), None).await.status, 201);
    let create = json!({ "to": { (kind_of(contact)): contact } });
    assert_eq!(otpd.post_with_key(&key, "/api/v1/verifications", &create).await.status, 201);
    otpd.kill().await;
    otpd.serve().await;
    let refused = [
        ask(&otpd, contact).await,
        send_otp(&otpd, contact, None).await,
        otpd.post_with_key(&key, "/api/v1/verifications", &create).await,
        otpd.post_with_key(&key, "/api/v1/sign-ins", &json!({ "contact": { "email": contact } })).await,
    ];
    for reply in &refused {
        assert_eq!(reply.status, 429, "{}", reply.text());
        assert!((3_000..=3_600).contains(&told(reply)), "{}", told(reply));
    }
    // This door never says whether anything waits for a code.
    assert_eq!(otpd.post("/api/resend-otp/", &json!({ "email": contact })).await.status, 200);
    assert_eq!(messages(&otpd), 4);
    assert_eq!(ask(&otpd, "else@example.com").await.status, 303, "others are not concerned");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_browser_has_five_more_that_strangers_cannot_take() {
    let settings = Settings::new().with_shipped_limits().with("limits.send.proof_after", "off");
    let otpd = Otpd::start(settings.with("limits.send.cooldown", "0s")).await;
    let mut known = otpd.sign_in("email", EMAIL).await;
    assert_eq!(known.submit("/otp/logout/", "/otp/logout/", &[]).await.status, 303);
    let strangers = [ask(&otpd, EMAIL).await, ask(&otpd, EMAIL).await, ask(&otpd, EMAIL).await];
    assert_eq!(statuses(&strangers), [303, 303, 429]);
    for number in 0..6 {
        // Copies that have no code pending.
        let reply = known.clone().request_code("email", EMAIL).await;
        assert_eq!(reply.status, if number < 5 { 303 } else { 429 }, "{number}: {}", reply.text());
        assert_eq!(ask(&otpd, EMAIL).await.status, 429, "strangers have none of them");
    }
    assert_eq!(messages(&otpd), 8);
    // It is known to one account: with others it is like any other.
    for number in 0..4 {
        let status = known.clone().request_code("email", "else@example.com").await.status;
        assert_eq!(status, if number < 3 { 303 } else { 429 });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_browsers_at_once_make_one_message() {
    let otpd = std::sync::Arc::new(Otpd::start(Settings::new()).await);
    for door in ["page", "api"] {
        let before = messages(&otpd);
        let mut tasks = JoinSet::new();
        for _ in 0..20 {
            let otpd = otpd.clone();
            tasks.spawn(async move {
                if door == "page" { ask(&otpd, EMAIL).await } else { send_otp(&otpd, PHONE, None).await }
            });
        }
        let replies = tasks.join_all().await;
        // At the door of back ends, a code that was sent a moment ago stands.
        let told = replies.iter().filter(|reply| reply.status == 429).count();
        assert_eq!(told, if door == "page" { 19 } else { 0 }, "{:?}", statuses(&replies));
        assert_eq!(messages(&otpd) - before, 1, "{door}");
    }
}
