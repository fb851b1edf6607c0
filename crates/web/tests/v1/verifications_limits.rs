//! How often a contact gets a verification code, and what replies tell of that.

use std::time::Duration;

use serde_json::{Value, json};

use crate::backend::{Backend, VERIFICATIONS};
use crate::site::Site;

fn phone() -> Value {
    json!({ "to": { "phone": "+255694230173" } })
}

#[tokio::test]
async fn a_fresh_code_stands() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    let first = backend.post(VERIFICATIONS, phone()).await.done(201);
    let code = site.code().await;
    let again = backend.post(VERIFICATIONS, phone()).await.done(200);
    assert_eq!(again.id(), first.id());
    assert!(site.messages().await.is_empty());
    assert!(!again.headers.contains_key("location"));
    backend.post(&format!("{VERIFICATIONS}/{}/check", first.id()), json!({ "code": code })).await.done(200);
}

#[tokio::test]
async fn replies_say_what_is_left_of_the_rate() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    let mut seen = Vec::new();
    for wait in [0, 31, 61] {
        site.clock.advance(Duration::from_secs(wait));
        let sent = backend.post(VERIFICATIONS, phone()).await.done(201);
        assert_eq!(sent.header("ratelimit-policy"), r#""sends";q=3;w=600"#);
        seen.push(sent.header("ratelimit").to_owned());
    }
    assert_eq!(seen, [r#""sends";r=2;t=600"#, r#""sends";r=1;t=569"#, r#""sends";r=0;t=508"#]);
    let stands = backend.post(VERIFICATIONS, phone()).await.done(200);
    assert_eq!((stands.header("ratelimit-policy"), stands.header("ratelimit")), (r#""sends";q=3;w=600"#, ""));
    site.clock.advance(Duration::from_secs(121));
    let limited = backend.post(VERIFICATIONS, phone()).await.problem(429, "rate-limited");
    assert_eq!((limited.header("retry-after"), limited.header("ratelimit")), ("387", r#""sends";r=0;t=387"#));
    site.clock.advance(Duration::from_secs(387));
    backend.post(VERIFICATIONS, phone()).await.done(201);
}

#[tokio::test]
async fn of_parallel_sends_one_sends() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    let asked = (0..20).map(|_| {
        let backend = backend.clone();
        tokio::spawn(async move { backend.post(VERIFICATIONS, phone()).await })
    });
    let mut statuses = Vec::new();
    let mut ids = std::collections::BTreeSet::new();
    for reply in asked.collect::<Vec<_>>() {
        let reply = reply.await.expect("a reply");
        ids.insert(reply.id().to_owned());
        statuses.push(reply.status);
    }
    assert_eq!((ids.len(), statuses.iter().filter(|status| **status == 201).count()), (1, 1));
    assert_eq!(site.messages().await.len(), 1);
}
