//! What a person is told, each time in its own words, in both languages.

use std::time::Duration;

use otpd_domain::message::{Receipt, TryOutcome};

use crate::site::{Site, wrong};

#[tokio::test]
async fn wrong_codes_count_down_to_the_last() {
    let site = Site::new().await;
    let mut browser = site.browser().waiting().await;
    let code = site.code().await;
    for (left, words) in [(4, "4 attempts"), (3, "3 attempts"), (2, "2 attempts"), (1, "one attempt")] {
        let page = browser.type_code(&wrong(&code)).await;
        assert_eq!(page.status, 200);
        page.assert_says(&format!("That code is wrong. You have {words} left."));
        page.assert_says(&format!("Attempts left: {left}"));
        assert_eq!(page.field("otp_code").as_deref(), Some(""), "a wrong code is not shown again");
        assert!(page.body.contains("aria-invalid=\"true\""));
    }
    let page = browser.type_code(&wrong(&code)).await;
    assert_eq!((page.status, page.header("retry-after")), (429, "30"));
    page.assert_says("Too many wrong attempts.");
    let page = browser.type_code(&code).await;
    assert_eq!(page.status, 429, "the right code comes too late");
    browser.get("/otp/verify/").await.assert_says("Too many wrong attempts.");
}

#[tokio::test]
async fn an_expired_code_says_so() {
    let site = Site::new().await;
    let mut browser = site.browser().waiting().await;
    let code = site.code().await;
    site.clock.advance(Duration::from_secs(301));
    let page = browser.type_code(&code).await;
    assert_eq!(page.status, 200);
    page.assert_says("This code has expired. Please ask for a new one.");
    let page = browser.get("/otp/verify/").await;
    assert_eq!(page.status, 200);
    page.assert_says("This code has expired.");
    assert_eq!(browser.post("/otp/resend/", &[]).await.location(), "/otp/verify/");
    assert_eq!(browser.type_code(&site.code().await).await.location(), "/dashboard/");
}

#[tokio::test]
async fn a_malformed_code_spends_no_attempt() {
    let site = Site::new().await;
    let mut browser = site.browser().waiting().await;
    for typed in ["", "12345", "1234567", "12345a", "１２３４５６", "١٢٣٤٥٦", "12345678901234567890"] {
        let page = browser.type_code(typed).await;
        assert_eq!(page.status, 400, "{typed}");
        page.assert_says("A code has 6 digits. Please type it again.");
        page.assert_says("Attempts left: 5");
        assert_eq!(page.field("otp_code").as_deref(), Some(typed), "what was typed is kept");
    }
    assert_eq!(browser.type_code(&site.code().await).await.location(), "/dashboard/");
}

#[tokio::test]
async fn a_malformed_contact_says_what_is_wrong_and_is_kept() {
    let site = Site::new().await;
    let mut browser = site.browser();
    browser.get("/otp/request/").await;
    for (kind, typed, words) in [
        ("email", "", "Type your e-mail address."),
        ("email", "asha", "This is not an e-mail address."),
        ("email", "Asha <asha@example.com>", "This is not an e-mail address."),
        ("email", "asha@example.com,eve@evil.example", "This is not an e-mail address."),
        ("email", "\"><script>alert(1)</script>@x.example", "This is not an e-mail address."),
        ("phone", " ", "Type your phone number."),
        ("phone", "+91 CALL-ME", "Write the phone number with digits only."),
        ("phone", "９８７６５４３２１０", "Write the phone number with digits only."),
        ("phone", "12", "This is not a valid phone number."),
        ("phone", "+91 98765 43210 ext 5", "Write the phone number with digits only."),
        ("", "asha@example.com", "Choose e-mail or phone."),
        ("pigeon", "asha@example.com", "Choose e-mail or phone."),
    ] {
        let page = browser.post("/otp/request/", &[("contact_type", kind), ("contact_value", typed)]).await;
        assert_eq!(page.status, 400, "{typed}");
        page.assert_says(words);
        assert!(page.body.contains("role=\"alert\"") && page.body.contains("<title>Error:"));
        assert_eq!(page.field("contact_value").as_deref(), Some(typed), "what was typed is kept");
        assert!(!page.body.contains("<script>"), "and escaped");
        let checked = page.body.split("<input").find(|input| input.contains(" checked"));
        assert_eq!(checked.is_some(), ["email", "phone"].contains(&kind));
        assert!(checked.is_none_or(|input| input.contains(kind)));
    }
    assert!(site.messages().await.is_empty(), "nothing was sent");
}

