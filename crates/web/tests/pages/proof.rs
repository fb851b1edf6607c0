//! Proofs of work and of patience, asked of networks that send a lot.

use std::net::IpAddr;
use std::time::Duration;

use altcha::{Payload, SolveChallengeOptions, solve_challenge};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use otpd_domain::limits::{Cooldown, LimitPolicy};
use otpd_testkit::limits::rates;
use otpd_web::TrustedProxies;

use crate::site::{Browser, PASSWORD, Page, Site, Unusual, registration};

const HOME: &str = "192.0.2.7";

/// From the second send on. There is room for the rest.
fn after_one(limits: &mut LimitPolicy) {
    limits.sends.before_proof = Some(rates("1/h"));
    limits.sends.cooldown = Cooldown::parse("0s").expect("a wait");
}

fn at(site: &Site, address: &str) -> Browser {
    let mut browser = site.browser();
    browser.address = Some(address.parse::<IpAddr>().expect("an address"));
    browser
}

async fn ask(browser: &mut Browser, contact: &str, proof: &[(&str, &str)]) -> Page {
    browser.get("/otp/request/").await;
    let fields = [&[("contact_type", "email"), ("contact_value", contact)], proof].concat();
    browser.post("/otp/request/", &fields).await
}

/// What the widget makes of the challenge on a page.
fn solved(page: &Page) -> String {
    let challenge = page.attribute("data-challenge").expect("a challenge");
    let challenge = serde_json::from_str(&challenge).expect("as the library writes it");
    let solution = solve_challenge(SolveChallengeOptions::new(&challenge)).expect("hashes").expect("a solution");
    let payload = serde_json::to_string(&Payload { challenge, solution }).expect("JSON");
    STANDARD.encode(payload)
}

/// A network that has sent what goes without a proof.
async fn busy(site: &Site) -> Browser {
    let mut browser = at(site, HOME);
    assert_eq!(ask(&mut browser, "one@example.com", &[]).await.status, 303);
    at(site, HOME)
}

#[tokio::test]
async fn work_lets_one_more_through_once() {
    let site = Site::limited(after_one).await;
    let mut browser = busy(&site).await;
    let asked = ask(&mut browser, "two@example.com", &[]).await;
    assert_eq!((asked.status, asked.header("retry-after")), (429, "60"));
    asked.assert_says("Before we send this one, your browser has to do a little work.");
    assert_eq!(asked.field("contact_value").as_deref(), Some("two@example.com"));
    let proof = solved(&asked);
    assert_eq!(ask(&mut browser, "two@example.com", &[("altcha", &proof)]).await.status, 303);
    let again = ask(&mut at(&site, HOME), "three@example.com", &[("altcha", &proof)]).await;
    assert_eq!(again.status, 429, "a proof counts once");
    let proof = solved(&again);
    let elsewhere = ask(&mut at(&site, "198.51.100.1"), "five@example.com", &[]).await;
    assert_eq!(elsewhere.status, 303, "another network has its own");
    let elsewhere = ask(&mut at(&site, "198.51.100.1"), "four@example.com", &[("altcha", &proof)]).await;
    assert_eq!(elsewhere.status, 429, "work of one network is of no use in another");
    assert_eq!(ask(&mut at(&site, HOME), "three@example.com", &[("altcha", &proof)]).await.status, 303);
}

#[tokio::test]
async fn where_no_script_runs_patience_does() {
    let site = Site::limited(after_one).await;
    let mut browser = busy(&site).await;
    let asked = ask(&mut browser, "two@example.com", &[]).await;
    asked.assert_says("wait 60 seconds, then press the button again.");
    let ticket = asked.field("patience").expect("a ticket");
    let handed = [("altcha", ""), ("patience", ticket.as_str())];
    site.clock.advance(Duration::from_secs(20));
    let early = ask(&mut browser, "two@example.com", &handed).await;
    early.assert_says("wait 40 seconds, then press the button again.");
    assert_eq!(early.header("retry-after"), "40");
    assert_eq!(early.field("patience").as_ref(), Some(&ticket), "whoever pressed too soon does not begin anew");
    site.clock.advance(Duration::from_secs(40));
    assert_eq!(ask(&mut browser, "two@example.com", &handed).await.status, 303);
    let again = ask(&mut at(&site, HOME), "three@example.com", &handed).await;
    assert_eq!(again.status, 429, "one at a time for each network");
}

