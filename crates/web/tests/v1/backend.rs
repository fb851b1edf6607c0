//! A back end with an API key.

use axum::Router;
use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName};
use http::{HeaderMap, Method, Request};
use http_body_util::BodyExt;
use otpd_domain::administer::create_api_key;
use otpd_domain::api_key::Scope;
use otpd_domain::visitor::Trail;
use serde_json::Value;
use tower::ServiceExt;

use crate::site::Site;

pub const VERIFICATIONS: &str = "/api/v1/verifications";
pub const SIGN_INS: &str = "/api/v1/sign-ins";
pub const ACCOUNTS: &str = "/api/v1/accounts";

/// A reply.
#[derive(Clone, Debug)]
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

    pub fn text(&self, name: &str) -> &str {
        self.body[name].as_str().unwrap_or_else(|| panic!("no text {name:?} in {self:?}"))
    }

    pub fn id(&self) -> &str {
        self.text("id")
    }

    /// That it was done.
    #[track_caller]
    pub fn done(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    /// That it is a problem of that status and kind, in the one shape of problems.
    #[track_caller]
    pub fn problem(self, status: u16, slug: &str) -> Self {
        let shape = (self.status, self.header("content-type"), self.text("type"), &self.body["status"]);
        let kind = format!("/api/docs#{slug}");
        assert_eq!(shape, (status, "application/problem+json", kind.as_str(), &Value::from(status)), "{self:?}");
        assert!(!self.text("title").is_empty() && !self.text("detail").is_empty(), "{self:?}");
        assert_eq!(self.header("cache-control"), "no-store");
        self
    }

    /// The fields that cannot be taken.
    pub fn fields(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array().into_iter().flatten();
        errors.map(|error| error["field"].as_str().expect("a field")).collect()
    }
}

/// A back end with a key.
#[derive(Clone)]
pub struct Backend {
    router: Router,
    key: String,
}

impl Backend {
    /// With a key of these scopes.
    pub async fn with(site: &Site, scopes: &[Scope]) -> Self {
        let token =
            create_api_key(&site.domain, "shop", scopes.to_vec(), None, &Trail::default()).await.expect("a key");
        Self { router: site.router.clone(), key: token.to_text() }
    }

    /// With a key that may do everything but learn who is a customer.
    pub async fn new(site: &Site) -> Self {
        let scopes: Vec<Scope> = Scope::ALL.into_iter().filter(|scope| *scope != Scope::TellUnknown).collect();
        Self::with(site, &scopes).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[], Body::empty()).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, &[], Body::empty()).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.post_with(path, &[], body).await
    }

    /// A POST without a body.
    pub async fn ask(&self, path: &str) -> Reply {
        self.send(Method::POST, path, &[], Body::empty()).await
    }

    pub async fn post_with(&self, path: &str, headers: &[(&str, &str)], body: Value) -> Reply {
        let headers = [headers, &[(CONTENT_TYPE.as_str(), "application/json")]].concat();
        self.send(Method::POST, path, &headers, Body::from(body.to_string())).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Reply {
        let headers = [(CONTENT_TYPE.as_str(), "application/merge-patch+json")];
        self.send(Method::PATCH, path, &headers, Body::from(body.to_string())).await
    }

    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        request = request.header(AUTHORIZATION, format!("Bearer {}", self.key));
        for (name, value) in headers {
            request = request.header(HeaderName::from_bytes(name.as_bytes()).expect("a name"), *value);
        }
        send(&self.router, request.body(body).expect("a request")).await
    }
}

/// Sends a request.
pub async fn send(router: &Router, request: Request<Body>) -> Reply {
    let (parts, body) = router.clone().oneshot(request).await.expect("an answer").into_parts();
    let bytes = body.collect().await.expect("a body").to_bytes();
    let body = if bytes.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{error}: {bytes:?}"))
    };
    Reply { status: parts.status.as_u16(), headers: parts.headers, body }
}
