//! Nothing tells who is a customer.

use std::time::Duration;

use otpd_domain::message::{Receipt, TryOutcome};

use crate::site::{EMAIL, Page, Seen, Site, wrong};

/// Masked like [`EMAIL`], and nobody's.
const NOBODY: &str = "akim@example.com";

/// A whole visit: asked, looked, guessed wrong until no guess is left, asked again, waited too long.
async fn visit(site: &Site, contact: &str, delivered: &TryOutcome) -> Vec<Seen> {
    // One form cookie for all visits, so that the tokens in the pages are the same.
    let mut browser = site.browser();
    browser.cookies.insert("__Host-otpd_csrf".to_owned(), "AAAAAAAAAAAAAAAAAAAAAA".to_owned());
    let mut pages = vec![browser.get("/otp/request/").await];
    let typed = [("contact_type", "email"), ("contact_value", contact)];
    pages.push(browser.post("/otp/request/", &typed).await);
    pages.push(browser.get("/otp/verify/").await);
    pages.push(browser.get("/otp/status/").await);
    let code = site.deliver(delivered.clone()).await;
    pages.push(browser.get("/otp/verify/").await);
    pages.push(browser.get("/otp/status/").await);
    pages.push(browser.post("/otp/resend/", &[]).await);
    for _ in 0..6 {
        pages.push(browser.type_code(&wrong(&code)).await);
    }
    site.clock.advance(Duration::from_secs(31));
    pages.push(browser.post("/otp/resend/", &[]).await);
    pages.push(browser.get("/otp/verify/").await);
    site.messages().await;
    site.clock.advance(Duration::from_secs(301));
    pages.push(browser.type_code("000000").await);
    pages.push(browser.get("/otp/verify/").await);
    pages.iter().map(Page::seen).collect()
}

#[tokio::test]
async fn known_and_unknown_contacts_are_answered_alike() {
    let site = Site::new().await;
    for outcome in [TryOutcome::Accepted(Receipt::default()), TryOutcome::Failed] {
        let known = visit(&site, EMAIL, &outcome).await;
        let unknown = visit(&site, NOBODY, &outcome).await;
        assert_eq!(known.len(), unknown.len());
        for (known, unknown) in known.iter().zip(&unknown) {
            assert_eq!(known, unknown);
        }
    }
}

#[tokio::test]
async fn even_the_right_code_is_wrong_for_nobody() {
    let site = Site::new().await;
    let mut browser = site.browser();
    browser.request_code(NOBODY).await;
    let message = site.message().await;
    assert!(message.withheld, "nothing is sent");
    browser.type_code(&site.code_in(&message)).await.assert_says("That code is wrong. You have 4 attempts left.");
}
