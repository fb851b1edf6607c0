//! Sessions: looked at, ended, and asked whose they are.

use std::time::Duration;

use otpd_domain::account::AccountId;
use otpd_domain::administer::disable_account;
use otpd_domain::visitor::Trail;
use serde_json::{Value, json};

use crate::backend::{Backend, Reply, SIGN_INS};
use crate::site::{EMAIL, Site};

const SESSIONS: &str = "/api/v1/accounts/1/sessions";

async fn sign_in(site: &Site, backend: &Backend) -> Value {
    let asked = backend.post(SIGN_INS, json!({ "contact": { "email": EMAIL } })).await.done(201);
    let code = site.code().await;
    backend.post(&format!("{}/check", asked.header("location")), json!({ "code": code })).await.done(200).body
}

async fn introspect(backend: &Backend, token: &Value) -> Reply {
    backend.post("/api/v1/sessions/introspect", json!({ "token": token })).await.done(200)
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    let first = sign_in(&site, &backend).await;
    site.clock.advance(Duration::from_mins(1));
    let second = sign_in(&site, &backend).await;
    let listed = |reply: &Reply| -> Vec<Value> {
        reply.body["items"].as_array().expect("items").iter().map(|session| session["id"].clone()).collect()
    };
    let all = backend.get(SESSIONS).await.done(200);
    assert_eq!(listed(&all), [second["session"]["id"].clone(), first["session"]["id"].clone()]);
    let path = format!("/api/v1/sessions/{}", first["session"]["id"].as_str().expect("an id"));
    backend.delete(&path).await.done(204);
    backend.delete(&path).await.problem(404, "not-found");
    assert_eq!(listed(&backend.get(SESSIONS).await.done(200)), [second["session"]["id"].clone()]);
    sign_in(&site, &backend).await;
    let ended = backend.ask(&format!("{SESSIONS}/end")).await.done(200);
    assert_eq!(ended.body, json!({ "ended": 2 }));
    assert!(listed(&backend.get(SESSIONS).await.done(200)).is_empty());
}

#[tokio::test]
async fn a_good_token_says_whose_it_is() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    let signed_in = sign_in(&site, &backend).await;
    for token in [&signed_in["session"]["token"], &signed_in["access_token"]["token"]] {
        let known = introspect(&backend, token).await;
        assert_eq!(known.body["active"], true);
        assert_eq!(
            (&known.body["account"]["id"], &known.body["session"]["id"]),
            (&json!(1), &signed_in["session"]["id"])
        );
    }
}

#[tokio::test]
async fn a_token_that_is_not_good_is_nobodys() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    let signed_in = sign_in(&site, &backend).await;
    let (session, access) = (&signed_in["session"]["token"], &signed_in["access_token"]["token"]);
    let nobody = json!({ "active": false });
    let text = session.as_str().expect("text");
    let other = if text.ends_with('A') { 'B' } else { 'A' };
    let forged = format!("{}{other}", &text[..text.len() - 1]);
    let cut = access.as_str().expect("text").rsplit_once('.').expect("a signature").0.to_owned() + ".AAAA";
    for token in [forged.as_str(), cut.as_str(), "x", "a.b.c"] {
        assert_eq!(introspect(&backend, &json!(token)).await.body, nobody, "{token}");
    }
    // Access tokens live for a quarter of an hour, sessions longer.
    site.clock.advance(Duration::from_mins(16));
    assert_eq!(introspect(&backend, access).await.body, nobody);
    assert_eq!(introspect(&backend, session).await.body["active"], true);
}

#[tokio::test]
async fn an_ended_session_ends_its_tokens() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    for end in ["session", "account"] {
        let signed_in = sign_in(&site, &backend).await;
        if end == "session" {
            backend.ask(&format!("{SESSIONS}/end")).await.done(200);
        } else {
            disable_account(&site.domain, AccountId(1), &Trail::default()).await.expect("disabled");
        }
        for token in [&signed_in["session"]["token"], &signed_in["access_token"]["token"]] {
            assert_eq!(introspect(&backend, token).await.body, json!({ "active": false }), "{end}");
        }
    }
}

#[tokio::test]
async fn what_is_no_session_is_not_found() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    backend.get("/api/v1/accounts/2/sessions").await.problem(404, "not-found");
    backend.ask("/api/v1/accounts/2/sessions/end").await.problem(404, "not-found");
    for nothing in ["x", "019aa4d2-0e2c-7b5c-9b43-7f6f7f0d5a11", "019AA4D20E2C7B5C9B437F6F7F0D5A11"] {
        backend.delete(&format!("/api/v1/sessions/{nothing}")).await.problem(404, "not-found");
    }
}
