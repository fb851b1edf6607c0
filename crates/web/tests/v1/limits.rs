//! Limits and budgets at the native API.

use std::time::Duration;

use otpd_domain::limits::{Cooldown, LimitPolicy};
use otpd_domain::sms::{Country, Money, Prices};
use otpd_testkit::limits::rates;
use serde_json::json;

use crate::backend::{Backend, SIGN_INS, VERIFICATIONS};
use crate::site::{EMAIL, PHONE, Site, wrong};

const NOBODY: &str = "akim@example.com";

/// The limits as they are by default, but for those of a contact.
fn room(limits: &mut LimitPolicy) {
    limits.sends.to_contact = rates("1000/h");
    limits.sends.cooldown = Cooldown::parse("0s").expect("a wait");
}

#[tokio::test]
async fn the_limit_of_a_contact_holds_over_all_operations() {
    let site = Site::limited(|limits| limits.sends.to_contact = rates("2/1h")).await;
    let backend = Backend::new(&site).await;
    for contact in [EMAIL, NOBODY] {
        let sign_in = json!({ "contact": { "email": contact } });
        let verification = json!({ "to": { "email": contact } });
        let id = backend.post(SIGN_INS, sign_in.clone()).await.done(201).id().to_owned();
        let soon = backend.post(SIGN_INS, sign_in.clone()).await.problem(429, "rate-limited");
        assert_eq!((soon.text("limit"), soon.header("retry-after")), ("cooldown", "30"));
        backend.post(VERIFICATIONS, verification.clone()).await.done(201);
        site.clock.advance(Duration::from_secs(31));
        let other = json!({ "to": { "email": contact }, "type": "Order" });
        for told in [
            backend.post(SIGN_INS, sign_in).await,
            backend.ask(&format!("{SIGN_INS}/{id}/resend")).await,
            backend.post(VERIFICATIONS, verification).await,
            backend.post(VERIFICATIONS, other).await,
        ] {
            let told = told.problem(429, "rate-limited");
            assert_eq!((told.text("limit"), told.header("retry-after")), ("contact", "3569"));
            assert_eq!(told.body["retry_after"], json!(3569));
        }
    }
}

#[tokio::test]
async fn the_rate_of_a_type_is_told_with_its_headers() {
    let site = Site::limited(room).await;
    let backend = Backend::new(&site).await;
    let body = json!({ "to": { "email": NOBODY } });
    for _ in 0..3 {
        backend.post(VERIFICATIONS, body.clone()).await.done(201);
        site.clock.advance(Duration::from_secs(121));
    }
    let told = backend.post(VERIFICATIONS, body).await.problem(429, "rate-limited");
    assert_eq!((told.text("limit"), told.header("ratelimit")), ("purpose", "\"sends\";r=0;t=237"));
}

#[tokio::test]
async fn text_messages_may_be_unavailable_for_now_or_for_good() {
    let ceiling: fn(&mut LimitPolicy) = |limits| {
        room(limits);
        limits.sms.prices = Prices::parse("*: 1").expect("prices");
        limits.sms.daily_ceiling = Some(Money::parse("1").expect("money"));
    };
    let block: fn(&mut LimitPolicy) = |limits| {
        room(limits);
        limits.sends.to_block = rates("1/h");
    };
    for (change, word) in [(ceiling, "ceiling"), (block, "block")] {
        let site = Site::limited(change).await;
        let backend = Backend::new(&site).await;
        backend.post(VERIFICATIONS, json!({ "to": { "phone": PHONE } })).await.done(201);
        for phone in ["+919876543217", "+919876543218"] {
            let told = backend.post(VERIFICATIONS, json!({ "to": { "phone": phone } })).await;
            let told = told.problem(429, "sms-unavailable");
            assert_eq!(told.text("limit"), word);
            assert!(!told.header("retry-after").is_empty());
            let asked = backend.post(SIGN_INS, json!({ "contact": { "phone": phone } })).await;
            assert_eq!(asked.problem(429, "sms-unavailable").text("limit"), word);
        }
        backend.post(VERIFICATIONS, json!({ "to": { "email": EMAIL } })).await.done(201);
    }
    let site = Site::limited(|limits| limits.sms.countries = Country::parse("TZ").map(|country| vec![country])).await;
    let backend = Backend::new(&site).await;
    let told =
        backend.post(VERIFICATIONS, json!({ "to": { "phone": PHONE } })).await.problem(409, "country-not-served");
    assert_eq!((told.text("limit"), told.header("retry-after")), ("country-not-served", ""));
}

#[tokio::test]
async fn a_spent_budget_is_told_and_a_long_code_signs_in() {
    let site = Site::limited(room).await;
    let backend = Backend::new(&site).await;
    let body = json!({ "contact": { "email": EMAIL } });
    let mut kinds = Vec::new();
    for _ in 0..3 {
        let id = backend.post(SIGN_INS, body.clone()).await.done(201).id().to_owned();
        let code = site.code().await;
        for _ in 0..4 {
            let told = backend.post(&format!("{SIGN_INS}/{id}/check"), json!({ "code": wrong(&code) })).await;
            kinds.push(told.text("type").to_owned());
            if kinds.len() > 10 {
                let told = told.problem(429, "guess-budget-spent");
                assert!(!told.header("retry-after").is_empty());
            }
        }
    }
    assert!(kinds[..10].iter().all(|kind| kind == "/api/docs#code-wrong"), "{kinds:?}");
    let id = backend.post(SIGN_INS, body).await.done(201).id().to_owned();
    let code = site.code().await.to_lowercase();
    assert_eq!(code.len(), 13);
    let typed = format!("{}-{}-{}", &code[..4], &code[4..8], &code[8..]);
    backend.post(&format!("{SIGN_INS}/{id}/check"), json!({ "code": typed })).await.done(200);
}
