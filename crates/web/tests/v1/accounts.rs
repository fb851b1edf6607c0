//! Accounts: created, read, changed.

use axum::body::Body;
use http::Method;
use otpd_domain::account::{AccountId, NewAccount, Role};
use otpd_domain::message::MessageKind;
use serde_json::{Value, json};

use crate::backend::{ACCOUNTS, Backend};
use crate::site::{EMAIL, PHONE, Site, asha};

#[tokio::test]
async fn a_created_account_reads_back() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    let body = json!({
        "name": "Ravi Kumar", "email": "Ravi@Example.com", "phone": "98765 00000", "address": "7 Hill Road", "language": "ar"
    });
    let made = backend.post(ACCOUNTS, body).await.done(201);
    assert_eq!(made.header("location"), format!("{ACCOUNTS}/{}", made.body["id"]));
    let read = backend.get(made.header("location")).await.done(200);
    assert_eq!(read.body, made.body);
    let expected = json!({
        "id": made.body["id"], "name": "Ravi Kumar", "email": "ravi@example.com", "phone": "+919876500000",
        "address": "7 Hill Road", "customer_type": "Household", "role": "customer", "active": true, "language": "ar",
        "created_at": made.body["created_at"], "last_sign_in_at": null
    });
    assert_eq!(read.body, expected);
}

#[tokio::test]
async fn what_makes_no_account_is_named() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    for (status, slug, field, body) in [
        (400, "invalid-request", "name", json!({ "email": "a@example.com" })),
        (400, "invalid-request", "name", json!({ "name": " ", "email": "a@example.com" })),
        (400, "invalid-request", "name", json!({ "name": "x".repeat(301), "email": "a@example.com" })),
        (400, "invalid-request", "name", json!({ "name": ["A"], "email": "a@example.com" })),
        (400, "invalid-request", "email", json!({ "name": "A", "email": "nobody" })),
        (400, "invalid-request", "email", json!({ "name": "A", "email": null })),
        (
            400,
            "invalid-request",
            "customer_type",
            json!({ "name": "A", "email": "a@example.com", "customer_type": "King" }),
        ),
        (400, "invalid-request", "role", json!({ "name": "A", "email": "a@example.com", "role": "superuser" })),
        (400, "invalid-request", "id", json!({ "name": "A", "email": "a@example.com", "id": 7 })),
        (400, "invalid-request", "active", json!({ "name": "A", "email": "a@example.com", "active": "yes" })),
        (400, "invalid-request", "language", json!({ "name": "A", "email": "a@example.com", "language": "english!" })),
        (400, "invalid-request", "email", json!({ "name": "A" })),
        (409, "contact-unusable", "phone", json!({ "name": "A", "phone": "12345" })),
        (409, "contact-unusable", "email", json!({ "name": "A", "email": "a..b@example.com" })),
        (409, "contact-taken", "email", json!({ "name": "A", "email": EMAIL })),
        (409, "contact-taken", "phone", json!({ "name": "A", "phone": PHONE })),
    ] {
        let refused = backend.post(ACCOUNTS, body.clone()).await.problem(status, slug);
        assert_eq!(refused.fields(), [field], "{body}");
    }
    assert_eq!(backend.get(ACCOUNTS).await.done(200).body["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_patch_changes_what_it_names() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    let path = format!("{ACCOUNTS}/1");
    let before = backend.get(&path).await.done(200).body;
    let same = backend.patch(&path, json!({})).await.done(200).body;
    assert_eq!(same, before);
    let changed =
        backend.patch(&path, json!({ "name": "Asha R. Rao", "address": null, "language": "ar" })).await.done(200).body;
    let mut expected = before.clone();
    (expected["name"], expected["address"], expected["language"]) = (json!("Asha R. Rao"), json!(""), json!("ar"));
    assert_eq!(changed, expected);
    let changed = backend.patch(&path, json!({ "language": null, "customer_type": "Shop" })).await.done(200).body;
    assert_eq!((&changed["language"], &changed["customer_type"]), (&Value::Null, &json!("Shop")));
}

#[tokio::test]
async fn a_contact_that_is_lost_is_told() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    let path = format!("{ACCOUNTS}/1");
    let changed = backend.patch(&path, json!({ "email": "asha@new.example" })).await.done(200).body;
    assert_eq!((&changed["email"], &changed["phone"]), (&json!("asha@new.example"), &json!(PHONE)));
    let told = site.content_of(&site.message().await);
    assert_eq!((told.to.as_str(), told.kind), (EMAIL, MessageKind::ContactChanged));
    backend.patch(&path, json!({ "phone": null })).await.done(200);
    backend.patch(&path, json!({ "email": null })).await.problem(409, "contact-missing");
}

#[tokio::test]
async fn an_account_out_of_use_has_no_sessions() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    let mut browser = site.signed_in().await;
    assert_eq!(browser.get("/dashboard/").await.status, 200);
    let changed = backend.patch(&format!("{ACCOUNTS}/1"), json!({ "active": false })).await.done(200);
    assert_eq!(changed.body["active"], false);
    assert_eq!(browser.get("/dashboard/").await.status, 303);
}

#[tokio::test]
async fn staff_can_be_looked_at_only() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    for (number, role) in [Role::Staff, Role::Superuser].into_iter().enumerate() {
        let phone = otpd_domain::identifier::PhoneNumber::from_stored(format!("+91987650000{number}"));
        site.add_customer(NewAccount { role, email: None, phone: Some(phone), ..asha() }).await;
        let found = backend.get(&format!("{ACCOUNTS}?role={}", role.as_str())).await.done(200);
        let id = &found.body["items"][0]["id"];
        let patch = json!({ "email": "mine@example.com" });
        backend.patch(&format!("{ACCOUNTS}/{id}"), patch).await.problem(403, "not-a-customer");
        let kept = site.domain.ports.accounts.get(AccountId(id.as_i64().expect("an id"))).await.expect("there");
        assert_eq!(kept.profile.email, None);
    }
    backend.patch(&format!("{ACCOUNTS}/1"), json!({ "role": "staff" })).await.problem(400, "invalid-request");
}

#[tokio::test]
async fn a_patch_says_that_it_is_one() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    let headers = [("content-type", "application/json")];
    let sent = backend.send(Method::PATCH, &format!("{ACCOUNTS}/1"), &headers, Body::from("{}")).await;
    sent.problem(415, "media-type");
    for nobody in ["2", "0", "-1", "01", "+1", "x", "9223372036854775808", "%ff"] {
        backend.get(&format!("{ACCOUNTS}/{nobody}")).await.problem(404, "not-found");
        backend.patch(&format!("{ACCOUNTS}/{nobody}"), json!({})).await.problem(404, "not-found");
    }
}
