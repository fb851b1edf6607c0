//! The native API under what other back ends do to it: keys that are revoked, requests that are repeated, servers that die.

use otpd_tests::http::{Reply, Request};
use otpd_tests::{Otpd, Settings};
use serde_json::{Value, json};
use tokio::task::JoinSet;

const PHONE: &str = "+919876543210";

fn create(key: &str, name: &str, phone: &str) -> Request {
    Request::new("POST", "/api/v1/verifications")
        .header("authorization", &format!("Bearer {key}"))
        .header("idempotency-key", name)
        .json(&json!({ "to": { "phone": phone } }))
}

fn id(reply: &Reply) -> String {
    reply.json()["id"].as_str().unwrap_or_else(|| panic!("no id: {}", reply.text())).to_owned()
}

/// What every refusal of the native API is.
fn problem(reply: &Reply, status: u16) -> Value {
    let problem = reply.json();
    assert_eq!((reply.status, problem["status"].as_u64()), (status, Some(u64::from(status))), "{}", reply.text());
    assert_eq!(reply.header("content-type"), Some("application/problem+json"));
    assert!(problem["type"].is_string() && problem["title"].is_string(), "{problem}");
    problem
}

#[tokio::test(flavor = "multi_thread")]
async fn of_20_parallel_requests_with_one_idempotency_key_one_sends() {
    let otpd = Otpd::start(Settings::default()).await;
    let key = otpd.api_key("verifications").await;
    let mut requests = JoinSet::new();
    for _ in 0..20 {
        let (address, request) = (otpd.address, create(&key, "order-1", PHONE));
        requests.spawn(async move { otpd_tests::http::send(address, &request).await.expect("a reply") });
    }
    let replies = requests.join_all().await;
    let first = id(&replies[0]);
    assert!(replies.iter().all(|reply| reply.status == 201 && id(reply) == first), "{:?}", replies[0]);
    let replayed = replies.iter().filter(|reply| reply.header("idempotency-replayed") == Some("true")).count();
    assert_eq!(replayed, 19);
    otpd.message_to(PHONE, 1).await;
    assert_eq!(otpd.database().value::<u32>("SELECT count(*) FROM outbox", []), 1);
}

#[tokio::test]
async fn a_repeated_request_is_known_after_a_crash_and_another_one_is_refused() {
    let mut otpd = Otpd::start(Settings::default()).await;
    let (key, other) = (otpd.api_key("verifications").await, otpd.api_key("verifications").await);
    let first = id(&otpd.send(&create(&key, "order-1", PHONE)).await);
    otpd.kill().await;
    otpd.serve().await;
    assert_eq!(id(&otpd.send(&create(&key, "order-1", PHONE)).await), first);
    problem(&otpd.send(&create(&key, "order-1", "+919876543211")).await, 409);
    let foreign = otpd.send(&create(&other, "order-1", "+919876543211")).await;
    assert_eq!(foreign.status, 201, "the names of one caller are not those of another: {}", foreign.text());
    let code = otpd.message_to(PHONE, 1).await.code;
    let checked =
        otpd.post_with_key(&key, &format!("/api/v1/verifications/{first}/check"), &json!({ "code": code })).await;
    assert_eq!((checked.status, &checked.json()["verified"]), (200, &json!(true)), "{}", checked.text());
}

#[tokio::test]
async fn a_key_does_what_its_scopes_say_until_it_is_revoked() {
    let otpd = Otpd::start(Settings::default()).await;
    let path = "/api/v1/verifications";
    let body = json!({ "to": { "phone": PHONE } });
    problem(&otpd.post(path, &body).await, 401);
    problem(&otpd.post_with_key("otpd_nonsense", path, &body).await, 401);
    let reader = otpd.api_key("accounts-read").await;
    problem(&otpd.post_with_key(&reader, path, &body).await, 403);
    let key = otpd.api_key("verifications").await;
    assert_eq!(otpd.post_with_key(&key, path, &body).await.status, 201);

    let keys =
        || async { serde_json::from_str::<Value>(&otpd.run_well(&["api-key", "list", "--json"]).await).expect("JSON") };
    let listed = keys().await;
    assert_eq!(listed.as_array().map(Vec::len), Some(2));
    assert!(listed[1]["last_used_at"].is_string(), "its use is noted: {listed}");
    assert!(!listed.to_string().contains(&key[20..]), "and the key itself is not shown again");
    otpd.run_well(&["api-key", "revoke", listed[1]["id"].as_str().expect("an id")]).await;
    problem(&otpd.post_with_key(&key, path, &body).await, 401);
    assert_eq!(keys().await[1]["state"], "revoked");
}

#[tokio::test]
async fn a_key_closes_the_old_doors_where_it_is_asked_for() {
    let otpd = Otpd::start(Settings::default().with("verification.access", "key")).await;
    let body = json!({ "phone": PHONE });
    let refused = otpd.post("/api/users/send-otp/", &body).await;
    assert_eq!((refused.status, refused.json()["status"].as_str()), (401, Some("error")), "{}", refused.text());
    let key = otpd.api_key("verifications").await;
    assert_eq!(otpd.post_with_key(&key, "/api/users/send-otp/", &body).await.status, 200);

    let off =
        Otpd::start(Settings::default().with("verification.access", "off").with("registration.access", "off")).await;
    for path in ["/api/users/send-otp/", "/api/register/", "/api/login/"] {
        assert_eq!(off.post(path, &body).await.status, 404, "{path}");
    }
}
