//! Limits and budgets at the doors of parts B and C: what each reply says, for known and unknown alike.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use altcha::{Payload, SolveChallengeOptions, solve_challenge};
use axum::extract::ConnectInfo;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use http::header::CONTENT_TYPE;
use otpd_domain::administer::create_api_key;
use otpd_domain::api_key::Scope;
use otpd_domain::limits::{Cooldown, LimitPolicy};
use otpd_domain::sms::{Country, Money, Prices};
use otpd_domain::visitor::Trail;
use otpd_testkit::limits::rates;
use serde_json::{Value, json};

use crate::call::{Reply, send};
use crate::site::{EMAIL, PASSWORD, PHONE, Site, wrong};

const NOBODY: &str = "akim@example.com";
const HOME: &str = "192.0.2.7";
const SEND: &str = "/api/users/send-otp/";
const RESEND: &str = "/api/users/resend-otp/";
const VERIFY: &str = "/api/users/verify-otp/";
const LOGIN: &str = "/api/login/";

/// Posts JSON from an address.
async fn post(site: &Site, path: &str, headers: &[(&str, &str)], body: Value) -> Reply {
    let peer = SocketAddr::new(HOME.parse::<IpAddr>().expect("an address"), 4711);
    let mut request = Request::post(path).header(CONTENT_TYPE, "application/json").extension(ConnectInfo(peer));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(site, request, body.to_string()).await
}

/// Limits that give way one at a time.
fn room(limits: &mut LimitPolicy) {
    limits.sends.to_contact = rates("1000/h");
    limits.sends.from_client = rates("1000/h");
    limits.sends.to_block = rates("1000/h");
    limits.sends.before_proof = None;
    limits.sends.cooldown = Cooldown::parse("0s").expect("a wait");
    limits.sms.guard = None;
}

fn registration(email: &str, phone: &str) -> Value {
    json!({ "email": email, "phone": phone, "password": PASSWORD, "first_name": "Nila" })
}

