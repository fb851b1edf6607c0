//! From the first page to the dashboard and out again.

use crate::site::{EMAIL, PHONE, Site, wrong};

#[tokio::test]
async fn a_customer_signs_in_by_email_and_out_again() {
    let site = Site::new().await;
    let mut browser = site.browser();

    let page = browser.get("/").await;
    assert_eq!((page.status, page.location()), (303, "/dashboard/"));
    let page = browser.get("/dashboard/").await;
    assert_eq!((page.status, page.location()), (303, "/otp/request/?next=/dashboard/"));
    let page = browser.get("/otp/request/?next=/dashboard/").await;
    assert_eq!((page.status, page.field("next").as_deref()), (200, Some("/dashboard/")));

    let typed = [("contact_type", "email"), ("contact_value", " Asha@Example.COM "), ("next", "/dashboard/")];
    let page = browser.post("/otp/request/", &typed).await;
    assert_eq!((page.status, page.location()), (303, "/otp/verify/?next=/dashboard/"));
    let page = browser.get(page.location()).await;
    page.assert_says("a•••@example.com");
    page.assert_says("Time left: 5:00");
    page.assert_says("Attempts left: 5");
    assert!(!page.body.contains(EMAIL), "the contact is masked");

    let code = site.code().await;
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    let page = browser.post("/otp/verify/", &[("otp_code", &spaced), ("next", "/dashboard/")]).await;
    assert_eq!((page.status, page.location()), (303, "/dashboard/"));
    assert!(browser.cookie("session").is_some());
    assert_eq!(browser.cookie("pending"), None);

    let page = browser.get("/dashboard/").await;
    for words in ["Hello, Asha Rao", "a•••@example.com", "+91•••••••210", "Household", "This device"]
    {
        page.assert_says(words);
    }
    let page = browser.get("/otp/request/").await;
    assert_eq!((page.status, page.location()), (303, "/dashboard/"), "who is signed in need not sign in");

    let page = browser.get("/otp/logout/").await;
    page.assert_says("You are signed in as Asha Rao.");
    let old_cookies = browser.cookies.clone();
    let page = browser.post("/otp/logout/", &[]).await;
    assert_eq!((page.status, page.location()), (303, "/otp/request/"));
    assert_eq!(browser.cookie("session"), None);
    browser.cookies = old_cookies;
    let page = browser.get("/dashboard/").await;
    assert_eq!(page.status, 303, "the token means nothing once it is signed out");
}

#[tokio::test]
async fn a_customer_signs_in_by_phone_however_it_is_written() {
    let site = Site::new().await;
    for written in ["9876543210", PHONE, "919876543210", "98765 43210", "0091-98765-43210", "(98765) 43.210"] {
        let mut browser = site.browser();
        browser.get("/otp/request/").await;
        let typed = [("contact_type", "phone"), ("contact_value", written)];
        let page = browser.post("/otp/request/", &typed).await;
        assert_eq!(page.location(), "/otp/verify/", "{written}");
        browser.get("/otp/verify/").await.assert_says("+91•••••••210");
        let page = browser.type_code(&site.code().await).await;
        assert_eq!(page.location(), "/dashboard/", "{written}");
    }
}

#[tokio::test]
async fn a_new_code_kills_the_old_one() {
    let site = Site::new().await;
    let mut browser = site.browser().waiting().await;
    let old = site.code().await;

    let page = browser.get("/otp/resend/").await;
    page.assert_says("Resend the code?");
    let page = browser.post("/otp/resend/", &[]).await;
    assert_eq!((page.status, page.header("retry-after")), (429, "30"));
    page.assert_says("Please wait 30 more seconds before you ask for a new code.");

    site.clock.advance(std::time::Duration::from_secs(30));
    let page = browser.post("/otp/resend/", &[]).await;
    assert_eq!((page.status, page.location()), (303, "/otp/verify/"));
    let new = site.code().await;
    let page = browser.type_code(if old == new { "000000" } else { &old }).await;
    page.assert_says("That code is wrong. You have 4 attempts left.");
    assert_eq!(browser.type_code(&new).await.location(), "/dashboard/");
}

