//! The `OpenAPI` document: whole, and true of the routes.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use http::Request;
use otpd_web::{Declared, PublicUrl, openapi};
use serde_json::Value;

use crate::backend::send;
use crate::site::{PUBLIC_URL, Site};

async fn document(site: &Site) -> Value {
    let request = Request::get("/api/openapi.json").body(Body::empty()).expect("a request");
    let reply = send(&site.router, request).await.done(200);
    assert_eq!(reply.header("content-type"), "application/json");
    reply.body
}

/// Path, method and operation of all that the document describes.
pub async fn operations(site: &Site) -> Vec<(String, String, Value)> {
    let document = document(site).await;
    let paths = document["paths"].as_object().expect("paths").iter();
    let operations = paths.flat_map(|(path, item)| {
        let methods = item.as_object().expect("methods").iter();
        methods.map(|(method, operation)| (path.clone(), method.clone(), operation.clone()))
    });
    operations.collect()
}

#[tokio::test]
async fn what_is_served_is_what_the_command_prints() {
    let site = Site::new().await;
    let declared = Declared::of(&site.domain.policy, &["Household".to_owned(), "Shop".to_owned()]);
    let printed = openapi(&PublicUrl::parse(PUBLIC_URL).expect("a URL"), &declared);
    assert_eq!(document(&site).await, printed);
    assert!(printed["openapi"].as_str().expect("a version").starts_with("3.1."));
    assert_eq!(printed["servers"][0]["url"], PUBLIC_URL);
    assert_eq!(printed["components"]["schemas"]["VerificationType"]["enum"], serde_json::json!(["Login", "Order"]));
}

#[tokio::test]
async fn every_route_is_described_and_every_description_is_a_route() {
    let site = Site::new().await;
    let mut described: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, method, _) in operations(&site).await {
        described.entry(path).or_default().insert(method.to_uppercase());
    }
    // What a path answers to, it says itself: `Allow` of a method that it has not.
    for (path, methods) in &described {
        let request = Request::put(path.replace("{id}", "1")).body(Body::empty()).expect("a request");
        let reply = send(&site.router, request).await.done(405);
        let allowed: BTreeSet<String> = reply.header("allow").split(',').map(str::to_owned).collect();
        let routed: BTreeSet<String> = allowed.into_iter().filter(|method| method != "HEAD").collect();
        assert_eq!(&routed, methods, "{path}");
    }
    let expected = [
        "/api/v1/accounts",
        "/api/v1/accounts/{id}",
        "/api/v1/accounts/{id}/sessions",
        "/api/v1/accounts/{id}/sessions/end",
        "/api/v1/sessions/introspect",
        "/api/v1/sessions/{id}",
        "/api/v1/sign-ins",
        "/api/v1/sign-ins/{id}",
        "/api/v1/sign-ins/{id}/check",
        "/api/v1/sign-ins/{id}/resend",
        "/api/v1/verifications",
        "/api/v1/verifications/{id}",
        "/api/v1/verifications/{id}/check",
        "/api/v1/verifications/{id}/resend",
    ];
    assert!(described.keys().eq(expected), "{:?}", described.keys());
}

#[tokio::test]
async fn every_operation_teaches() {
    let site = Site::new().await;
    let mut ids = BTreeSet::new();
    for (path, method, operation) in operations(&site).await {
        let id = operation["operationId"].as_str().expect("an id");
        assert!(ids.insert(id.to_owned()), "{id} twice");
        assert!(operation["summary"].is_string() && operation["tags"][0].is_string(), "{id}");
        let responses = operation["responses"].as_object().expect("responses");
        for status in ["401", "403", "500", "503"] {
            assert!(responses.contains_key(status), "{id} without {status}");
        }
        assert!(!path.contains("{id}") || responses.contains_key("404"), "{method} {path}");
        if operation.get("requestBody").is_some() {
            assert!(["400", "413", "415"].iter().all(|status| responses.contains_key(*status)), "{id}");
        }
        for (status, response) in responses {
            assert!(response["description"].as_str().is_some_and(|text| !text.is_empty()), "{id} {status}");
            for (media_type, content) in response["content"].as_object().into_iter().flatten() {
                assert!(content.get("example").or(content.get("examples")).is_some(), "{id} {status} {media_type}");
            }
        }
        assert!(!operation.as_object().expect("an object").keys().any(|name| name.starts_with("x-")), "{id}");
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere() {
    let document = document(&Site::new().await).await;
    let mut open = vec![&document];
    let mut seen = 0;
    while let Some(value) = open.pop() {
        if let Some(reference) = value["$ref"].as_str() {
            seen += 1;
            assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
        }
        open.extend(value.as_object().into_iter().flat_map(serde_json::Map::values));
        open.extend(value.as_array().into_iter().flatten());
    }
    assert!(seen > 50, "{seen}");
}
