//! Signing in with a password.

use std::sync::Arc;

use async_trait::async_trait;
use otpd_domain::administer::disable_account;
use otpd_domain::password::{Password, PasswordHash};
use otpd_domain::ports::{Compared, HashError, PasswordHasher};
use otpd_domain::visitor::Trail;
use otpd_testkit::sample::email;

use crate::site::{EMAIL, PASSWORD, PHONE, Site, Unusual, registration};

/// A hasher for whom too many wait already.
struct Busy;

#[async_trait]
impl PasswordHasher for Busy {
    async fn hash(&self, _: Password) -> Result<PasswordHash, HashError> {
        Err(HashError::Busy)
    }
    async fn compare(&self, _: Password, _: Option<PasswordHash>) -> Result<Compared, HashError> {
        Err(HashError::Busy)
    }
}

#[tokio::test]
async fn a_customer_signs_in_with_either_contact() {
    let site = Site::new().await;
    site.give_password().await;
    for written in [EMAIL, " Asha@Example.COM", PHONE, "98765 43210"] {
        let mut browser = site.browser();
        let page = browser.get("/login/?next=/bills/").await;
        assert_eq!(page.field("next").as_deref(), Some("/bills/"));
        assert!(
            page.body.contains("autocomplete=\"username\"") && page.body.contains("autocomplete=\"current-password\"")
        );
        let form = [("contact", written), ("password", PASSWORD), ("next", "/bills/")];
        let page = browser.post("/login/", &form).await;
        assert_eq!((page.status, page.location()), (303, "/bills/"), "{written}");
        browser.get("/dashboard/").await.assert_says("Hello, Asha Rao");
        assert_eq!(browser.get("/login/?next=/bills/").await.location(), "/bills/", "signed in already");
    }
}

#[tokio::test]
async fn the_same_keys_are_the_same_password_on_every_system() {
    let site = Site::new().await;
    let mut browser = site.browser();
    browser.forget_password(EMAIL).await;
    let code = site.code().await;
    assert_eq!(browser.choose_password(&code, "caf\u{e9} au lait, s'il te plaît").await.status, 303);
    let page = site.browser().log_in(EMAIL, "cafe\u{301} au lait, s'il te plai\u{302}t").await;
    assert_eq!(page.location(), "/dashboard/");
}

#[tokio::test]
async fn every_refusal_reads_the_same() {
    let site = Site::new().await;
    site.give_password().await;
    let mut bodies = Vec::new();
    for (contact, password) in [
        (EMAIL, "some other password"),
        ("akim@example.com", PASSWORD),
        ("asha", PASSWORD),
        ("12", PASSWORD),
        (EMAIL, &"long".repeat(10_000)),
    ] {
        let mut browser = site.browser();
        browser.cookies.insert("__Host-otpd_csrf".to_owned(), "AAAAAAAAAAAAAAAAAAAAAA".to_owned());
        let page = browser.log_in(contact, password).await;
        assert_eq!((page.status, browser.cookie("session")), (200, None), "{contact}");
        page.assert_says("That did not work.");
        assert_eq!(page.field("contact").as_deref(), Some(contact), "what was typed is kept");
        assert!(!page.body.contains(password), "but the password is not");
        bodies.push(page.body.replace(&format!("value=\"{contact}\""), "value=\"\""));
    }
    let account = site.account(&email(EMAIL)).await.expect("asha");
    disable_account(&site.domain, account.id, &Trail::default()).await.expect("disabled");
    let mut browser = site.browser();
    browser.cookies.insert("__Host-otpd_csrf".to_owned(), "AAAAAAAAAAAAAAAAAAAAAA".to_owned());
    let page = browser.log_in(EMAIL, PASSWORD).await;
    assert_eq!(page.status, 200);
    bodies.push(page.body.replace(&format!("value=\"{EMAIL}\""), "value=\"\""));
    assert!(bodies.iter().all(|body| *body == bodies[0]));
}

#[tokio::test]
async fn an_empty_field_is_named() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let page = browser.log_in(" ", PASSWORD).await;
    assert_eq!(page.status, 400);
    page.assert_says("Type your e-mail address or phone number.");
    let page = browser.log_in(EMAIL, "").await;
    assert_eq!(page.status, 400);
    page.assert_says("Type your password.");
    assert_eq!(page.field("contact").as_deref(), Some(EMAIL));
}

#[tokio::test]
async fn logging_in_anew_replaces_the_browsers_session_and_forgets_a_pending_code() {
    let site = Site::new().await;
    site.give_password().await;
    let mut browser = site.signed_in().await;
    let mut again = browser.clone();
    let pending = site.browser().waiting().await.cookie("pending").expect("a cookie").to_owned();
    again.cookies.insert("__Host-otpd_pending".to_owned(), pending);
    again.get("/dashboard/").await;
    let page = again.post("/login/", &[("contact", EMAIL), ("password", PASSWORD)]).await;
    assert_eq!(page.location(), "/dashboard/");
    assert_eq!(again.cookie("pending"), None);
    assert_eq!(browser.get("/dashboard/").await.status, 303, "the old session is over");
    assert_eq!(again.get("/dashboard/").await.status, 200);
}

#[tokio::test]
async fn an_expired_session_says_so_here_too() {
    let site = Site::new().await;
    let mut browser = site.signed_in().await;
    site.clock.advance(std::time::Duration::from_hours(25));
    browser.get("/login/").await.assert_says("Your session has expired. Please sign in again.");
    assert_eq!(browser.cookie("session"), None);
}

#[tokio::test]
async fn a_crowd_at_the_hasher_is_a_503_that_says_so_to_everybody() {
    let domain: fn(&mut otpd_domain::Domain) = |domain| domain.ports.passwords = Arc::new(Busy);
    let site = Site::unusual(Unusual { domain: Some(domain), ..Unusual::default() }).await;
    let mut browser = site.browser();
    browser.get("/login/").await;
    for page in [
        browser.log_in(EMAIL, PASSWORD).await,
        browser.log_in("akim@example.com", PASSWORD).await,
        browser.post("/register/", &registration("nila@example.com", "")).await,
    ] {
        assert_eq!((page.status, page.header("retry-after")), (503, "5"));
        page.assert_says("Please try again in a moment");
    }
    assert!(site.messages().await.is_empty(), "nothing was half-done");
    browser.forget_password(EMAIL).await;
    let code = site.code().await;
    assert_eq!(browser.choose_password(&code, PASSWORD).await.status, 503);
}