#[tokio::test]
async fn a_button_for_another_code_pressed_twice_costs_nobody_the_sign_in() {
    let site = Site::new().await;
    let mut browser = site.browser().waiting().await;
    site.clock.advance(std::time::Duration::from_secs(30));
    // The second press left with the old cookie, too; its answer comes last.
    let mut late = browser.clone();
    browser.post("/otp/resend/", &[]).await;
    let old = late.cookie("pending").map(str::to_owned);
    let page = late.post("/otp/resend/", &[]).await;
    assert_eq!((page.status, page.location()), (303, "/otp/verify/"));
    assert_eq!(late.cookie("pending"), old.as_deref(), "the newer cookie must not be overwritten");
    assert_eq!(browser.get("/otp/verify/").await.status, 200);
    assert_eq!(browser.type_code(&site.code().await).await.location(), "/dashboard/");
}

#[tokio::test]
async fn a_code_opens_one_session_only() {
    let site = Site::new().await;
    let mut browser = site.browser().waiting().await;
    let code = site.code().await;
    let mut second = browser.clone();
    assert_eq!(browser.type_code(&code).await.location(), "/dashboard/");

    let page = second.type_code(&code).await;
    assert_eq!((page.status, second.cookie("session")), (200, None));
    page.assert_says("This code has been used already. Please ask for a new one.");

    // Pressed twice: the second answer finds the browser signed in by the first.
    let mut pressed_twice = browser.clone();
    pressed_twice.cookies.insert("__Host-otpd_pending".into(), pending_of(&site, &mut site.browser()).await);
    let page = pressed_twice.type_code(&site.code().await).await;
    assert_eq!(page.location(), "/dashboard/");
}

/// The pending cookie of a browser that has just asked.
async fn pending_of(_: &Site, browser: &mut crate::site::Browser) -> String {
    browser.request_code(EMAIL).await;
    browser.cookie("pending").expect("a cookie").to_owned()
}

#[tokio::test]
async fn a_double_submit_lands_on_the_dashboard() {
    let site = Site::new().await;
    let mut browser = site.browser().waiting().await;
    let pending = browser.cookie("pending").expect("a cookie").to_owned();
    let code = site.code().await;
    assert_eq!(browser.type_code(&code).await.location(), "/dashboard/");
    browser.cookies.insert("__Host-otpd_pending".to_owned(), pending);
    let page = browser.type_code(&code).await;
    assert_eq!((page.status, page.location()), (303, "/dashboard/"));
}

#[tokio::test]
async fn asking_twice_sends_one_message() {
    let site = Site::new().await;
    let mut browser = site.browser();
    browser.request_code(EMAIL).await;
    browser.request_code(EMAIL).await;
    assert_eq!(site.messages().await.len(), 1);
}

#[tokio::test]
async fn signing_in_anew_replaces_the_browsers_session() {
    let site = Site::new().await;
    let mut browser = site.signed_in().await;
    let old = browser.cookie("session").expect("a cookie").to_owned();
    let mut other = site.browser().waiting().await;
    other.cookies.insert("__Host-otpd_session".to_owned(), old.clone());
    let code = site.code().await;
    assert_eq!(other.type_code(&code).await.location(), "/dashboard/");
    assert_ne!(other.cookie("session"), Some(old.as_str()));
    assert_eq!(browser.get("/dashboard/").await.status, 303, "the old token is dead");
}

#[tokio::test]
async fn without_a_pending_sign_in_there_is_nothing_to_verify() {
    let site = Site::new().await;
    let mut browser = site.browser();
    for path in ["/otp/verify/", "/otp/resend/"] {
        let page = browser.get(path).await;
        assert_eq!((page.status, page.location()), (303, "/otp/request/"));
    }
    browser.get("/otp/request/").await;
    for path in ["/otp/verify/", "/otp/resend/"] {
        let page = browser.post(path, &[("otp_code", "123456")]).await;
        assert_eq!((page.status, page.location()), (303, "/otp/request/"));
        browser.get("/otp/request/").await.assert_says("This sign-in has expired. Please ask for a new code.");
        assert_eq!(browser.cookie("pending"), None, "said once");
    }
}

#[tokio::test]
async fn a_stranger_burns_nobodys_attempts() {
    let site = Site::new().await;
    let mut browser = site.browser().waiting().await;
    let code = site.code().await;
    let mut stranger = site.browser().waiting().await;
    for _ in 0..5 {
        stranger.type_code(&wrong(&code)).await;
    }
    assert_eq!(stranger.type_code(&code).await.status, 429);
    assert_eq!(browser.type_code(&code).await.location(), "/dashboard/");
}
