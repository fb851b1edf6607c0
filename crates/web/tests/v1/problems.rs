//! Everything that is not what was asked for has the one shape of problems.

use axum::body::Body;
use http::Method;
use serde_json::json;

use crate::backend::{ACCOUNTS, Backend, VERIFICATIONS};
use crate::document::operations;
use crate::site::Site;

#[tokio::test]
async fn what_is_no_body_is_refused() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    let json_type = [("content-type", "application/json")];
    for (body, field) in [
        ("", None),
        ("[]", None),
        ("{", None),
        ("{}", Some("to")),
        (r#"{"to":{}}"#, Some("to")),
        (r#"{"to":{"phone":"+919876543210","email":"a@example.com"}}"#, Some("to")),
        (r#"{"to":{"phone":919876543210}}"#, Some("to.phone")),
        (r#"{"to":{"phone":null}}"#, Some("to.phone")),
        (r#"{"to":{"phone":"call me"}}"#, Some("to.phone")),
        (r#"{"to":{"phone":""}}"#, Some("to.phone")),
        (r#"{"to":{"email":"a@b\r\nBcc: c@example.com"}}"#, Some("to.email")),
        (r#"{"to":{"email":"a@example.com"},"more":1}"#, Some("more")),
        (r#"{"to":{"email":"a@example.com"},"to":{"email":"b@example.com"}}"#, Some("to")),
        (r#"{"to":{"email":"a@example.com"},"type":["Login"]}"#, Some("type")),
        (r#"{"to":{"email":"a@example.com"},"language":null}"#, Some("language")),
        (r#"{"to":{"email":"a@example.com"},"language":"e\u0000"}"#, Some("language")),
    ] {
        let refused = backend.send(Method::POST, VERIFICATIONS, &json_type, Body::from(body)).await;
        assert_eq!(refused.problem(400, "invalid-request").fields(), field.as_slice(), "{body}");
    }
    let large = format!(r#"{{"to":"{}"}}"#, "x".repeat(70_000));
    backend.send(Method::POST, VERIFICATIONS, &json_type, Body::from(large)).await.problem(413, "body-too-large");
    for media_type in ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1"] {
        let headers = [("content-type", media_type)];
        backend.send(Method::POST, VERIFICATIONS, &headers, Body::from("{}")).await.problem(415, "media-type");
    }
    backend.send(Method::POST, VERIFICATIONS, &[], Body::from("{}")).await.problem(415, "media-type");
    assert!(site.messages().await.is_empty());
}

#[tokio::test]
async fn a_contact_that_nobody_can_have_is_named() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    for (kind, typed) in
        [("phone", "12345"), ("phone", "+99912345678"), ("email", "a..b@example.com"), ("email", "ü@example.com")]
    {
        let refused =
            backend.post(VERIFICATIONS, json!({ "to": { kind: typed } })).await.problem(409, "contact-unusable");
        assert_eq!(refused.fields(), [format!("to.{kind}")]);
    }
}

#[tokio::test]
async fn unknown_paths_and_methods_are_problems_too() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    for path in ["/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v1/verifications/", "/api/v1/accounts/1/nothing"] {
        backend.get(path).await.problem(404, "not-found");
    }
    for (path, _, _) in operations(&site).await {
        for method in [Method::PUT, Method::OPTIONS, Method::TRACE] {
            let refused = backend.send(method, &path.replace("{id}", "1"), &[], Body::empty()).await;
            assert!(!refused.problem(405, "method-not-allowed").header("allow").is_empty());
        }
    }
    let allowed = backend.delete(ACCOUNTS).await.problem(405, "method-not-allowed");
    let mut methods: Vec<&str> = allowed.header("allow").split(',').collect();
    methods.sort_unstable();
    assert_eq!(methods, ["GET", "HEAD", "POST"]);
}
