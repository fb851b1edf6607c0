//! `Idempotency-Key`: the same request twice is done once.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::body::Body;
use http::Method;
use otpd_domain::api_key::Scope;
use serde_json::{Value, json};

use crate::backend::{Backend, SIGN_INS, VERIFICATIONS};
use crate::site::{EMAIL, Site};

const KEY: (&str, &str) = ("idempotency-key", "8e03978e-40d5-43dd-bc93-6894a57f9324");
const REPLAYED: &str = "idempotency-replayed";

fn requests() -> [(&'static str, Value); 2] {
    let contact = json!({ "email": EMAIL });
    [(VERIFICATIONS, json!({ "to": contact })), (SIGN_INS, json!({ "contact": contact }))]
}

#[tokio::test]
async fn the_same_request_twice_sends_once() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    for (path, body) in requests() {
        let key = ("idempotency-key", path);
        let first = backend.post_with(path, &[key], body.clone()).await.done(201);
        assert_eq!(first.header(REPLAYED), "", "{path}");
        assert_eq!(site.messages().await.len(), 1);
        // Long after the cooldown, too.
        site.clock.advance(Duration::from_mins(2));
        let second = backend.post_with(path, &[key], body).await.done(201);
        assert_eq!((second.id(), second.header(REPLAYED)), (first.id(), "true"), "{path}");
        assert_eq!(second.header("location"), first.header("location"));
        assert!(site.messages().await.is_empty(), "{path}");
    }
}

#[tokio::test]
async fn a_key_belongs_to_one_request() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    let body = json!({ "to": { "email": EMAIL }, "language": "en" });
    backend.post_with(VERIFICATIONS, &[KEY], body).await.done(201);
    for other in [
        json!({ "to": { "email": EMAIL } }),
        json!({ "to": { "email": "other@example.com" }, "language": "en" }),
        json!({ "to": { "email": EMAIL }, "language": "en", "type": "Order" }),
    ] {
        backend.post_with(VERIFICATIONS, &[KEY], other).await.problem(409, "idempotency-key-reused");
    }
    let sign_in = json!({ "contact": { "email": EMAIL } });
    backend.post_with(SIGN_INS, &[KEY], sign_in).await.problem(409, "idempotency-key-reused");
    // The same in another order, and written out, is the same.
    let written = r#"{ "language": "\u0065n", "to": {"email": "EMAIL"} }"#.replace("EMAIL", EMAIL);
    let headers = [KEY, ("content-type", "application/json")];
    let same = backend.send(Method::POST, VERIFICATIONS, &headers, Body::from(written)).await;
    assert_eq!(same.done(201).header(REPLAYED), "true");
    assert_eq!(site.messages().await.len(), 1);
}

#[tokio::test]
async fn another_callers_key_is_another_key() {
    let site = Site::new().await;
    let (path, body) = requests().into_iter().next_back().expect("two");
    let mut ids = BTreeSet::new();
    for _ in 0..2 {
        let backend = Backend::with(&site, &[Scope::SignIns]).await;
        let sent = backend.post_with(path, &[KEY], body.clone()).await.done(201);
        ids.insert(sent.id().to_owned());
    }
    assert_eq!((ids.len(), site.messages().await.len()), (2, 2));
}

#[tokio::test]
async fn of_parallel_repetitions_one_sends() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    for (path, body) in requests() {
        let key = ("idempotency-key", path);
        let asked = (0..20).map(|_| {
            let (backend, body) = (backend.clone(), body.clone());
            tokio::spawn(async move { backend.post_with(path, &[key], body).await.done(201) })
        });
        let (mut ids, mut first) = (BTreeSet::new(), 0);
        for reply in asked.collect::<Vec<_>>() {
            let reply = reply.await.expect("a reply");
            ids.insert(reply.id().to_owned());
            first += u32::from(reply.header(REPLAYED).is_empty());
        }
        assert_eq!((ids.len(), first, site.messages().await.len()), (1, 1, 1), "{path}");
    }
}

#[tokio::test]
async fn a_resend_is_repeated_by_its_key() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    let sent = backend.post(VERIFICATIONS, json!({ "to": { "email": EMAIL } })).await.done(201);
    site.clock.advance(Duration::from_secs(30));
    let resend = format!("{}/resend", sent.header("location"));
    let again = async || backend.send(Method::POST, &resend, &[KEY], Body::empty()).await;
    let first = again().await.done(201);
    let second = again().await.done(201);
    assert_eq!((second.id(), second.header(REPLAYED)), (first.id(), "true"));
    // A fresh key does not bring the old one back to life.
    let fresh = [("idempotency-key", "another")];
    backend.send(Method::POST, &resend, &fresh, Body::empty()).await.problem(404, "superseded");
    let old = [KEY];
    let other = format!("{}/resend", first.header("location"));
    backend.send(Method::POST, &other, &old, Body::empty()).await.problem(409, "idempotency-key-reused");
    let codes: Vec<String> = site.messages().await.iter().map(|message| site.code_in(message)).collect();
    let right = codes.last().expect("the newest code");
    backend.post(&format!("{}/check", first.header("location")), json!({ "code": right })).await.done(200);
    // Verified, and no key gets another code for it.
    backend.send(Method::POST, &other, &fresh, Body::empty()).await.problem(409, "code-used");
    assert!(site.messages().await.is_empty());
}

#[tokio::test]
async fn what_is_no_key_is_refused() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    let (path, body) = requests().into_iter().next().expect("two");
    let long = "x".repeat(256);
    for wrong in ["", "a b", "tab\there", long.as_str()] {
        let refused = backend.post_with(path, &[("idempotency-key", wrong)], body.clone()).await;
        assert_eq!(refused.problem(400, "idempotency-key-malformed").fields(), ["Idempotency-Key"], "{wrong:?}");
    }
    let twice = [KEY, ("idempotency-key", "another")];
    backend.post_with(path, &twice, body.clone()).await.problem(400, "idempotency-key-malformed");
    assert!(site.messages().await.is_empty());
    backend.post_with(path, &[("idempotency-key", &long[..255])], body).await.done(201);
}

#[tokio::test]
async fn what_is_gone_does_not_come_back() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    for (path, body) in requests() {
        let key = ("idempotency-key", path);
        let sent = backend.post_with(path, &[key], body.clone()).await.done(201);
        backend.delete(sent.header("location")).await.done(204);
        backend.post_with(path, &[key], body).await.problem(404, "superseded");
    }
    assert!(site.messages().await.is_empty());
}
