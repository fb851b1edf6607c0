//! The owner gets in, whatever strangers spend.

use otpd_tests::Otpd;

use crate::victim::{
    AN_HOUR, EMAIL, PHONE, asked, is_over_budget, ledgers, other_than, settings, spend_the_hour, spent,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_known_browser_signs_in_with_a_usual_code() {
    let otpd = Otpd::start(settings()).await;
    let mut known = otpd.sign_in("email", EMAIL).await;
    assert_eq!(known.submit("/otp/logout/", "/otp/logout/", &[]).await.status, 303, "signed out, and still known");
    spend_the_hour(&otpd).await;

    let sent = otpd.messages_to(EMAIL).len();
    assert_eq!(known.request_code("email", EMAIL).await.status, 303);
    let code = otpd.message_to(EMAIL, sent + 1).await.code;
    assert_eq!(code.len(), 6);
    assert_eq!(known.verify(&other_than(&code)).await.status, 200, "it may even mistype");
    assert_eq!((spent(&otpd), ledgers(&otpd)), (AN_HOUR + 1, 2), "from a budget of its own");
    assert_eq!(known.verify(&code).await.location(), "/dashboard/");
    assert_eq!(known.get("/dashboard/").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_browser_has_ten_a_day_of_its_own() {
    let otpd = Otpd::start(settings()).await;
    let mut known = otpd.sign_in("email", EMAIL).await;
    assert_eq!(known.submit("/otp/logout/", "/otp/logout/", &[]).await.status, 303);
    for round in 0..3 {
        let sent = otpd.messages_to(EMAIL).len();
        assert_eq!(known.request_code("email", EMAIL).await.status, 303);
        let code = otpd.message_to(EMAIL, sent + 1).await.code;
        for guess in 0..4 {
            let reply = known.verify(&other_than(&code)).await;
            assert_eq!(is_over_budget(&reply), round * 4 + guess >= 10, "{round} {guess}");
        }
    }
    assert_eq!((spent(&otpd), ledgers(&otpd)), (10, 1), "nothing was taken from what everybody else has");
    // A browser that nobody knows still gets a usual code.
    let (mut other, code) = asked(&otpd, "email", EMAIL).await;
    assert_eq!(other.verify(&code).await.location(), "/dashboard/");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_browser_gets_a_long_code_by_either_channel() {
    let otpd = Otpd::start(settings()).await;
    spend_the_hour(&otpd).await;
    for (kind, contact) in [("email", EMAIL), ("phone", PHONE)] {
        let sent = otpd.messages_to(contact).len();
        let (mut browser, short) = asked(&otpd, kind, contact).await;
        assert_eq!(short, "");
        let message = otpd.message_to(contact, sent + 1).await;
        let long = message.long_code().unwrap_or_else(|| panic!("no long code in: {}", message.text));
        // As people type it who read it from another screen.
        let reply = browser.verify(&long.to_lowercase().replace('-', " ")).await;
        assert_eq!((reply.status, reply.location()), (303, "/dashboard/"), "{}", reply.text());
    }
    assert_eq!(spent(&otpd), AN_HOUR, "signing in gives nothing back");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_does_not_show_which_code_was_sent() {
    let otpd = Otpd::start(settings()).await;
    let page = async |letters: &str| {
        let (mut browser, _) = asked(&otpd, "email", EMAIL).await;
        let page = browser.get(&format!("/otp/verify/{letters}")).await.text();
        let token = otpd_tests::forms::forms(&page)[0].hidden[0].1.clone();
        page.replace(&token, "TOKEN")
    };
    let usual = (page("").await, page("?letters=1").await);
    spend_the_hour(&otpd).await;
    let under_attack = (page("").await, page("?letters=1").await);
    let without_seconds =
        |page: &str| page.lines().filter(|line| !line.contains("data-")).collect::<Vec<_>>().join("\n");
    assert_eq!(without_seconds(&usual.0), without_seconds(&under_attack.0));
    assert_eq!(without_seconds(&usual.1), without_seconds(&under_attack.1));
}
