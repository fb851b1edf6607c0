//! Another address or number for one's account.

use otpd_domain::account::NewAccount;
use otpd_domain::identifier::EmailAddress;
use otpd_domain::message::MessageKind;
use otpd_testkit::sample::{email, phone};

use crate::site::{EMAIL, PHONE, Site, asha, wrong};

const NEW_EMAIL: &str = "asha.rao@example.org";
const NEW_PHONE: &str = "+919876500000";

#[tokio::test]
async fn a_new_contact_is_proven_and_the_old_ones_are_told() {
    let site = Site::new().await;
    let mut browser = site.signed_in().await;
    let page = browser.get("/dashboard/").await;
    assert!(page.links().contains(&"/account/contact/".to_owned()));
    let page = browser.get("/account/contact/").await;
    page.assert_says("a•••@example.com");
    page.assert_says("+91•••••••210");
    browser.change_contact(NEW_EMAIL).await;
    let message = site.message().await;
    let content = site.content_of(&message);
    assert_eq!((content.kind, content.to.as_str()), (MessageKind::NewContact, NEW_EMAIL));
    assert!(site.account(&email(NEW_EMAIL)).await.is_none(), "not before it is proven");
    let code = site.code_in(&message);
    let page = browser.confirm_contact(&wrong(&code)).await;
    page.assert_says("Confirm the new contact");
    page.assert_says("That code is wrong. You have 4 attempts left.");
    let page = browser.confirm_contact(&code).await;
    assert_eq!((page.status, page.location()), (303, "/dashboard/"));
    let page = browser.get("/dashboard/").await;
    page.assert_says("Your new contact is confirmed.");
    page.assert_says("a•••@example.org");

    assert!(site.account(&email(EMAIL)).await.is_none() && site.account(&phone(PHONE)).await.is_some());
    let told = site.messages().await;
    let mut told: Vec<_> = told.iter().map(|message| site.content_of(message)).map(|it| (it.kind, it.to)).collect();
    told.sort_by(|one, other| one.1.cmp(&other.1));
    assert_eq!(told, [PHONE, EMAIL].map(|contact| (MessageKind::ContactChanged, contact.to_owned())));
}

#[tokio::test]
async fn an_old_session_must_sign_in_again_and_comes_back() {
    let site = Site::new().await;
    let mut browser = site.signed_in().await;
    browser.get("/account/contact/").await;
    site.clock.advance(otpd_domain::administer::FRESH);
    let form = [("contact_type", "email"), ("contact_value", NEW_EMAIL)];
    for page in [browser.post("/account/contact/", &form).await, browser.get("/account/contact/").await] {
        assert_eq!(page.status, 200);
        page.assert_says("For your safety this needs a fresh sign-in");
    }
    assert!(site.messages().await.is_empty(), "nothing was sent");
    let page = browser.post("/otp/logout/", &[("next", "/account/contact/")]).await;
    assert_eq!(page.location(), "/otp/request/?next=/account/contact/");
    let mut browser = browser.waiting().await;
    let code = site.code().await;
    let form = [("otp_code", code.as_str()), ("next", "/account/contact/")];
    assert_eq!(browser.post("/otp/verify/", &form).await.location(), "/account/contact/");
    browser.change_contact(NEW_EMAIL).await;
}

#[tokio::test]
async fn other_sessions_end_with_the_change() {
    let site = Site::new().await;
    let mut elsewhere = site.signed_in().await;
    let mut browser = site.signed_in().await;
    browser.change_contact(NEW_EMAIL).await;
    let code = site.code().await;
    assert_eq!(browser.confirm_contact(&code).await.location(), "/dashboard/");
    browser.get("/dashboard/").await.assert_says("You have been signed out everywhere else.");
    assert_eq!(elsewhere.get("/dashboard/").await.status, 303);
}

#[tokio::test]
async fn a_number_may_be_added_or_changed_and_next_goes_along() {
    let site = Site::new().await;
    let mut browser = site.signed_in().await;
    browser.get("/account/contact/?next=/bills/").await;
    let form = [("contact_type", "phone"), ("contact_value", "98765 00000"), ("next", "/bills/")];
    let page = browser.post("/account/contact/", &form).await;
    assert_eq!(page.location(), "/account/contact/verify/?next=/bills/");
    let page = browser.get(page.location()).await;
    assert_eq!(page.field("next").as_deref(), Some("/bills/"));
    let code = site.code().await;
    let page = browser.post("/account/contact/verify/", &[("otp_code", &code), ("next", "/bills/")]).await;
    assert_eq!(page.location(), "/bills/");
    assert!(site.account(&phone(NEW_PHONE)).await.is_some());
}