/// A limit, the status and the words with which a door tells that it is reached by one send to a phone of the block.
type Limit = (fn(&mut LimitPolicy), u16, &'static str);

fn limits() -> [Limit; 6] {
    [
        (
            |limits| {
                room(limits);
                limits.sends.from_client = rates("1/h");
            },
            429,
            "Too many OTPs were asked for from your network. Try again in 3600 seconds.",
        ),
        (
            |limits| {
                room(limits);
                limits.sends.before_proof = Some(rates("1/h"));
            },
            429,
            "Get a task from /api/proof/, solve it with the ALTCHA widget",
        ),
        (
            |limits| {
                room(limits);
                limits.sends.to_block = rates("1/h");
            },
            429,
            "No SMS can be sent to this number at the moment. Use an email, or try again in 3600 seconds.",
        ),
        (
            |limits| {
                room(limits);
                limits.sends.to_country = Some(rates("1/h"));
            },
            429,
            "No SMS can be sent to this number at the moment.",
        ),
        (
            |limits| {
                room(limits);
                limits.sms.prices = Prices::parse("*: 1").expect("prices");
                limits.sms.daily_ceiling = Some(Money::parse("1").expect("money"));
            },
            429,
            "No SMS can be sent to this number at the moment.",
        ),
        (
            |limits| {
                room(limits);
                limits.sms.countries = Country::parse("TZ").map(|country| vec![country]);
            },
            400,
            "No SMS is sent to this country. Use an email.",
        ),
    ]
}

/// Phones of one block: the first reaches the limit, the second is Asha's, the third nobody's.
const BLOCK: [&str; 3] = ["+919876543212", PHONE, "+919876543219"];

#[tokio::test]
async fn every_limit_is_told_by_the_door_for_verifications() {
    for (change, status, words) in limits() {
        let site = Site::limited(change).await;
        let first = post(&site, SEND, &[], json!({ "phone": BLOCK[0] })).await;
        assert_eq!(first.status, if status == 400 { 400 } else { 200 }, "{first:?}");
        for path in [SEND, RESEND] {
            let known = post(&site, path, &[], json!({ "phone": BLOCK[1] })).await;
            let unknown = post(&site, path, &[], json!({ "phone": BLOCK[2] })).await;
            assert_eq!((known.status, known.text("status")), (status, "error"), "{known:?}");
            assert!(known.message().contains(words), "{}", known.message());
            assert_eq!(known.header("retry-after").is_empty(), status == 400);
            assert_eq!(known, unknown);
        }
    }
}

#[tokio::test]
async fn every_limit_is_told_by_the_door_for_registrations() {
    for (change, status, words) in limits() {
        let site = Site::limited(change).await;
        let first = post(&site, "/api/register/", &[], registration("one@example.com", BLOCK[0])).await;
        // Where one send is the limit, the two of a registration are too many.
        let two_at_once = first.status == 429 && words.contains("network");
        assert!(first.status == 201 || first.status == status && (status == 400 || two_at_once), "{first:?}");
        if two_at_once {
            assert_eq!(post(&site, SEND, &[], json!({ "email": "one@example.com" })).await.status, 200);
        }
        let known = post(&site, "/api/register/", &[], registration(EMAIL, BLOCK[1])).await;
        let unknown = post(&site, "/api/register/", &[], registration(NOBODY, BLOCK[2])).await;
        assert_eq!(known.status, status, "{known:?}");
        assert!(known.message().contains(words), "{}", known.message());
        assert_eq!(known.names(), ["message"]);
        assert_eq!(known, unknown);
        let resent = post(&site, "/api/resend-otp/", &[], json!({ "phone": BLOCK[1] })).await;
        assert_eq!((resent.status, resent.message()), (status, known.message()), "limits of others are no secret");
    }
}

#[tokio::test]
async fn limits_of_a_contact_are_told_where_they_tell_of_nobody() {
    let site = Site::limited(|limits| {
        room(limits);
        limits.sends.to_contact = rates("1/12m");
    })
    .await;
    for contact in [EMAIL, NOBODY] {
        assert_eq!(post(&site, SEND, &[], json!({ "email": contact })).await.status, 200);
        site.clock.advance(Duration::from_secs(31));
        let told = post(&site, RESEND, &[], json!({ "email": contact })).await;
        told.assert(429, "Too many OTPs were sent to this contact. Try again in 689 seconds.");
        assert_eq!(told.header("retry-after"), "689");
        let order = json!({ "email": contact, "verification_type": "Order" });
        assert_eq!(post(&site, SEND, &[], order).await.status, 429, "over all types");
        assert_eq!(post(&site, "/api/register/", &[], registration(contact, "")).await.status, 429, "over all doors");
        // Whether somebody registered, nobody learns.
        assert_eq!(post(&site, "/api/resend-otp/", &[], json!({ "email": contact })).await.status, 200);
        site.clock.advance(Duration::from_mins(12));
    }
}

#[tokio::test]
async fn wrong_codes_have_a_budget_over_types_and_the_next_code_is_long() {
    for contact in [EMAIL, NOBODY] {
        let site = Site::limited(room).await;
        let mut told = Vec::new();
        for round in 0..4 {
            let kind = if round % 2 == 0 { "Login" } else { "Order" };
            let body = json!({ "email": contact, "verification_type": kind });
            assert_eq!(post(&site, SEND, &[], body).await.status, 200);
            let code = site.code().await;
            for _ in 0..4 {
                let body = json!({ "email": contact, "verification_type": kind, "otp": wrong(&code) });
                told.push(post(&site, VERIFY, &[], body).await);
            }
            site.clock.advance(Duration::from_secs(200));
        }
        assert_eq!(told.iter().filter(|reply| reply.message().starts_with("Invalid OTP")).count(), 10 + 4);
        let spent = &told[10];
        assert_eq!((spent.status, &spent.body["verified"]), (429, &json!(false)), "{spent:?}");
        assert!(spent.message().ends_with("Send a new one: it will be longer, with letters, and will work."));
        assert!(!spent.header("retry-after").is_empty());
        assert_eq!(post(&site, SEND, &[], json!({ "email": contact })).await.status, 200);
        let code = site.code().await.to_lowercase();
        assert_eq!(code.len(), 13);
        let body = json!({ "email": contact, "otp": format!("{} {}-{}", &code[..4], &code[4..8], &code[8..]) });
        post(&site, VERIFY, &[], body).await.assert(200, "OTP verified successfully");
    }
}

#[tokio::test]
async fn a_task_is_given_and_what_is_made_of_it_is_taken() {
    let site = Site::limited(|limits| limits.sends.before_proof = Some(rates("1/h"))).await;
    assert_eq!(post(&site, SEND, &[], json!({ "email": NOBODY })).await.status, 200);
    assert_eq!(post(&site, SEND, &[], json!({ "email": EMAIL })).await.status, 429);
    let peer = SocketAddr::new(HOME.parse::<IpAddr>().expect("an address"), 4711);
    let task = send(&site, Request::get("/api/proof/").extension(ConnectInfo(peer)), "").await;
    assert_eq!((task.status, task.header("cache-control")), (200, "no-store"));
    let challenge = serde_json::from_value(task.body).expect("as the library writes it");
    let solution = solve_challenge(SolveChallengeOptions::new(&challenge)).expect("hashes").expect("a solution");
    let made = STANDARD.encode(serde_json::to_string(&Payload { challenge, solution }).expect("JSON"));
    let body = json!({ "email": EMAIL, "altcha": made });
    assert_eq!(post(&site, SEND, &[], body.clone()).await.status, 200);
    site.clock.advance(Duration::from_secs(31));
    assert_eq!(post(&site, RESEND, &[], body).await.status, 429, "once");
    assert_eq!(post(&site, SEND, &[], json!({ "email": EMAIL, "altcha": 7 })).await.status, 400);
}

#[tokio::test]
async fn a_back_end_with_a_key_speaks_for_many_networks() {
    let site = Site::limited(|limits| {
        room(limits);
        limits.sends.from_client = rates("1/h");
        limits.sends.before_proof = Some(rates("1/h"));
    })
    .await;
    let key = async |scope| {
        let made = create_api_key(&site.domain, "shop", vec![scope], None, &Trail::default()).await.expect("a key");
        format!("Bearer {}", made.to_text())
    };
    let (fitting, other) = (key(Scope::Verifications).await, key(Scope::Sessions).await);
    for number in 0..5 {
        let body = json!({ "email": format!("n{number}@example.com") });
        assert_eq!(post(&site, SEND, &[("authorization", &fitting)], body).await.status, 200);
    }
    // A key that may do something else, and what is none, count as nobody's.
    let headers =
        [("authorization", other.as_str()), ("authorization", "Basic eDp5"), ("authorization", "Bearer otpd_x")];
    for (number, header) in headers.into_iter().enumerate() {
        let reply = post(&site, SEND, &[header], json!({ "email": format!("m{number}@example.com") })).await;
        assert_eq!(reply.status, if number == 0 { 200 } else { 429 }, "{header:?}");
    }
}

#[tokio::test]
async fn wrong_passwords_have_a_budget_that_an_app_with_cookies_does_not_share() {
    let site = Site::limited(|limits| {
        room(limits);
        limits.guesses.passwords = rates("3/h");
    })
    .await;
    site.give_password().await;
    let body = |email: &str, password: &str| json!({ "email": email, "password": password });
    let app = post(&site, LOGIN, &[], body(EMAIL, PASSWORD)).await;
    assert_eq!(app.status, 200);
    let cookie = app.header("set-cookie").split(';').next().expect("a pair").to_owned();
    assert!(cookie.starts_with("__Host-otpd_browser="), "{cookie}");
    for contact in [EMAIL, NOBODY] {
        for _ in 0..3 {
            assert_eq!(post(&site, LOGIN, &[], body(contact, "not the password at all")).await.status, 401);
        }
        let told = post(&site, LOGIN, &[], body(contact, PASSWORD)).await;
        assert_eq!((told.status, told.header("retry-after")), (429, "3600"), "{told:?}");
        assert!(told.message().ends_with("or sign in with a code: https://signin.example.com/otp/request/"));
    }
    assert_eq!(post(&site, LOGIN, &[("cookie", &cookie)], body(EMAIL, PASSWORD)).await.status, 200);
}
