//! What ends with time, to the second on either side: codes, and sessions.

use std::time::Duration;

use http::Request;
use http::header::CONTENT_TYPE;

use crate::site::{EMAIL, PHONE, Page, Site};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A second before the end of a time of so many seconds, when it still holds, and a second after, when it does not.
fn around(end: u64) -> [(Duration, bool); 2] {
    [(Duration::from_secs(end - 1), true), (Duration::from_secs(end + 1), false)]
}

async fn post_json(site: &Site, path: &str, body: String) -> Page {
    site.browser().send(Request::post(path).header(CONTENT_TYPE, "application/json"), body).await
}

#[tokio::test]
async fn a_code_is_valid_a_second_before_its_end_and_dead_a_second_after() {
    for (wait, opens) in around(5 * MINUTE) {
        let site = Site::new().await;
        let mut browser = site.browser().waiting().await;
        let code = site.code().await;
        site.clock.advance(wait);
        let page = browser.type_code(&code).await;
        assert_eq!(page.location() == "/dashboard/", opens, "{wait:?}");
        assert!(opens || page.text().contains("This code has expired."), "{}", page.text());
    }
}

#[tokio::test]
async fn a_code_to_activate_a_registration_lives_for_ten_minutes_and_a_second_less() {
    for (wait, opens) in around(10 * MINUTE) {
        let site = Site::new().await;
        let mut browser = site.browser();
        browser.register("nila@example.com", "").await;
        let code = site.code().await;
        site.clock.advance(wait);
        assert_eq!(browser.type_activation(&code).await.location() == "/dashboard/", opens, "{wait:?}");
    }
}

#[tokio::test]
async fn a_code_to_choose_a_password_with_ends_as_any_other() {
    for (wait, opens) in around(5 * MINUTE) {
        let site = Site::new().await;
        let mut browser = site.browser();
        browser.forget_password(EMAIL).await;
        let code = site.code().await;
        site.clock.advance(wait);
        let page = browser.choose_password(&code, crate::site::PASSWORD).await;
        assert_eq!(page.location() == "/dashboard/", opens, "{wait:?}");
    }
}

#[tokio::test]
async fn a_verification_for_another_back_end_ends_as_any_other() {
    for (wait, opens) in around(5 * MINUTE) {
        let site = Site::new().await;
        let sent = post_json(&site, "/api/users/send-otp/", format!(r#"{{"phone":"{PHONE}"}}"#)).await;
        assert_eq!(sent.status, 200, "{}", sent.body);
        let code = site.code().await;
        site.clock.advance(wait);
        let body = format!(r#"{{"phone":"{PHONE}","otp":"{code}"}}"#);
        let status = post_json(&site, "/api/users/verify-otp/", body).await.status;
        assert_eq!(status, if opens { 200 } else { 400 }, "{wait:?}");
    }
}

#[tokio::test]
async fn a_clock_set_back_revives_no_code() {
    let site = Site::new().await;
    let mut browser = site.browser().waiting().await;
    let code = site.code().await;
    let sent_at = otpd_domain::Clock::now(&*site.clock);
    site.clock.advance(Duration::from_secs(5 * MINUTE + 1));
    assert_ne!(browser.type_code(&code).await.location(), "/dashboard/");
    site.clock.set(sent_at);
    assert_ne!(browser.type_code(&code).await.location(), "/dashboard/");
}

#[tokio::test]
async fn a_session_ends_after_a_day_without_use() {
    let site = Site::new().await;
    let mut browser = site.signed_in().await;
    for _ in 0..3 {
        site.clock.advance(Duration::from_secs(DAY - 1));
        assert_eq!(browser.get("/dashboard/").await.status, 200, "a look keeps it alive");
    }
    site.clock.advance(Duration::from_secs(DAY + 1));
    let page = browser.get("/dashboard/").await;
    assert_eq!(page.status, 303);
    assert!(page.location().starts_with("/otp/request/"), "{}", page.location());
}

#[tokio::test]
async fn a_session_ends_after_two_weeks_however_much_it_is_used() {
    let site = Site::new().await;
    let mut browser = site.signed_in().await;
    let session = browser.cookie("session").expect("a session").to_owned();
    for _ in 0..14 {
        site.clock.advance(Duration::from_secs(23 * HOUR));
        assert_eq!(browser.get("/dashboard/").await.status, 200);
    }
    // 14 times 23 hours have passed, of 14 times 24.
    site.clock.advance(Duration::from_secs(14 * HOUR - 1));
    assert_eq!(browser.get("/dashboard/").await.status, 200);
    site.clock.advance(Duration::from_secs(2));
    assert_eq!(browser.get("/dashboard/").await.status, 303);
    // A browser that keeps the cookie against its Max-Age gains nothing.
    browser.cookies.insert("__Host-otpd_session".to_owned(), session);
    assert_eq!(browser.get("/dashboard/").await.status, 303);
}
