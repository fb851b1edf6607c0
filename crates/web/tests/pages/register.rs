//! Opening an account, from the form to the dashboard.

use std::time::Duration;

use otpd_domain::account::Role;
use otpd_domain::message::MessageKind;
use otpd_testkit::sample::{email, phone};

use crate::site::{EMAIL, PASSWORD, Site, registration, wrong};

const NILA: &str = "nila@example.com";
const NUMBER: &str = "+919876500000";

#[tokio::test]
async fn a_person_registers_activates_and_signs_in_again() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let page = browser.get("/register/?next=/bills/").await;
    assert_eq!(page.status, 200);
    page.assert_says("At least 15 characters.");
    for completion in ["given-name", "family-name", "email", "tel", "new-password"] {
        assert!(page.body.contains(&format!("autocomplete=\"{completion}\"")), "{completion}");
    }
    let mut form = registration(" Nila@Example.com", "").to_vec();
    form.push(("next", "/bills/"));
    let page = browser.post("/register/", &form).await;
    assert_eq!((page.status, page.location()), (303, "/register/verify/?next=/bills/"));
    assert!(site.account(&email(NILA)).await.is_none(), "nothing is activated yet");

    let page = browser.get(page.location()).await;
    page.assert_says("Activate your account");
    page.assert_says("n•••@example.com");
    page.assert_says("Time left: 10:00");
    assert_eq!(page.field("next").as_deref(), Some("/bills/"));
    let message = site.message().await;
    assert_eq!(site.content_of(&message).kind, MessageKind::Registration);
    let code = site.code_in(&message);
    browser.type_activation(&wrong(&code)).await.assert_says("That code is wrong. You have 4 attempts left.");
    let page = browser.post("/register/verify/", &[("otp_code", &code), ("next", "/bills/")]).await;
    assert_eq!((page.status, page.location()), (303, "/bills/"));
    assert_eq!(browser.cookie("pending"), None);
    let page = browser.get("/dashboard/").await;
    page.assert_says("Hello, Nila Das");
    page.assert_says("Your account is active, and you are signed in.");
    assert!(!browser.get("/dashboard/").await.text().contains("Your account is active"), "said once");

    assert_eq!(browser.get("/register/").await.location(), "/dashboard/", "who is signed in has an account");
    let mut other = site.browser();
    assert_eq!(other.log_in(NILA, PASSWORD).await.location(), "/dashboard/");
}

#[tokio::test]
async fn whatever_else_is_sent_a_new_account_is_a_customer() {
    let site = Site::new().await;
    let mut browser = site.browser();
    browser.get("/register/").await;
    let mut form = registration(NILA, "").to_vec();
    form.extend([
        ("role", "superuser"),
        ("is_staff", "true"),
        ("is_superuser", "1"),
        ("id", "1"),
        ("customer_type", "Hotel"),
    ]);
    assert_eq!(browser.post("/register/", &form).await.status, 303);
    assert_eq!(browser.type_activation(&site.code().await).await.status, 303);
    let account = site.account(&email(NILA)).await.expect("an account");
    assert_eq!((account.profile.role, account.profile.customer_type.as_str()), (Role::Customer, "Household"));
}

#[tokio::test]
async fn either_of_two_codes_activates_and_then_the_other_is_asked_for() {
    for (by, other) in [(NILA, NUMBER), (NUMBER, NILA)] {
        let site = Site::new().await;
        let mut browser = site.browser();
        browser.register(NILA, "98765 00000").await;
        let page = browser.get("/register/verify/").await;
        page.assert_says("n•••@example.com or +91•••••••000");
        let codes = site.codes().await;
        assert_eq!(codes.len(), 2);
        let first = [("otp_code", codes[by].as_str()), ("next", "/bills/")];
        let page = browser.post("/register/verify/", &first).await;
        assert_eq!(page.location(), "/register/verify/?next=/bills/", "{by}");
        assert_eq!(browser.cookie("pending_phone"), None);
        for contact in [email(NILA), phone(NUMBER)] {
            assert_eq!(site.account(&contact).await.is_some(), contact.as_str() == by, "only what was proven");
        }

        let page = browser.get("/register/verify/?next=/bills/").await;
        page.assert_says("Your account is active, and you are signed in.");
        page.assert_says("Confirm your other contact");
        assert!(page.links().contains(&"/bills/".to_owned()), "it may be left for later");
        browser.clone().get("/dashboard/").await.assert_says("Your other contact is not confirmed yet");
        let session = browser.cookie("session").map(str::to_owned);
        let second = [("otp_code", codes[other].as_str()), ("next", "/bills/")];
        assert_eq!(browser.post("/register/verify/", &second).await.location(), "/bills/");
        assert_eq!((browser.cookie("pending"), browser.cookie("session")), (None, session.as_deref()));
        assert!(!browser.get("/dashboard/").await.text().contains("not confirmed"));
        for contact in [NILA, NUMBER] {
            assert_eq!(site.browser().log_in(contact, PASSWORD).await.location(), "/dashboard/");
        }
    }
}

