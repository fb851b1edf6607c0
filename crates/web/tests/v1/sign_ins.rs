//! Sign-ins: the same for known and unknown contacts, by the same rules as the pages.

use std::time::Duration;

use otpd_domain::api_key::Scope;
use serde_json::{Value, json};

use crate::backend::{Backend, Reply, SIGN_INS};
use crate::site::{EMAIL, PHONE, Site, wrong};

fn asha() -> Value {
    json!({ "contact": { "email": EMAIL } })
}

async fn check(backend: &Backend, id: &str, code: &str) -> Reply {
    let body = json!({ "code": code, "user_agent": "Shop/1.0" });
    backend.post(&format!("{SIGN_INS}/{id}/check"), body).await
}

#[tokio::test]
async fn a_right_code_opens_a_session() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    let asked = backend.post(SIGN_INS, asha()).await.done(201);
    assert_eq!(asked.header("location"), format!("{SIGN_INS}/{}", asked.id()));
    let code = site.code().await;
    let missed = check(&backend, asked.id(), &wrong(&code)).await.problem(409, "code-wrong");
    assert_eq!(missed.body["attempts_left"], 4);
    let signed_in = check(&backend, asked.id(), &code).await.done(200);
    let account = &signed_in.body["account"];
    assert_eq!(
        (&account["name"], &account["email"], &account["role"]),
        (&json!("Asha Rao"), &json!(EMAIL), &json!("customer"))
    );
    assert_eq!(signed_in.body["access_token"]["token_type"], "Bearer");
    check(&backend, asked.id(), &code).await.problem(409, "code-used");
    assert_eq!(backend.get(asked.header("location")).await.done(200).text("status"), "verified");

    // The session is one of the account's, under the name the caller gave.
    let sessions = backend.get(&format!("/api/v1/accounts/{}/sessions", account["id"])).await.done(200);
    let only = &sessions.body["items"][0];
    assert_eq!((&only["id"], &only["user_agent"]), (&signed_in.body["session"]["id"], &json!("Shop/1.0")));
    // And its token opens the dashboard, as a cookie of the pages would.
    let mut browser = site.browser();
    let token = signed_in.body["session"]["token"].as_str().expect("a token");
    browser.cookies.insert("__Host-otpd_session".to_owned(), token.to_owned());
    assert_eq!(browser.get("/dashboard/").await.status, 200);
}

#[tokio::test]
async fn known_and_unknown_read_the_same() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    let shape = |reply: &Reply| {
        let mut body = reply.body.clone();
        body["id"] = json!(body["id"].as_str().expect("an id").len());
        body["contact"] = Value::Null;
        let headers: Vec<String> = reply.headers.keys().map(ToString::to_string).collect();
        (reply.status, body, headers)
    };
    let known = backend.post(SIGN_INS, asha()).await;
    let unknown = backend.post(SIGN_INS, json!({ "contact": { "email": "none@example.com" } })).await;
    assert_eq!(shape(&known), shape(&unknown));
    assert!(known.body.get("known").is_none());
    let messages = site.messages().await;
    let (sent, kept): (Vec<_>, Vec<_>) = messages.iter().partition(|message| !message.withheld);
    assert_eq!((sent.len(), kept.len()), (1, 1));
    let (code, kept) = (site.code_in(sent[0]), site.code_in(kept[0]));
    for id in [known.id(), unknown.id()] {
        let missed = check(&backend, id, &wrong(&code)).await.problem(409, "code-wrong");
        assert_eq!(missed.body["attempts_left"], 4);
        let read = backend.get(&format!("{SIGN_INS}/{id}")).await.done(200);
        assert_eq!(read.body["attempts_left"], 4);
    }
    // Nobody has read the code that was made for nobody, and were it guessed it would not be right.
    check(&backend, unknown.id(), &kept).await.problem(409, "code-wrong");
    site.clock.advance(Duration::from_secs(30));
    for asked in [&known, &unknown] {
        backend.ask(&format!("{}/resend", asked.header("location"))).await.done(201);
    }
    assert_eq!(site.messages().await.iter().filter(|message| !message.withheld).count(), 1);
}

#[tokio::test]
async fn only_a_key_that_may_is_told_who_is_a_customer() {
    let site = Site::new().await;
    let backend = Backend::with(&site, &[Scope::SignIns, Scope::TellUnknown]).await;
    let known = backend.post(SIGN_INS, json!({ "contact": { "phone": PHONE } })).await.done(201);
    let unknown = backend.post(SIGN_INS, json!({ "contact": { "phone": "+255694230173" } })).await.done(201);
    assert_eq!((&known.body["known"], &unknown.body["known"]), (&json!(true), &json!(false)));
    let silent = Backend::with(&site, &[Scope::SignIns]).await;
    let read = silent.get(unknown.header("location")).await.done(200);
    assert!(read.body.get("known").is_none());
}

#[tokio::test]
async fn another_code_has_another_id() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    let first = backend.post(SIGN_INS, asha()).await.done(201);
    let old = site.code().await;
    let resend = format!("{}/resend", first.header("location"));
    assert_eq!(backend.ask(&resend).await.problem(429, "too-soon").header("retry-after"), "30");
    site.clock.advance(Duration::from_secs(30));
    let second = backend.ask(&resend).await.done(201);
    let code = site.code().await;
    backend.ask(&resend).await.problem(404, "superseded");
    check(&backend, first.id(), &old).await.problem(404, "superseded");
    backend.delete(first.header("location")).await.problem(404, "superseded");
    check(&backend, second.id(), &code).await.done(200);
    backend.ask(&format!("{}/resend", second.header("location"))).await.problem(409, "code-used");
}

#[tokio::test]
async fn a_cancelled_sign_in_is_gone() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    let asked = backend.post(SIGN_INS, asha()).await.done(201);
    backend.delete(asked.header("location")).await.done(204);
    assert!(site.messages().await.is_empty());
    backend.get(asked.header("location")).await.problem(404, "superseded");
}

#[tokio::test]
async fn an_expired_code_signs_nobody_in() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    let asked = backend.post(SIGN_INS, asha()).await.done(201);
    let code = site.code().await;
    site.clock.advance(Duration::from_secs(301));
    check(&backend, asked.id(), &code).await.problem(409, "code-expired");
}