#[tokio::test]
async fn anothers_contact_is_not_taken_and_its_owner_is_told() {
    let site = Site::new().await;
    let address = EmailAddress::from_stored("eve@example.com".to_owned());
    site.add_customer(NewAccount { name: "Eve".to_owned(), email: Some(address), phone: None, ..asha() }).await;
    let mut browser = site.signed_in().await;
    browser.change_contact("eve@example.com").await;
    let message = site.message().await;
    assert_eq!(site.content_of(&message).kind, MessageKind::AlreadyRegistered);
    browser.confirm_contact("000000").await.assert_says("That code is wrong.");
    assert_eq!(site.account(&email("eve@example.com")).await.expect("eve").profile.name, "Eve");

    // A free one reads the same to who asks.
    let shown = |page: &crate::site::Page| page.text().replace("f•••", "e•••");
    let taken = browser.get("/account/contact/verify/").await;
    let mut other = site.signed_in().await;
    other.change_contact("free@example.com").await;
    site.messages().await;
    other.confirm_contact("x").await;
    let free = other.confirm_contact(&wrong("000000")).await;
    assert_eq!(free.status, taken.status);
    let free = other.get("/account/contact/verify/").await;
    assert_eq!(shown(&free), shown(&taken));
}

#[tokio::test]
async fn nobody_who_is_signed_out_gets_there() {
    let site = Site::new().await;
    let mut browser = site.browser();
    for path in ["/account/contact/", "/account/contact/verify/", "/account/contact/resend/"] {
        let page = browser.get(path).await;
        assert_eq!((page.status, page.location()), (303, format!("/otp/request/?next={path}").as_str()));
        browser.get("/otp/request/").await;
        let page = browser.post(path, &[]).await;
        assert_eq!((page.status, page.location()), (303, "/otp/request/?next=/dashboard/"));
    }
}

#[tokio::test]
async fn the_code_is_for_the_account_that_asked() {
    let site = Site::new().await;
    let address = EmailAddress::from_stored("eve@example.com".to_owned());
    site.add_customer(NewAccount { name: "Eve".to_owned(), email: Some(address), phone: None, ..asha() }).await;
    let mut browser = site.signed_in().await;
    browser.change_contact(NEW_EMAIL).await;
    let code = site.code().await;
    let mut eve = site.browser();
    eve.request_code("eve@example.com").await;
    eve.type_code(&site.code().await).await;
    // Eve signs in on the same computer, with Asha's code still pending.
    eve.cookies.insert("__Host-otpd_pending".to_owned(), browser.cookie("pending").expect("a cookie").to_owned());
    eve.get("/dashboard/").await;
    let page = eve.confirm_contact(&code).await;
    assert_eq!((page.status, page.location()), (303, "/account/contact/"));
    assert!(site.account(&email(NEW_EMAIL)).await.is_none());
}

#[tokio::test]
async fn a_malformed_contact_is_named_and_kept() {
    let site = Site::new().await;
    let mut browser = site.signed_in().await;
    browser.get("/account/contact/").await;
    for (kind, typed, words) in [
        ("email", "", "Type your e-mail address."),
        ("email", "asha", "This is not an e-mail address."),
        ("phone", "12", "This is not a valid phone number."),
        ("", "asha@example.org", "Choose e-mail or phone."),
    ] {
        let page = browser.post("/account/contact/", &[("contact_type", kind), ("contact_value", typed)]).await;
        assert_eq!((page.status, page.field("contact_value").as_deref()), (400, Some(typed)));
        page.assert_says(words);
    }
    assert!(site.messages().await.is_empty());
}

#[tokio::test]
async fn news_of_the_message_speak_the_accounts_language() {
    let site = Site::new().await;
    let address = Some(EmailAddress::from_stored("layla@example.com".to_owned()));
    let language = Some("ar".to_owned());
    site.add_customer(NewAccount { name: "Layla".to_owned(), email: address, phone: None, language, ..asha() }).await;
    let mut browser = site.browser();
    browser.headers.push(("accept-language", "en".to_owned()));
    browser.request_code("layla@example.com").await;
    assert!(browser.get("/otp/status/").await.body.contains("Your code is on its way."));
    browser.type_code(&site.code().await).await;
    browser.change_contact("layla@example.org").await;
    assert!(browser.get("/account/contact/verify/").await.body.contains("<html lang=\"ar\""));
    assert!(browser.get("/otp/status/").await.body.contains("الرمز في طريقه إليك."));
}
