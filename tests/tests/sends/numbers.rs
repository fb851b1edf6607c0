//! Limits of phone numbers: blocks, countries, and the money for a day.

use std::time::Duration;

use otpd_tests::http::Reply;
use otpd_tests::time::now_millis;
use otpd_tests::{Otpd, Settings, poll};

use crate::visits::{ask, send_otp, told};

/// A valid number of India: the block, and which of its ten thousand.
fn number(block: u32, which: u32) -> String {
    format!("+9198{block:04}{which:04}")
}

fn is_unavailable(reply: &Reply) {
    assert_eq!(reply.status, 429, "{}", reply.text());
    assert!(reply.text().contains("We cannot send an SMS to this number"), "{}", reply.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_an_hour_go_to_a_block_of_numbers() {
    let settings = Settings::default().with_shipped_limits().with("limits.send.proof_after", "off");
    let otpd = Otpd::start(settings.customer("Ravi", "ravi@example.com", &number(7_654, 3))).await;
    // Whether anybody has them or not.
    for which in 0..20 {
        let reply = ask(&otpd, &number(7_654, which)).await;
        assert_eq!(reply.status, 303, "{which}: {}", reply.text());
    }
    for which in [20, 9_999] {
        let reply = ask(&otpd, &number(7_654, which)).await;
        is_unavailable(&reply);
        assert!((3_000..=3_600).contains(&told(&reply)), "{}", told(&reply));
    }
    assert_eq!(send_otp(&otpd, &number(7_654, 21), None).await.status, 429);
    assert_eq!(ask(&otpd, &number(7_655, 0)).await.status, 303, "the next block");
    assert_eq!(ask(&otpd, "ravi@example.com").await.status, 303, "e-mail");
}

#[tokio::test(flavor = "multi_thread")]
async fn countries_are_limited_and_left_out() {
    let settings = Settings::default().with("limits.send.per_country", "4/h").with("sms.countries", "IN, TZ");
    let otpd = Otpd::start(settings).await;
    for block in 0..4 {
        assert_eq!(ask(&otpd, &number(7_000 + block, 1)).await.status, 303);
    }
    is_unavailable(&ask(&otpd, &number(7_010, 1)).await);
    assert_eq!(ask(&otpd, "+255712345678").await.status, 303, "another country");
    let elsewhere = ask(&otpd, "+4915112345678").await;
    assert_eq!((elsewhere.status, elsewhere.header("retry-after")), (400, None));
    assert!(elsewhere.text().contains("We do not send SMS to this country."), "{}", elsewhere.text());
    assert_eq!(send_otp(&otpd, "+4915112345678", None).await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_money_is_spent_no_text_message_goes_out_and_mail_goes_on() {
    early_enough().await;
    let people = (0..4).fold(Settings::default(), |settings, which| {
        settings.customer("Customer", &format!("c{which}@example.com"), &number(7_000 + which, 1))
    });
    let settings = people.with("sms.prices", "91: 0.05, *: 0.1").with("sms.daily_ceiling", "0.1");
    let mut otpd = Otpd::start(settings).await;
    // Nobody has these: no message goes out, and nothing is spent.
    for which in 0..4 {
        assert_eq!(ask(&otpd, &number(7_100 + which, 1)).await.status, 303);
    }
    for which in 0..2 {
        assert_eq!(ask(&otpd, &number(7_000 + which, 1)).await.status, 303);
        otpd.message_to(&number(7_000 + which, 1), 1).await;
    }
    for _ in 0..2 {
        for contact in [number(7_002, 1), number(7_104, 1)] {
            is_unavailable(&told_until_midnight(ask(&otpd, &contact)).await);
            told_until_midnight(send_otp(&otpd, &contact, None)).await;
        }
        otpd.kill().await;
        otpd.serve().await;
    }
    assert_eq!(ask(&otpd, "c2@example.com").await.status, 303);
    otpd.message_to("c2@example.com", 1).await;
    assert_eq!(otpd.texts().len(), 2);
}

/// Waits for the next day of UTC when this one is nearly over: then there is money again.
async fn early_enough() {
    let bound = Duration::from_mins(2);
    poll::until("the next day", bound, async || (left_of_the_day() >= 60).then_some(())).await;
}

/// Seconds left of the day of UTC; one that has begun counts.
fn left_of_the_day() -> u64 {
    86_400 - now_millis().unsigned_abs() / 1_000 % 86_400
}

/// The reply to what is asked, which tells to wait for the next day of UTC.
async fn told_until_midnight(asking: impl Future<Output = Reply>) -> Reply {
    let before = left_of_the_day();
    let reply = asking.await;
    let after = left_of_the_day();
    assert_eq!(reply.status, 429, "{}", reply.text());
    assert!((after..=before).contains(&told(&reply)), "{} told, {before} left before, {after} after", told(&reply));
    reply
}