#[tokio::test]
async fn who_is_signed_in_registers_nobody_else() {
    let site = Site::new().await;
    let mut browser = site.signed_in().await;
    browser.get("/dashboard/").await;
    assert_eq!(browser.post("/register/", &registration(NILA, "")).await.location(), "/dashboard/");
    assert!(site.messages().await.is_empty());
}

#[tokio::test]
async fn another_code_goes_to_both_contacts() {
    let site = Site::new().await;
    let mut browser = site.browser();
    browser.register(NILA, "98765 00000").await;
    let old = site.codes().await;
    assert_eq!(browser.post("/register/resend/", &[]).await.status, 429, "too soon");
    site.clock.advance(Duration::from_secs(30));
    let page = browser.get("/register/resend/").await;
    page.assert_says("Resend the code?");
    let page = browser.post("/register/resend/", &[]).await;
    assert_eq!((page.status, page.location()), (303, "/register/verify/"));
    let new = site.codes().await;
    assert_eq!(new.len(), 2);
    if old[NUMBER] != new[NUMBER] && old[NUMBER] != new[NILA] {
        browser.type_activation(&old[NUMBER]).await.assert_says("That code is wrong.");
    }
    assert_eq!(browser.type_activation(&new[NUMBER]).await.location(), "/register/verify/");
    assert_eq!(browser.type_activation(&new[NILA]).await.location(), "/dashboard/");
}

#[tokio::test]
async fn another_code_is_asked_for_within_the_rate() {
    let site = Site::new().await;
    let mut browser = site.browser();
    browser.register(NILA, "").await;
    for wait in [30, 60] {
        site.clock.advance(Duration::from_secs(wait));
        assert_eq!(browser.post("/register/resend/", &[]).await.status, 303, "after {wait} seconds");
    }
    site.clock.advance(Duration::from_mins(2));
    let page = browser.post("/register/resend/", &[]).await;
    assert_eq!((page.status, page.header("retry-after")), (429, "390"));
    page.assert_says("Too many codes were sent to this address or number. You can ask for another one in 7 minutes,");
    assert!(page.body.contains("data-seconds=\"390\">6:30<"));
}

#[tokio::test]
async fn a_form_that_cannot_be_taken_says_why_and_keeps_all_but_the_password() {
    let site = Site::new().await;
    let mut browser = site.browser();
    browser.get("/register/").await;
    let long = "n".repeat(301);
    for (field, typed, words) in [
        ("email", "", "Type your e-mail address."),
        ("email", "nila", "This is not an e-mail address."),
        ("phone", "12", "This is not a valid phone number."),
        ("phone", "CALL ME", "Write the phone number with digits only."),
        ("first_name", &long, "This name is too long."),
        ("password", "", "Choose a password."),
        ("password", "brief", "This password is too short. It needs at least 15 characters."),
        ("password", "aaaaaaaaaaaaaaaaaaaa", "This password is too easy to guess."),
        ("password", "nila@example.com!!!", "This password is too easy to guess."),
        ("password", &"ab ".repeat(100), "This password is too long."),
    ] {
        let mut form = registration(NILA, "");
        for pair in &mut form {
            if pair.0 == field {
                pair.1 = typed;
            }
        }
        let page = browser.post("/register/", &form).await;
        assert_eq!(page.status, 400, "{field} {typed}");
        page.assert_says(words);
        assert!(page.body.contains("<title>Error:") && page.body.contains("role=\"alert\""));
        for (name, value) in &form[..4] {
            assert_eq!(page.field(name).as_deref(), Some(*value), "{name} is kept");
        }
        let password = form[4].1;
        assert!(password.is_empty() || !page.body.contains(password), "{password}");
    }
    let nameless = [("first_name", " "), ("last_name", ""), ("email", NILA), ("password", PASSWORD)];
    browser.post("/register/", &nameless).await.assert_says("Type your name.");
    let page = browser.post("/register/", &[]).await;
    for words in ["Type your name.", "Type your e-mail address.", "Choose a password."] {
        page.assert_says(words);
    }
    assert!(site.messages().await.is_empty(), "nothing was sent");
}