#[tokio::test]
async fn what_is_no_proof_is_none() {
    let site = Site::limited(after_one).await;
    let mut browser = busy(&site).await;
    let long = "A".repeat(5_000);
    for made_up in ["", "nonsense", "e30=", "{}", long.as_str()] {
        for field in ["altcha", "patience"] {
            let asked = ask(&mut browser, "two@example.com", &[(field, made_up)]).await;
            assert_eq!(asked.status, 429, "{field}={made_up:.10}");
        }
    }
}

#[tokio::test]
async fn one_proof_pays_for_both_codes_of_a_registration() {
    let site = Site::limited(after_one).await;
    let mut browser = busy(&site).await;
    browser.get("/register/").await;
    let form = registration("nila@example.com", "+919876500000");
    let asked = browser.post("/register/", &form).await;
    assert_eq!((asked.status, asked.field("email").as_deref()), (429, Some("nila@example.com")));
    assert!(!asked.body.contains(PASSWORD), "a password is never shown again");
    let proof = solved(&asked);
    site.messages().await;
    let done = browser.post("/register/", &[&form[..], &[("altcha", proof.as_str())]].concat()).await;
    assert_eq!((done.status, done.location()), (303, "/register/verify/"), "{}", done.text());
    assert_eq!(site.messages().await.len(), 2);
}

#[tokio::test]
async fn another_code_asks_for_it_too() {
    let site = Site::limited(after_one).await;
    let mut browser = at(&site, HOME);
    browser.request_code("one@example.com").await;
    site.clock.advance(Duration::from_secs(31));
    let asked = browser.post("/otp/resend/", &[]).await;
    assert_eq!(asked.status, 429);
    assert!(!asked.body.contains("id=\"wait\""), "the button does not rest: with the proof it works at once");
    let proof = solved(&asked);
    let sent = browser.post("/otp/resend/", &[("altcha", proof.as_str())]).await;
    assert_eq!((sent.status, sent.location()), (303, "/otp/verify/"));
}

#[tokio::test]
async fn a_household_is_one_network_whatever_address_it_takes() {
    let site = Site::limited(|limits| limits.sends.from_client = rates("20/h")).await;
    let mut statuses = Vec::new();
    for number in 0..30 {
        let mut browser = at(&site, &format!("2001:db8:1:2:{number:x}::{number:x}"));
        statuses.push(ask(&mut browser, &format!("c{number}@example.com"), &[]).await.status);
    }
    // Ten without a proof.
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 10, "{statuses:?}");
    assert_eq!(ask(&mut at(&site, "2001:db8:1:3::1"), "d@example.com", &[]).await.status, 303);
    assert_eq!(ask(&mut at(&site, "::ffff:192.0.2.7"), "e@example.com", &[]).await.status, 303);
}

#[tokio::test]
async fn a_thousand_forged_forwarding_headers_change_nothing() {
    let behind_proxy = |config: &mut otpd_web::WebConfig| {
        config.proxies = TrustedProxies::parse(["10.0.0.0/8"]).expect("a network");
    };
    let limits: fn(&mut LimitPolicy) = |_| {};
    let site = Site::unusual(Unusual { config: Some(behind_proxy), limits: Some(limits), ..Unusual::default() }).await;
    // Straight from the client, and through a proxy that adds whom it saw.
    for (peer, suffix) in [("192.0.2.7", ""), ("10.0.0.1", ", 198.51.100.1")] {
        let mut sent = 0;
        for number in 0..500_u32 {
            let mut browser = at(&site, peer);
            let forged = format!("203.0.{}.{}{suffix}", number / 250, number % 250);
            browser.headers.push(("x-forwarded-for", forged));
            let contact = format!("{}{number}@example.com", peer.len());
            sent += u32::from(ask(&mut browser, &contact, &[]).await.status == 303);
        }
        assert_eq!(sent, 10, "{peer}");
    }
}

#[tokio::test]
async fn the_widget_is_loaded_on_that_page_only_and_from_here() {
    let site = Site::limited(after_one).await;
    let mut browser = busy(&site).await;
    assert!(!browser.get("/otp/request/").await.body.contains("proof"));
    let asked = ask(&mut browser, "two@example.com", &[]).await;
    for name in ["data-widget", "data-worker"] {
        let path = asked.attribute(name).expect("a path");
        let file = browser.get(&path).await;
        assert_eq!((file.status, file.header("content-type")), (200, "text/javascript; charset=utf-8"), "{path}");
        assert!(file.header("cache-control").contains("immutable"));
    }
    assert!(asked.body.contains("<script type=\"module\" src=\""));
    assert!(asked.header("content-security-policy").contains("script-src 'self'"));
}
