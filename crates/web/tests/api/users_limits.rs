//! Part B: how often, and how many at once.

use std::time::Duration;

use serde_json::json;

use crate::call::{Reply, post};
use crate::site::Site;

const SEND: &str = "/api/users/send-otp/";
const RESEND: &str = "/api/users/resend-otp/";

fn login() -> serde_json::Value {
    json!({ "phone": "255694230173" })
}

#[tokio::test]
async fn a_send_within_the_cooldown_names_the_code_that_stands() {
    let site = Site::new().await;
    let first = post(&site, SEND, login()).await;
    site.clock.advance(Duration::from_secs(29));
    let second = post(&site, SEND, login()).await;
    assert_eq!((first.status, &first.body), (second.status, &second.body));
    assert_eq!(site.messages().await.len(), 1);
}

#[tokio::test]
async fn a_resend_within_the_cooldown_says_how_long_to_wait() {
    let site = Site::new().await;
    post(&site, SEND, login()).await;
    site.clock.advance(Duration::from_millis(500));
    let reply = post(&site, RESEND, login()).await;
    reply.assert(429, "An OTP was sent a moment ago. Wait 30 seconds before you ask for another.");
    assert_eq!((reply.header("retry-after"), reply.text("status")), ("30", "error"));
    site.clock.advance(Duration::from_millis(29_400));
    let reply = post(&site, RESEND, login()).await;
    assert_eq!(reply.header("retry-after"), "1");
    site.clock.advance(Duration::from_millis(100));
    assert_eq!(post(&site, RESEND, login()).await.status, 200);
    // The next cooldown is the longer one.
    let reply = post(&site, RESEND, login()).await;
    assert_eq!((reply.status, reply.header("retry-after")), (429, "60"));
}

#[tokio::test]
async fn the_rate_of_a_type_holds_for_a_contact() {
    let site = Site::new().await;
    for wait in [0, 30, 60] {
        site.clock.advance(Duration::from_secs(wait));
        assert_eq!(post(&site, SEND, login()).await.status, 200);
    }
    site.clock.advance(Duration::from_mins(2));
    for path in [SEND, RESEND] {
        let reply = post(&site, path, login()).await;
        reply.assert(429, "Too many OTPs were sent to this contact. Try again in 390 seconds.");
        assert_eq!(reply.header("retry-after"), "390");
    }
    let other = json!({ "phone": "255694230173", "verification_type": "Order" });
    assert_eq!(post(&site, SEND, other).await.status, 200, "another type has a rate of its own");
    assert_eq!(post(&site, SEND, json!({ "phone": "+919876543211" })).await.status, 200, "another contact, too");
    site.clock.advance(Duration::from_secs(390));
    assert_eq!(post(&site, SEND, login()).await.status, 200);
}

#[tokio::test]
async fn of_twenty_sends_at_once_one_message_goes_out() {
    let site = Site::new().await;
    let replies = all(20, || post(&site, SEND, login())).await;
    assert!(replies.iter().all(|reply| reply.status == 200 && reply.body == replies[0].body), "{replies:?}");
    assert_eq!(site.messages().await.len(), 1);
    site.clock.advance(Duration::from_secs(30));
    let replies = all(20, || post(&site, RESEND, login())).await;
    let sent = replies.iter().filter(|reply| reply.status == 200).count();
    let too_soon = replies.iter().filter(|reply| reply.status == 429).count();
    assert_eq!((sent, too_soon), (1, 19));
    assert_eq!(site.messages().await.len(), 1);
}

#[tokio::test]
async fn of_many_guesses_at_once_five_are_compared() {
    let site = Site::new().await;
    post(&site, SEND, login()).await;
    let code = site.code().await;
    let wrong = crate::site::wrong(&code);
    let guess = || post(&site, "/api/users/verify-otp/", json!({ "phone": "255694230173", "otp": wrong }));
    let replies = all(50, guess).await;
    let compared = replies.iter().filter(|reply| reply.message().starts_with("Invalid OTP.")).count();
    // The fifth one is told that it was the last.
    assert_eq!(compared, 4);
    let right = json!({ "phone": "255694230173", "otp": code });
    assert_eq!(post(&site, "/api/users/verify-otp/", right).await.status, 400);
}

#[tokio::test]
async fn of_many_right_codes_at_once_one_verifies() {
    let site = Site::new().await;
    post(&site, SEND, login()).await;
    let code = site.code().await;
    let replies =
        all(4, || post(&site, "/api/users/verify-otp/", json!({ "phone": "255694230173", "otp": code }))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1);
}

/// So many calls at the same time.
async fn all<F: Future<Output = Reply>>(count: usize, call: impl Fn() -> F) -> Vec<Reply> {
    futures_util::future::join_all((0..count).map(|_| call())).await
}
