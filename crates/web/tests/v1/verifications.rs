//! Verifications: sent, checked, sent again, looked at, cancelled.

use std::time::Duration;

use otpd_domain::identifier::Channel;
use serde_json::{Value, json};

use crate::backend::{Backend, Reply, VERIFICATIONS};
use crate::site::{Site, wrong};

fn phone() -> Value {
    json!({ "to": { "phone": "255 694-230-173" } })
}

async fn check(backend: &Backend, id: &str, code: &str) -> Reply {
    backend.post(&format!("{VERIFICATIONS}/{id}/check"), json!({ "code": code })).await
}

#[tokio::test]
async fn a_code_goes_out_and_comes_back_once() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    let sent = backend.post(VERIFICATIONS, phone()).await.done(201);
    assert_eq!(sent.header("location"), format!("{VERIFICATIONS}/{}", sent.id()));
    assert_eq!(sent.header("cache-control"), "no-store");
    let shown =
        ["status", "to", "type", "attempts_left", "delivery", "verified_at"].map(|name| sent.body[name].clone());
    let to = json!({ "phone": "+255694230173" });
    assert_eq!(shown, [json!("pending"), to, json!("Login"), json!(5), json!("on-its-way"), Value::Null]);
    let code = site.code().await;
    assert_eq!(code.len(), 4);
    let missed = check(&backend, sent.id(), &wrong(&code)).await.problem(409, "code-wrong");
    assert_eq!(missed.body["attempts_left"], 4);
    check(&backend, sent.id(), "123456").await.problem(409, "code-malformed");
    let right = check(&backend, sent.id(), &code).await.done(200);
    assert_eq!((&right.body["verified"], &right.body["verification"]["status"]), (&json!(true), &json!("verified")));
    check(&backend, sent.id(), &code).await.problem(409, "code-used");
    let read = backend.get(&format!("{VERIFICATIONS}/{}", sent.id())).await.done(200);
    assert_eq!((read.text("status"), read.body["attempts_left"].as_u64()), ("verified", Some(3)));
    assert!(read.text("verified_at").ends_with('Z'));
}

#[tokio::test]
async fn the_ends_of_a_code_are_told_apart() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    let sent = backend.post(VERIFICATIONS, phone()).await.done(201);
    let code = site.code().await;
    for left in (1..5).rev() {
        let missed = check(&backend, sent.id(), &wrong(&code)).await.problem(409, "code-wrong");
        assert_eq!(missed.body["attempts_left"], left);
    }
    let over = check(&backend, sent.id(), &wrong(&code)).await.problem(409, "too-many-attempts");
    assert_eq!(over.body["attempts_left"], 0);
    check(&backend, sent.id(), &code).await.problem(409, "too-many-attempts");
    assert_eq!(backend.get(sent.header("location")).await.done(200).text("status"), "too-many-attempts");

    let sent = backend.post(VERIFICATIONS, json!({ "to": { "email": "New@Example.com" } })).await.done(201);
    assert_eq!(sent.body["to"], json!({ "email": "new@example.com" }));
    let code = site.code().await;
    site.clock.advance(Duration::from_secs(301));
    check(&backend, sent.id(), &code).await.problem(409, "code-expired");
    assert_eq!(backend.get(sent.header("location")).await.done(200).text("status"), "expired");
    backend.delete(sent.header("location")).await.problem(409, "code-expired");
}

