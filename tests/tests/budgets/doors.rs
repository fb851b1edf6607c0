//! Guesses over codes, doors, browsers, addresses and restarts: the count goes on.

use otpd_tests::browser::form_to;
use otpd_tests::forms::Form;
use otpd_tests::{Browser, Otpd, Settings};
use serde_json::json;

use crate::victim::{
    AN_HOUR, EMAIL, PHONE, asked, is_over_budget, ledgers, other_than, settings, spend_the_hour, spent, wrong_at_users,
};

#[tokio::test(flavor = "multi_thread")]
async fn four_wrong_and_a_resend_ten_times_is_one_budget() {
    let otpd = Otpd::start(settings()).await;
    let (mut browser, mut code) = asked(&otpd, "email", EMAIL).await;
    for round in 0..10 {
        for guess in 0..4 {
            let reply = browser.verify(&other_than(&code)).await;
            let compared = round * 4 + guess < AN_HOUR;
            assert_eq!(is_over_budget(&reply), !compared && round == 2, "{round} {guess}: {}", reply.text());
            assert_eq!(spent(&otpd), (round * 4 + guess + 1).min(AN_HOUR));
        }
        if round == 2 {
            assert!(is_over_budget(&browser.verify(&code).await), "the right one is not compared either");
        }
        let sent = otpd.messages_to(EMAIL).len();
        assert_eq!(browser.resend().await.status, 303);
        let message = otpd.message_to(EMAIL, sent + 1).await;
        assert_eq!(message.long_code().is_some(), round >= 2, "{}", message.text);
        // From the third round on guesses are at long codes, which nobody guesses: they take nothing.
        code = message.long_code().unwrap_or(message.code);
    }
    assert_eq!((spent(&otpd), ledgers(&otpd)), (AN_HOUR, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_split_over_jars_doors_and_restarts_are_one_budget() {
    let mut otpd = Otpd::start(settings()).await;
    let key = otpd.api_key("sign-ins,verifications").await;
    for (kind, contact) in [("email", EMAIL), ("phone", PHONE)] {
        let (mut browser, code) = asked(&otpd, kind, contact).await;
        assert_eq!(browser.verify(&other_than(&code)).await.status, 200);
    }
    assert_eq!(spent(&otpd), 2, "pages, two jars, two channels");
    assert_eq!(wrong_at_users(&otpd, "email", EMAIL).await.status, 400);
    assert_eq!(wrong_at_users(&otpd, "phone", PHONE).await.status, 400);
    assert_eq!(spent(&otpd), 4, "verifications of another back end");

    otpd.restart().await;
    let form = json!({ "email": EMAIL, "password": "purple monkey dishwasher", "first_name": "A", "last_name": "B" });
    assert_eq!(otpd.post("/api/register/", &form).await.status, 201);
    let reply = otpd.post("/api/verify-otp/", &json!({ "email": EMAIL, "otp": "123456" })).await;
    assert_eq!(reply.status, 400, "{}", reply.text());
    assert_eq!(spent(&otpd), 5, "a registration that somebody else asked for");

    otpd.kill().await;
    otpd.serve().await;
    for (path, body) in [
        ("/api/v1/sign-ins", json!({ "contact": { "email": EMAIL } })),
        ("/api/v1/verifications", json!({ "to": { "phone": PHONE }, "type": "Login" })),
    ] {
        let made = otpd.post_with_key(&key, path, &body).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let id = made.json()["id"].as_str().expect("an id").to_owned();
        let reply = otpd.post_with_key(&key, &format!("{path}/{id}/check"), &json!({ "code": "000000" })).await;
        assert_eq!(reply.json()["attempts_left"], 4, "{}", reply.text());
    }
    assert_eq!(spent(&otpd), 7, "the native API");
    spend_the_hour(&otpd).await;
    assert_eq!((spent(&otpd), ledgers(&otpd)), (AN_HOUR, 1), "one ledger");

    let (mut browser, code) = asked(&otpd, "email", EMAIL).await;
    assert_eq!(code, "", "the next code is no short one");
    assert_eq!(browser.verify("123456").await.status, 200, "and a short one is wrong");
    assert_eq!(spent(&otpd), AN_HOUR);
}

/// Wrong guesses, each with a new code, from the addresses that somebody claims to have.
async fn guess_from(otpd: &Otpd, addresses: impl Iterator<Item = String>) {
    for address in addresses {
        let (mut browser, code) = asked(otpd, "email", EMAIL).await;
        let form = form(&mut browser).await;
        // Once the budget is spent codes are long, and no short one is compared with anything that it could be.
        let wrong = if code.is_empty() { "000000".to_owned() } else { other_than(&code) };
        guess_with(otpd, &browser, &form, &wrong, &address).await;
    }
}

async fn form(browser: &mut Browser) -> Form {
    form_to(&browser.get("/otp/verify/").await, "/otp/verify/").expect("a form")
}

async fn guess_with(otpd: &Otpd, browser: &Browser, form: &Form, code: &str, address: &str) {
    let hidden = form.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let fields: Vec<_> = hidden.chain([("otp_code", code)]).collect();
    let request = browser.form_request(&form.action, &fields).header("x-forwarded-for", address);
    otpd.send(&request).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_forged_addresses_are_one_budget() {
    for proxies in ["", "127.0.0.1"] {
        let otpd = Otpd::start(settings().with("server.trusted_proxies", proxies)).await;
        let (mut browser, code) = asked(&otpd, "email", EMAIL).await;
        let form = form(&mut browser).await;
        let mut tasks = tokio::task::JoinSet::new();
        let otpd = std::sync::Arc::new(otpd);
        for number in 0..1_000_u32 {
            let (otpd, browser, form, wrong) = (otpd.clone(), browser.clone(), form.clone(), other_than(&code));
            let [.., a, b] = number.to_be_bytes();
            tasks.spawn(async move { guess_with(&otpd, &browser, &form, &wrong, &format!("198.51.{a}.{b}")).await });
            if tasks.len() >= 50 {
                tasks.join_next().await.expect("a task").expect("it ends well");
            }
        }
        tasks.join_all().await;
        assert_eq!(spent(&otpd), 5, "of one code five are compared, wherever they come from");
        guess_from(&otpd, (0..8).map(|number| format!("203.0.113.{number}"))).await;
        assert_eq!((spent(&otpd), ledgers(&otpd)), (AN_HOUR, 1), "proxies: {proxies:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_within_a_64_are_one_budget_and_one_network() {
    let settings = settings().with("server.trusted_proxies", "127.0.0.1").with("limits.send.per_ip", "12/h");
    let otpd = Otpd::start(settings).await;
    guess_from(&otpd, (0..12).map(|number| format!("2001:db8:1:2:{number:x}::{number:x}"))).await;
    assert_eq!((spent(&otpd), ledgers(&otpd)), (AN_HOUR, 1));
    // Codes were asked for without naming an address; now with one, from everywhere in a household's network.
    let mut refused = 0;
    for number in 0..20_u32 {
        let mut browser = otpd.browser();
        let page = browser.get("/otp/request/").await;
        let form = form_to(&page, "/otp/request/").expect("a form");
        let contact = format!("somebody{number}@example.com");
        let hidden = form.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let fields: Vec<_> = hidden.chain([("contact_type", "email"), ("contact_value", contact.as_str())]).collect();
        let from = format!("2001:db8:7:8:{number:x}:{number:x}::1");
        let request = browser.form_request("/otp/request/", &fields).header("x-forwarded-for", &from);
        refused += usize::from(otpd.send(&request).await.status == 429);
    }
    assert_eq!(refused, 8, "twelve an hour from one /64");
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_that_nobody_holds_have_the_same_budget() {
    let otpd = Otpd::start(Settings::default().with("limits.send.cooldown", "0s")).await;
    let mut browser = otpd.browser();
    for round in 0..3 {
        let reply = browser.request_code("email", "nobody@example.com").await;
        assert_eq!(reply.status, 303);
        for guess in 0..4 {
            let reply = browser.verify("123456").await;
            assert_eq!(is_over_budget(&reply), round * 4 + guess >= AN_HOUR, "{round} {guess}: {}", reply.text());
        }
        assert_eq!(browser.resend().await.status, 303);
    }
    assert_eq!((spent(&otpd), ledgers(&otpd)), (AN_HOUR, 1));
}