#[tokio::test]
async fn an_expired_session_says_so_once() {
    let site = Site::new().await;
    let mut browser = site.signed_in().await;
    site.clock.advance(Duration::from_hours(25));
    let page = browser.get("/dashboard/?tab=2").await;
    assert_eq!((page.status, page.location()), (303, "/otp/request/?next=/dashboard/?tab%3D2"));
    let page = browser.get("/otp/request/").await;
    page.assert_says("Your session has expired. Please sign in again.");
    assert_eq!(browser.cookie("session"), None);
    let page = browser.get("/otp/request/").await;
    assert!(!page.text().contains("expired"));
}

#[tokio::test]
async fn news_of_the_message_reach_the_page_and_its_script() {
    use otpd_domain::Clock;
    let site = Site::new().await;
    let mut browser = site.browser();
    let page = browser.get("/otp/status/").await;
    assert_eq!((page.status, page.body.as_str()), (204, ""), "nothing pending");
    let mut browser = site.browser().waiting().await;
    let at = site.clock.now().after(Duration::from_secs(1));
    let told = |news: &'static str, words: &'static str, settled: bool| {
        let mut browser = browser.clone();
        async move {
            browser.get("/otp/verify/").await.assert_says(words);
            let page = browser.get("/otp/status/").await;
            assert_eq!(page.header("content-type"), "application/json");
            assert!(page.body.contains(&format!("\"news\":\"{news}\"")), "{}", page.body);
            assert!(page.body.contains(words) && page.body.contains(&format!("\"settled\":{settled}")));
        }
    };
    told("on-its-way", "Your code is on its way.", false).await;
    site.deliver(TryOutcome::Retry { at, ambiguous: false, deferred: false }).await;
    told("delayed", "This is taking longer than usual.", false).await;
    site.clock.advance(Duration::from_secs(2));
    site.deliver(TryOutcome::Failed).await;
    told("failed", "The code could not be sent. Please change the contact to choose another way", true).await;

    site.clock.advance(Duration::from_mins(1));
    browser.post("/otp/resend/", &[]).await;
    site.deliver(TryOutcome::Accepted(Receipt::default())).await;
    browser.get("/otp/verify/").await.assert_says("Your code has been sent.");
}

#[tokio::test]
async fn a_refused_recipient_reads_like_any_other() {
    let site = Site::new().await;
    let mut browser = site.browser().waiting().await;
    site.deliver(TryOutcome::Refused).await;
    browser.get("/otp/verify/").await.assert_says("Your code has been sent.");
}

#[tokio::test]
async fn arabic_has_its_own_words_and_plurals() {
    let site = Site::new().await;
    let mut browser = site.browser();
    browser.headers.push(("accept-language", "ar-EG,ar;q=0.9,en;q=0.1".to_owned()));
    let page = browser.get("/otp/request/").await;
    assert!(page.body.contains("<html lang=\"ar\" dir=\"rtl\">"));
    assert_eq!((page.header("content-language"), page.header("vary")), ("ar", "Accept-Language"));
    let mut browser = browser.waiting().await;
    let code = site.code().await;
    for words in ["4 محاولات", "3 محاولات", "محاولتان", "محاولة واحدة"] {
        browser.type_code(&wrong(&code)).await.assert_says(words);
    }
    browser.type_code(&wrong(&code)).await.assert_says("محاولات خاطئة كثيرة");
    browser.post("/otp/resend/", &[]).await.assert_says("محاولات خاطئة كثيرة");
}
