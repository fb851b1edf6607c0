//! A caller: sends JSON, reads the reply.

use axum::body::Body;
use http::header::{CONTENT_TYPE, HeaderName};
use http::{HeaderMap, Request};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use crate::site::Site;

/// A reply.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    /// `null` when the body is empty.
    pub body: Value,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    pub fn headers(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).iter().map(|value| value.to_str().expect("text")).collect()
    }

    pub fn text(&self, name: &str) -> &str {
        self.body[name].as_str().unwrap_or_else(|| panic!("no text {name:?} in {self:?}"))
    }

    pub fn message(&self) -> &str {
        self.text("message")
    }

    /// Checks status and message.
    #[track_caller]
    pub fn assert(&self, status: u16, message: &str) {
        assert_eq!((self.status, self.message()), (status, message));
    }

    /// The names of the body, in the order they came.
    pub fn names(&self) -> Vec<&str> {
        self.body.as_object().expect("an object").keys().map(String::as_str).collect()
    }

    /// Without what differs from reply to reply even for the same contact: ids and times.
    pub fn seen(mut self) -> Self {
        for name in ["user_id", "verification_id", "phone_verification_id", "expires_at", "token"] {
            if let Some(value) = self.body.get_mut(name) {
                *value = Value::from(value.to_string().len());
            }
        }
        // The same length says nothing of what is in it.
        self.headers.remove("content-length");
        self
    }
}

/// Sends a request.
pub async fn send(site: &Site, request: http::request::Builder, body: impl Into<Body>) -> Reply {
    let request = request.body(body.into()).expect("a request");
    let response = site.router.clone().oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.expect("a body").to_bytes();
    let body = if bytes.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{error}: {bytes:?}"))
    };
    Reply { status: parts.status.as_u16(), headers: parts.headers, body }
}

/// Posts JSON, with more headers.
pub async fn post_with(site: &Site, path: &str, headers: &[(&str, &str)], body: &Value) -> Reply {
    let mut request = Request::post(path).header(CONTENT_TYPE, "application/json");
    for (name, value) in headers {
        request = request.header(HeaderName::from_bytes(name.as_bytes()).expect("a name"), *value);
    }
    send(site, request, body.to_string()).await
}

/// Posts JSON.
pub async fn post(site: &Site, path: &str, body: Value) -> Reply {
    post_with(site, path, &[], &body).await
}

/// Posts text that says it is JSON.
pub async fn post_text(site: &Site, path: &str, body: impl Into<Body>) -> Reply {
    send(site, Request::post(path).header(CONTENT_TYPE, "application/json"), body).await
}
