//! Failures that no handler sees, in the style of their door.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http::header::CONTENT_TYPE;
use http::{Method, Request};
use otpd_domain::password::{Password, PasswordHash};
use otpd_domain::ports::{Compared, HashError, PasswordHasher};
use serde_json::json;

use crate::accounts::{REGISTER, ravi};
use crate::call::{post, send};
use crate::site::{Site, Unusual};

/// What a hasher may do.
enum Hasher {
    Busy,
    Panics,
    Hangs,
}

#[async_trait]
impl PasswordHasher for Hasher {
    async fn hash(&self, _: Password) -> Result<PasswordHash, HashError> {
        match self {
            Self::Busy => Err(HashError::Busy),
            Self::Panics => panic!("the hasher fell down the stairs"),
            Self::Hangs => pending().await,
        }
    }

    async fn compare(&self, _: Password, _: Option<PasswordHash>) -> Result<Compared, HashError> {
        Err(HashError::Busy)
    }
}

async fn with(domain: fn(&mut otpd_domain::Domain)) -> Site {
    let request_timeout = Some(Duration::from_millis(50));
    Site::unusual(Unusual { domain: Some(domain), request_timeout, ..Unusual::default() }).await
}

#[tokio::test]
async fn methods_and_addresses_that_are_not_there() {
    let site = Site::new().await;
    for path in ["/api/users/send-otp/", "/api/users/verify-otp", "/api/login/", "/api/register"] {
        for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS, Method::TRACE] {
            let reply = send(&site, Request::builder().method(method.clone()).uri(path), "").await;
            reply.assert(405, "This address cannot be used with this method. The Allow header lists those that work.");
            assert_eq!((reply.header("allow"), reply.header("content-type")), ("POST", "application/json"), "{method}");
            assert_eq!(reply.header("cache-control"), "no-store");
            assert_eq!(reply.header("x-content-type-options"), "nosniff");
        }
        let head = send(&site, Request::head(path), "").await;
        assert_eq!((head.status, head.header("allow")), (405, "POST"));
    }
    let nothing = "There is nothing at this address.";
    let reply = post(&site, "/api/users/nothing/", json!({})).await;
    assert_eq!((reply.status, &reply.body), (404, &json!({ "message": nothing, "status": "error" })));
    let reply = post(&site, "/api/nothing", json!({})).await;
    assert_eq!((reply.status, &reply.body), (404, &json!({ "message": nothing })));
    let reply = send(&site, Request::get("/api/users/verify-otp/"), "").await;
    assert_eq!((reply.status, &reply.body["verified"]), (405, &json!(false)));
}

#[tokio::test]
async fn only_json_is_read() {
    let site = Site::new().await;
    let body = r#"{"email":"a@example.com"}"#;
    let path = "/api/users/send-otp/";
    for media_type in [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin1",
        "application/json; charset=utf-16",
        "application/jsonp",
        "application/json, text/plain",
        "\u{e9}",
    ] {
        let reply = send(&site, Request::post(path).header(CONTENT_TYPE, media_type), body).await;
        reply.assert(415, "Send the body with Content-Type: application/json in UTF-8.");
        assert_eq!(reply.text("status"), "error");
    }
    assert_eq!(send(&site, Request::post(path), body).await.status, 415);
    let twice = Request::post(path).header(CONTENT_TYPE, "application/json").header(CONTENT_TYPE, "application/json");
    assert_eq!(send(&site, twice, body).await.status, 415);
    assert!(site.messages().await.is_empty());
    for media_type in ["application/json", "Application/JSON;charset=UTF-8", "application/json; charset=\"utf-8\""] {
        assert_eq!(send(&site, Request::post(path).header(CONTENT_TYPE, media_type), body).await.status, 200);
    }
}

#[tokio::test]
async fn a_body_has_at_most_64_kib() {
    let site = Site::new().await;
    for (filler, status) in [(64 * 1024 - 35, 200), (64 * 1024 - 34, 413)] {
        let body = format!(r#"{{"email":"a@example.com","more":"{}"}}"#, "x".repeat(filler));
        let request = || Request::post("/api/users/send-otp/").header(CONTENT_TYPE, "application/json");
        let reply = send(&site, request(), body.clone()).await;
        assert_eq!(reply.status, status, "{} bytes", body.len());
        let announced = request().header("content-length", body.len());
        let reply = send(&site, announced, body).await;
        assert_eq!(reply.status, status);
        if status == 413 {
            reply.assert(413, "The body is larger than 64 KiB.");
        }
    }
}

#[tokio::test]
async fn when_the_server_cannot_it_says_when_to_try_again() {
    let busy = "The server cannot do this at the moment, and nothing was lost. Try again after the seconds that Retry-After \
                names.";
    let site = with(|domain| domain.ports.passwords = Arc::new(Hasher::Busy)).await;
    let login = json!({ "email": "a@example.com", "password": "x" });
    for reply in [post(&site, REGISTER, ravi()).await, post(&site, "/api/login/", login.clone()).await] {
        reply.assert(503, busy);
        assert_eq!(reply.header("retry-after"), "5");
    }
    let site = with(|domain| domain.ports.passwords = Arc::new(Hasher::Hangs)).await;
    let reply = post(&site, REGISTER, ravi()).await;
    reply.assert(503, busy);
    assert_eq!(reply.header("retry-after"), "5");

    let site = Site::new().await;
    site.store.close().await;
    for (path, body) in [
        ("/api/users/send-otp/", json!({ "email": "a@example.com" })),
        ("/api/users/verify-otp/", json!({ "email": "a@example.com", "otp": "1234" })),
        (REGISTER, ravi()),
        ("/api/verify-otp/", json!({ "email": "a@example.com", "otp": "123456" })),
        ("/api/resend-otp/", json!({ "email": "a@example.com" })),
        ("/api/login/", login),
    ] {
        let reply = post(&site, path, body).await;
        reply.assert(503, busy);
        assert_eq!(reply.header("retry-after"), "5", "{path}");
    }
}

#[tokio::test]
async fn a_panic_is_one_500_and_no_more() {
    let site = with(|domain| domain.ports.passwords = Arc::new(Hasher::Panics)).await;
    let reply = post(&site, REGISTER, ravi()).await;
    reply.assert(500, "Something went wrong on our side. It has been noted. Try again later.");
    assert!(!format!("{reply:?}").contains("stairs"), "inner text stays inside");
    assert_eq!(post(&site, "/api/users/send-otp/", json!({ "email": "a@example.com" })).await.status, 200);
}