#[tokio::test]
async fn another_code_has_another_id_and_the_old_one_is_gone() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    let first = backend.post(VERIFICATIONS, phone()).await.done(201);
    let old = site.code().await;
    let resend = format!("{VERIFICATIONS}/{}/resend", first.id());
    let soon = backend.ask(&resend).await.problem(429, "too-soon");
    assert_eq!((soon.header("retry-after"), soon.body["retry_after"].as_u64()), ("30", Some(30)));
    site.clock.advance(Duration::from_secs(30));
    let second = backend.ask(&resend).await.done(201);
    assert_ne!(second.id(), first.id());
    assert_eq!(second.header("location"), format!("{VERIFICATIONS}/{}", second.id()));
    let code = site.code().await;
    check(&backend, first.id(), &old).await.problem(404, "superseded");
    backend.get(first.header("location")).await.problem(404, "superseded");
    backend.ask(&resend).await.problem(404, "superseded");
    check(&backend, second.id(), &code).await.done(200);
    backend.ask(&format!("{VERIFICATIONS}/{}/resend", second.id())).await.problem(409, "code-used");
    backend.delete(second.header("location")).await.problem(409, "code-used");
}

#[tokio::test]
async fn a_cancelled_code_is_dead_and_its_message_not_sent() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    let sent = backend.post(VERIFICATIONS, phone()).await.done(201);
    let gone = backend.delete(sent.header("location")).await.done(204);
    assert_eq!(gone.body, Value::Null);
    assert!(site.messages().await.is_empty());
    check(&backend, sent.id(), "1234").await.problem(404, "superseded");
    backend.delete(sent.header("location")).await.problem(404, "superseded");
    // Begun anew it is a code like any other, but not sooner than another would have been.
    backend.post(VERIFICATIONS, phone()).await.problem(429, "too-soon");
    site.clock.advance(Duration::from_secs(30));
    backend.post(VERIFICATIONS, phone()).await.done(201);
    assert_eq!(site.message().await.channel, Channel::Sms);
}

#[tokio::test]
async fn types_have_codes_of_their_own() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    let login = backend.post(VERIFICATIONS, phone()).await.done(201);
    let login_code = site.code().await;
    let order = json!({ "to": { "phone": "+255694230173" }, "type": "Order" });
    let order = backend.post(VERIFICATIONS, order).await.done(201);
    let order_code = site.code().await;
    assert_eq!((order.text("type"), login_code.len(), order_code.len()), ("Order", 4, 6));
    check(&backend, order.id(), &login_code).await.problem(409, "code-malformed");
    check(&backend, login.id(), &login_code).await.done(200);
    check(&backend, order.id(), &order_code).await.done(200);
    let unknown = json!({ "to": { "phone": "+255694230173" }, "type": "Lunch" });
    let refused = backend.post(VERIFICATIONS, unknown).await.problem(400, "invalid-request");
    assert_eq!(refused.fields(), ["type"]);
    assert!(refused.text("detail").contains("Login, Order"));
}

#[tokio::test]
async fn messages_are_written_in_the_language_asked_for() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    for (number, (language, accepted, written)) in
        [("ar", "en", "ar"), ("ar-EG", "en", "ar"), ("xx", "ar", "en"), ("", "ar", "ar"), ("", "", "en")]
            .iter()
            .enumerate()
    {
        let mut body = json!({ "to": { "email": format!("one{number}@example.com") } });
        if !language.is_empty() {
            body["language"] = json!(language);
        }
        backend.post_with(VERIFICATIONS, &[("accept-language", accepted)], body).await.done(201);
        assert_eq!(site.content_of(&site.message().await).language, *written, "{language} {accepted}");
    }
}

#[tokio::test]
async fn one_door_does_not_open_another() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    let body = json!({ "contact": { "email": crate::site::EMAIL } });
    let sign_in = backend.post(crate::backend::SIGN_INS, body).await.done(201);
    let code = site.code().await;
    backend.get(&format!("{VERIFICATIONS}/{}", sign_in.id())).await.problem(404, "not-found");
    check(&backend, sign_in.id(), &code).await.problem(404, "not-found");
    backend.delete(&format!("{VERIFICATIONS}/{}", sign_in.id())).await.problem(404, "not-found");
    let signed_in = backend.post(&format!("{}/check", sign_in.header("location")), json!({ "code": code })).await;
    assert_eq!(signed_in.status, 200);
}