#[tokio::test]
async fn the_owner_of_a_taken_contact_is_told_and_nobody_else() {
    let site = Site::new().await;
    let mut browser = site.browser();
    browser.register(EMAIL, "").await;
    let message = site.message().await;
    assert!(!message.withheld);
    let content = site.content_of(&message);
    assert_eq!((content.kind, content.to.as_str()), (MessageKind::AlreadyRegistered, EMAIL));
    assert!(content.code.is_none());
    for guess in ["000000", "123456", "999999"] {
        browser.type_activation(guess).await.assert_says("That code is wrong.");
    }
    let account = site.account(&email(EMAIL)).await.expect("asha");
    assert_eq!(account.profile.name, "Asha Rao");
}

#[tokio::test]
async fn who_registered_a_victims_address_first_has_nothing_once_it_is_proven() {
    let site = Site::new().await;
    let mut attacker = site.browser();
    attacker.register(NILA, "").await;
    let first = site.code().await;
    let mut victim = site.browser();
    victim.get("/register/").await;
    let mut form = registration(NILA, "");
    form[4].1 = "the victim's own password";
    assert_eq!(victim.post("/register/", &form).await.location(), "/register/verify/");
    assert_eq!(victim.type_activation(&site.code().await).await.location(), "/dashboard/");

    let page = attacker.type_activation(&first).await;
    assert_eq!((page.status, page.location()), (303, "/register/"), "the first code is dead");
    assert_eq!(attacker.log_in(NILA, PASSWORD).await.status, 200);
    assert_eq!(attacker.cookie("session"), None);
    assert_eq!(site.browser().log_in(NILA, "the victim's own password").await.location(), "/dashboard/");
}

#[tokio::test]
async fn too_many_codes_to_one_address_are_refused_for_a_while() {
    let site = Site::new().await;
    for _ in 0..3 {
        site.browser().register(NILA, "").await;
    }
    let mut browser = site.browser();
    browser.get("/register/").await;
    let page = browser.post("/register/", &registration(NILA, "")).await;
    assert_eq!((page.status, page.header("retry-after")), (429, "600"));
    page.assert_says("Too many codes were sent to this address or number. You can ask for another one in 10 minutes,");
    assert_eq!(page.field("email").as_deref(), Some(NILA));
    site.clock.advance(Duration::from_mins(10));
    assert_eq!(browser.post("/register/", &registration(NILA, "")).await.status, 303);
}

#[tokio::test]
async fn a_code_that_was_used_before_leads_to_the_log_in() {
    let site = Site::new().await;
    let mut browser = site.browser();
    browser.register(NILA, "").await;
    let mut second = browser.clone();
    let code = site.code().await;
    assert_eq!(browser.type_activation(&code).await.location(), "/dashboard/");
    let page = second.type_activation(&code).await;
    assert_eq!((page.status, second.cookie("session")), (200, None));
    page.assert_says("This code has been used already. Please sign in.");
    assert_eq!(second.cookie("pending"), None);
}

#[tokio::test]
async fn without_a_registration_there_is_nothing_to_activate() {
    let site = Site::new().await;
    let mut browser = site.browser();
    for path in ["/register/verify/", "/register/resend/"] {
        assert_eq!(browser.get(path).await.location(), "/register/");
        browser.get("/register/").await;
        assert_eq!(browser.post(path, &[("otp_code", "123456")]).await.location(), "/register/");
        browser.get("/register/").await.assert_says("This registration was not completed in time.");
        assert!(!browser.get("/register/").await.text().contains("not completed"), "said once");
    }
}
