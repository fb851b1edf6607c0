//! Nothing tells who has an account, on the pages for accounts with passwords either.

use std::time::Duration;

use otpd_domain::message::{Receipt, TryOutcome};

use crate::site::{Browser, EMAIL, PASSWORD, PHONE, Page, Seen, Site, registration};

/// Masked like [`EMAIL`], and nobody's.
const NOBODY: &str = "akim@example.com";
/// Masked like [`PHONE`], and nobody's.
const NO_NUMBER: &str = "+919876500210";

/// One form cookie for all visits, so that the tokens in the pages are the same.
fn browser(site: &Site) -> Browser {
    let mut browser = site.browser();
    browser.cookies.insert("__Host-otpd_csrf".to_owned(), "AAAAAAAAAAAAAAAAAAAAAA".to_owned());
    browser
}

/// Lets all waiting messages end like this.
async fn deliver_all(site: &Site, outcome: &TryOutcome) {
    use otpd_domain::Clock;
    let messages = site.messages().await;
    let tries = messages.iter().map(|message| (message.id, message.leased_until, outcome.clone())).collect();
    site.domain.ports.outbox.record_tries(tries, site.clock.now()).await.expect("recorded");
}

/// From the first answer on: looked, guessed until no guess is left, asked again, waited too long.
async fn go_on(site: &Site, browser: &mut Browser, [verify, resend]: [&str; 2], outcome: &TryOutcome) -> Vec<Seen> {
    let guess = [("otp_code", "0"), ("password", PASSWORD)];
    let mut pages = vec![browser.get(verify).await, browser.get("/otp/status/").await];
    deliver_all(site, outcome).await;
    pages.extend([browser.get(verify).await, browser.get("/otp/status/").await]);
    pages.extend([browser.get(resend).await, browser.post(resend, &[]).await, browser.post(verify, &guess).await]);
    for digit in 0..6 {
        let code = format!("{digit}{digit}1234");
        pages.push(browser.post(verify, &[("otp_code", &code), ("password", PASSWORD)]).await);
    }
    site.clock.advance(Duration::from_secs(31));
    pages.extend([browser.post(resend, &[]).await, browser.get(verify).await]);
    deliver_all(site, outcome).await;
    site.clock.advance(Duration::from_secs(601));
    pages.extend([browser.post(verify, &[("otp_code", "123456"), ("password", PASSWORD)]).await]);
    pages.push(browser.get(verify).await);
    pages.iter().map(Page::seen).collect()
}

fn assert_alike(known: &[Seen], unknown: &[Seen]) {
    assert_eq!(known.len(), unknown.len());
    for (known, unknown) in known.iter().zip(unknown) {
        assert_eq!(known, unknown);
    }
}

fn outcomes() -> [TryOutcome; 2] {
    [TryOutcome::Accepted(Receipt::default()), TryOutcome::Failed]
}

#[tokio::test]
async fn registering_reads_the_same_for_taken_and_free_contacts() {
    async fn visit(email: &str, phone: &str, outcome: &TryOutcome) -> Vec<Seen> {
        let site = Site::new().await;
        let mut browser = browser(&site);
        let mut pages = vec![browser.get("/register/").await.seen()];
        pages.push(browser.post("/register/", &registration(email, phone)).await.seen());
        pages.extend(go_on(&site, &mut browser, ["/register/verify/", "/register/resend/"], outcome).await);
        for _ in 0..3 {
            let (status, headers, body) = browser.post("/register/", &registration(email, phone)).await.seen();
            let body = body.replace(email, "").replace(phone, "");
            pages.push((status, headers, body));
        }
        pages
    }
    for outcome in outcomes() {
        assert_alike(&visit(EMAIL, "", &outcome).await, &visit(NOBODY, "", &outcome).await);
        assert_alike(&visit(NOBODY, PHONE, &outcome).await, &visit(NOBODY, NO_NUMBER, &outcome).await);
        assert_alike(&visit(EMAIL, PHONE, &outcome).await, &visit(NOBODY, NO_NUMBER, &outcome).await);
    }
}

#[tokio::test]
async fn the_other_contact_of_an_active_registration_reads_the_same_taken_or_free() {
    async fn visit(email: &str) -> Vec<Seen> {
        let site = Site::new().await;
        let mut browser = browser(&site);
        browser.get("/register/").await;
        let mut pages = vec![browser.post("/register/", &registration(email, NO_NUMBER)).await.seen()];
        let codes = site.codes().await;
        let page = browser.post("/register/verify/", &[("otp_code", &codes[NO_NUMBER])]).await;
        assert_eq!(page.location(), "/register/verify/");
        pages.push(page.seen());
        pages.extend(go_on(&site, &mut browser, ["/register/verify/", "/register/resend/"], &outcomes()[0]).await);
        pages.push(browser.get("/dashboard/").await.seen());
        pages
    }
    assert_alike(&visit(EMAIL).await, &visit(NOBODY).await);
}

#[tokio::test]
async fn a_forgotten_password_reads_the_same_for_known_and_unknown() {
    async fn visit(contact: &str, outcome: &TryOutcome) -> Vec<Seen> {
        let site = Site::new().await;
        let mut browser = browser(&site);
        let mut pages = vec![browser.get("/password/forgotten/").await.seen()];
        pages.push(browser.post("/password/forgotten/", &[("contact", contact)]).await.seen());
        pages.extend(go_on(&site, &mut browser, ["/password/new/", "/password/resend/"], outcome).await);
        pages
    }
    for outcome in outcomes() {
        assert_alike(&visit(EMAIL, &outcome).await, &visit(NOBODY, &outcome).await);
        assert_alike(&visit(PHONE, &outcome).await, &visit(NO_NUMBER, &outcome).await);
    }
}

#[tokio::test]
async fn even_the_right_code_sets_nobodys_password() {
    let site = Site::new().await;
    let mut browser = site.browser();
    browser.forget_password(NOBODY).await;
    let message = site.message().await;
    assert!(message.withheld, "nothing is sent");
    let page = browser.choose_password(&site.code_in(&message), PASSWORD).await;
    page.assert_says("That code is wrong. You have 4 attempts left.");
}

#[tokio::test]
async fn logging_in_is_refused_alike_with_the_same_headers() {
    let site = Site::new().await;
    let without_password = browser(&site).log_in(EMAIL, PASSWORD).await.seen();
    let unknown = browser(&site).log_in(NOBODY, PASSWORD).await.seen();
    site.give_password().await;
    let wrong = browser(&site).log_in(EMAIL, "not the right password").await.seen();
    let unknown = (unknown.0, unknown.1, unknown.2.replace(NOBODY, EMAIL));
    assert_eq!(without_password, unknown);
    assert_eq!(wrong, unknown);
}
