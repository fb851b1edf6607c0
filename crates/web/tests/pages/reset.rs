//! A forgotten password, and a first one.

use otpd_domain::message::MessageKind;

use crate::site::{EMAIL, PASSWORD, PHONE, Site, wrong};

const ANOTHER: &str = "quite another pass phrase";

#[tokio::test]
async fn a_code_lets_choose_a_password_and_ends_all_other_sessions() {
    let site = Site::new().await;
    site.give_password().await;
    let mut elsewhere = site.signed_in().await;
    let mut browser = site.browser();
    browser.get("/password/forgotten/?next=/bills/").await;
    let page = browser.post("/password/forgotten/", &[("contact", EMAIL), ("next", "/bills/")]).await;
    assert_eq!((page.status, page.location()), (303, "/password/new/?next=/bills/"));
    let page = browser.get(page.location()).await;
    page.assert_says("Choose a new password");
    page.assert_says("At least 15 characters.");
    assert!(
        page.body.contains("autocomplete=\"new-password\"") && page.body.contains("autocomplete=\"one-time-code\"")
    );
    let message = site.message().await;
    assert_eq!(site.content_of(&message).kind, MessageKind::PasswordReset);
    let code = site.code_in(&message);

    let page = browser.choose_password(&wrong(&code), ANOTHER).await;
    page.assert_says("That code is wrong. You have 4 attempts left.");
    assert!(!page.body.contains(ANOTHER));
    let page = browser.choose_password(&code, ANOTHER).await;
    assert_eq!((page.status, page.location()), (303, "/dashboard/"));
    browser.get("/dashboard/").await.assert_says("Your new password is set. You have been signed out everywhere else.");
    assert_eq!(elsewhere.get("/dashboard/").await.status, 303);

    assert_eq!(site.browser().log_in(EMAIL, PASSWORD).await.status, 200, "the old one is dead");
    assert_eq!(site.browser().log_in(EMAIL, ANOTHER).await.location(), "/dashboard/");
    let mut told: Vec<_> = site.messages().await.iter().map(|message| site.content_of(message)).collect();
    told.sort_by(|one, other| one.to.cmp(&other.to));
    let told: Vec<_> = told.into_iter().map(|content| (content.kind, content.to)).collect();
    let expected = [PHONE, EMAIL].map(|contact| (MessageKind::PasswordChanged, contact.to_owned()));
    assert_eq!(told, expected, "its owner is told at every contact");
}

#[tokio::test]
async fn a_bad_password_spends_no_attempt_and_keeps_the_code() {
    let site = Site::new().await;
    let mut browser = site.browser();
    browser.forget_password(EMAIL).await;
    let code = site.code().await;
    for (password, words) in [
        ("", "Choose a password."),
        ("short", "This password is too short."),
        ("passwordpassword", "This password is too easy to guess."),
    ] {
        let page = browser.choose_password(&code, password).await;
        assert_eq!(page.status, 400, "{password}");
        page.assert_says(words);
        page.assert_says("Attempts left: 5");
        assert_eq!(page.field("otp_code").as_deref(), Some(code.as_str()), "it need not be typed again");
        assert!(password.is_empty() || !page.body.contains(&format!("\"{password}\"")));
    }
    let page = browser.choose_password("12", PASSWORD).await;
    assert_eq!(page.status, 400);
    page.assert_says("A code has 6 digits.");
    assert_eq!(browser.choose_password(&code, PASSWORD).await.location(), "/dashboard/");
}

#[tokio::test]
async fn who_is_signed_in_chooses_among_own_contacts() {
    let site = Site::new().await;
    let mut browser = site.signed_in().await;
    let page = browser.get("/dashboard/").await;
    assert!(page.links().contains(&"/password/forgotten/".to_owned()));
    let page = browser.get("/password/forgotten/").await;
    page.assert_says("a•••@example.com");
    page.assert_says("+91•••••••210");
    assert!(!page.body.contains(EMAIL) && !page.body.contains(PHONE), "masked");
    let page = browser.post("/password/forgotten/", &[]).await;
    assert_eq!(page.status, 400);
    page.assert_says("Choose e-mail or phone.");
    let page = browser.post("/password/forgotten/", &[("contact_type", "phone")]).await;
    assert_eq!(page.location(), "/password/new/");
    let codes = site.codes().await;
    browser.get("/password/new/").await;
    assert_eq!(browser.choose_password(&codes[PHONE], PASSWORD).await.location(), "/dashboard/");
    assert_eq!(site.browser().log_in(EMAIL, PASSWORD).await.location(), "/dashboard/");

    let mut stranger = site.browser();
    stranger.get("/password/forgotten/").await;
    let page = stranger.post("/password/forgotten/", &[("contact_type", "phone")]).await;
    assert_eq!(page.status, 400, "there is nothing to choose from");
}

#[tokio::test]
async fn a_malformed_contact_says_what_is_wrong() {
    let site = Site::new().await;
    let mut browser = site.browser();
    browser.get("/password/forgotten/").await;
    for (typed, words) in [
        ("", "Type your e-mail address or phone number."),
        ("asha", "This is not an e-mail address."),
        ("12", "This is not a valid phone number."),
        ("12;34", "Write the phone number with digits only."),
    ] {
        let page = browser.post("/password/forgotten/", &[("contact", typed)]).await;
        assert_eq!((page.status, page.field("contact").as_deref()), (400, Some(typed)));
        page.assert_says(words);
    }
    assert!(site.messages().await.is_empty());
}

#[tokio::test]
async fn another_code_kills_the_old_one_here_too() {
    let site = Site::new().await;
    let mut browser = site.browser();
    browser.forget_password(EMAIL).await;
    let old = site.code().await;
    browser.post("/password/resend/", &[]).await.assert_says("Please wait 30 more seconds");
    site.clock.advance(std::time::Duration::from_secs(30));
    assert_eq!(browser.post("/password/resend/", &[]).await.location(), "/password/new/");
    let new = site.code().await;
    if old != new {
        browser.choose_password(&old, PASSWORD).await.assert_says("That code is wrong.");
    }
    assert_eq!(browser.choose_password(&new, PASSWORD).await.location(), "/dashboard/");
    let page = browser.choose_password(&new, PASSWORD).await;
    assert_eq!(page.location(), "/password/forgotten/", "the cookie is gone, and so is the code");
}

#[tokio::test]
async fn a_used_code_sets_no_second_password() {
    let site = Site::new().await;
    let mut browser = site.browser();
    browser.forget_password(EMAIL).await;
    let mut second = browser.clone();
    let code = site.code().await;
    assert_eq!(browser.choose_password(&code, PASSWORD).await.location(), "/dashboard/");
    let page = second.choose_password(&code, ANOTHER).await;
    assert_eq!((page.status, second.cookie("session")), (200, None));
    page.assert_says("This code has been used already. Please ask for a new one.");
    assert_eq!(site.browser().log_in(EMAIL, ANOTHER).await.status, 200);
}
