//! The cookie of browsers that have signed in before.

use std::time::Duration;

use otpd_domain::account::NewAccount;
use otpd_domain::browser::MAX_KNOWN;
use otpd_domain::identifier::EmailAddress;
use otpd_testkit::limits::rates;
use otpd_testkit::sample::Sampler;

use crate::site::{Browser, EMAIL, PASSWORD, Page, Site};

fn known_cookie(page: &Page) -> Option<&str> {
    let cookies = page.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().expect("text"));
    cookies.into_iter().find(|cookie| cookie.starts_with("__Host-otpd_browser="))
}

async fn sign_in(site: &Site, browser: &mut Browser, contact: &str) -> Page {
    browser.request_code(contact).await;
    let code = site.code().await;
    browser.type_code(&code).await
}

#[tokio::test]
async fn every_sign_in_makes_the_browser_known_and_signing_out_leaves_it_so() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let page = sign_in(&site, &mut browser, EMAIL).await;
    let cookie = known_cookie(&page).expect("a cookie");
    assert!(cookie.ends_with("; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=15552000"), "{cookie}");
    let known = browser.cookie("browser").expect("known").to_owned();
    browser.get("/dashboard/").await;
    browser.post("/otp/logout/", &[]).await;
    assert_eq!(browser.cookie("browser"), Some(known.as_str()));

    let mut browser = site.browser();
    browser.forget_password(EMAIL).await;
    let code = site.code().await;
    let page = browser.choose_password(&code, PASSWORD).await;
    assert!(known_cookie(&page).is_some(), "by a new password");
    let mut browser = site.browser();
    assert!(known_cookie(&browser.log_in(EMAIL, PASSWORD).await).is_some(), "by the password");
    let mut browser = site.browser();
    site.messages().await;
    browser.register("nila@example.com", "").await;
    let code = site.code().await;
    assert!(known_cookie(&browser.type_activation(&code).await).is_some(), "by activating an account");
}

#[tokio::test]
async fn it_is_the_same_browser_at_the_next_sign_in_and_the_latest_accounts_are_kept() {
    let site = Site::new().await;
    let mut browser = site.browser();
    for number in 0..=MAX_KNOWN {
        let contact = format!("person{number}@example.com");
        let email = Some(EmailAddress::from_stored(contact.clone()));
        site.add_customer(NewAccount { email, phone: None, ..Sampler::default().account() }).await;
        sign_in(&site, &mut browser, &contact).await;
    }
    let known: Vec<_> = browser.cookie("browser").expect("known").split('.').map(str::to_owned).collect();
    assert_eq!(known.len(), MAX_KNOWN);
    site.clock.advance(Duration::from_hours(1));
    sign_in(&site, &mut browser, "person3@example.com").await;
    let later: Vec<_> = browser.cookie("browser").expect("known").split('.').map(str::to_owned).collect();
    assert_eq!(later.len(), MAX_KNOWN);
    // Of the account that signed in the moment is new; the others are as they were, behind it.
    assert!(!known.contains(&later[0]));
    assert!(later[1..].iter().all(|text| known.contains(text)));
}

#[tokio::test]
async fn a_forged_an_old_or_a_stolen_one_of_another_account_gives_nothing() {
    // The owner's allowance beyond the contact's own.
    let site = Site::limited(|limits| limits.sends.to_contact = rates("1/h")).await;
    let mut owner = site.browser();
    sign_in(&site, &mut owner, EMAIL).await;
    let real = owner.cookie("browser").expect("known").to_owned();
    site.clock.advance(Duration::from_mins(1));
    let ask = async |cookie: String| {
        let mut browser = site.browser();
        browser.cookies.insert("__Host-otpd_browser".to_owned(), cookie);
        browser.get("/otp/request/").await;
        browser.post("/otp/request/", &[("contact_type", "email"), ("contact_value", EMAIL)]).await.status
    };
    let flipped = real.replacen(['A', 'B', 'C', 'D'], "E", 1);
    for forged in [String::new(), "nonsense".to_owned(), "....".to_owned(), flipped, "A".repeat(4_000)] {
        assert_eq!(ask(forged.clone()).await, 429, "{forged:.20}");
    }
    assert_eq!(ask(format!("nonsense.{real}")).await, 303, "what cannot be read is dropped, the rest counts");
    site.clock.advance(Duration::from_hours(24 * 180));
    // Old enough to be forgotten; the contact's own limit is over by then, and is spent by one.
    assert_eq!(ask(real.clone()).await, 303);
    site.clock.advance(Duration::from_mins(1));
    assert_eq!(ask(real).await, 429);
}
