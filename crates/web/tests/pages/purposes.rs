//! A code is good for what it was sent for, and its cookie leads to the page for that.

use crate::site::{Browser, EMAIL, PASSWORD, Site};
use otpd_domain::Visitor;

/// What a code is sent for, with the page it is typed at.
const PAGES: [&str; 4] = ["/otp/verify/", "/register/verify/", "/password/new/", "/account/contact/verify/"];

/// A browser that has a code pending for that page, and the code. It is signed in, as one of the pages demands.
async fn pending_for(site: &Site, page: &str) -> (Browser, String) {
    let mut browser = site.signed_in().await;
    let mut other = site.browser();
    match page {
        "/otp/verify/" => other.request_code(EMAIL).await,
        "/register/verify/" => other.register("nila@example.com", "").await,
        "/password/new/" => other.forget_password(EMAIL).await,
        _ => browser.change_contact("asha@example.org").await,
    }
    if let Some(pending) = other.cookie("pending") {
        browser.cookies.insert("__Host-otpd_pending".to_owned(), pending.to_owned());
    }
    browser.get("/dashboard/").await;
    (browser, site.code().await)
}

#[tokio::test]
async fn a_code_opens_no_other_door() {
    for sent_for in PAGES {
        for typed_at in PAGES.into_iter().filter(|page| *page != sent_for) {
            let site = Site::new().await;
            let (mut browser, code) = pending_for(&site, sent_for).await;
            let pending = browser.cookie("pending").map(str::to_owned);
            let page = browser.post(typed_at, &[("otp_code", &code), ("password", PASSWORD)]).await;
            assert_eq!((page.status, page.location()), (303, sent_for), "a code for {sent_for} typed at {typed_at}");
            assert_eq!(browser.cookie("pending"), pending.as_deref(), "it stays pending");
            let page = browser.get(sent_for).await;
            page.assert_says("Attempts left: 5");
            let page = browser.post(sent_for, &[("otp_code", &code), ("password", PASSWORD)]).await;
            assert_eq!((page.status, page.location()), (303, "/dashboard/"), "and works where it belongs");
        }
    }
}

#[tokio::test]
async fn the_pages_lead_to_the_one_for_the_pending_code() {
    let site = Site::new().await;
    let mut browser = site.browser();
    browser.forget_password(EMAIL).await;
    for path in ["/otp/verify/?next=/bills/", "/register/verify/?next=/bills/", "/otp/resend/?next=/bills/"] {
        let page = browser.get(path).await;
        assert_eq!((page.status, page.location()), (303, "/password/new/?next=/bills/"), "{path}");
    }
    let page = browser.get("/otp/request/").await;
    assert!(!page.text().contains("expired"), "nothing is lost");
    assert!(browser.cookie("pending").is_some());
    for path in ["/otp/resend/", "/register/resend/"] {
        let page = browser.post(path, &[]).await;
        assert_eq!(page.status, 303, "{path}");
    }
    assert_eq!(site.messages().await.len(), 1, "the wrong button sends nothing");
    let page = browser.get("/otp/status/").await;
    assert!(page.body.contains("\"news\":\"on-its-way\""), "news of any of them");
}

#[tokio::test]
async fn an_api_callers_verification_is_typed_at_no_page() {
    use otpd_domain::codes::Sent;
    use otpd_domain::verification::{SendVerification, send_verification};
    let site = Site::new().await;
    let kind = site.domain.policy.verification("Order").expect("declared");
    let input = SendVerification {
        kind,
        identifier: otpd_testkit::sample::email(EMAIL),
        language: "en".to_owned(),
        again: false,
        once: None,
        visitor: Visitor::default(),
    };
    let sent = send_verification(&site.domain, input).await.expect("the store");
    let Sent::Sent(sent) = sent else { panic!("not sent: {sent:?}") };
    let code = site.code().await;
    let mut browser = site.signed_in().await;
    browser.cookies.insert("__Host-otpd_pending".to_owned(), sent.handle.to_text());
    browser.get("/dashboard/").await;
    for path in PAGES {
        let before = browser.cookie("session").map(str::to_owned);
        let page = browser.post(path, &[("otp_code", &code), ("password", PASSWORD)]).await;
        assert_eq!(page.status, 303, "{path}");
        assert_eq!(browser.cookie("session"), before.as_deref(), "{path} opened nothing");
        assert_eq!(browser.get(path).await.status, 303, "{path}");
    }
    assert_eq!(browser.get("/otp/status/").await.status, 204);
}
