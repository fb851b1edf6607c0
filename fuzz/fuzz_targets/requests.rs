//! Whole requests against the whole site, on a real database. An input is a request as it goes over the line, with
//! `KEY` for an API key, `SEED` and `TOKEN` for the two halves of the form token.

#![no_main]

use std::sync::OnceLock;

use axum::Router;
use axum::body::Body;
use http::header::{CONTENT_TYPE, HeaderMap, LOCATION, SET_COOKIE};
use http::{HeaderValue, Request, StatusCode};
use http_body_util::BodyExt;
use libfuzzer_sys::fuzz_target;
use otpd_fuzz::text;
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

// Made before the first input, whose time is measured.
fuzz_target!(init: { site(); }, |data: &[u8]| {
    let site = site();
    let Some(request) = site.request(data) else { return };
    let sent = (request.method().clone(), request.uri().clone());
    let (status, headers, body) = site.runtime.block_on(answer(&site.router, request));
    assert!(!status.is_server_error(), "{sent:?}: {status} {}", String::from_utf8_lossy(&body));
    safe(&headers);
    readable(&headers, &body, data);
});

struct Site {
    runtime: Runtime,
    router: Router,
    key: String,
    seed: String,
    token: String,
    /// Holds the database, and stays behind: `run` clears it away.
    _folder: tempfile::TempDir,
}

fn site() -> &'static Site {
    static SITE: OnceLock<Site> = OnceLock::new();
    SITE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (state, key) = runtime.block_on(otpd::fuzzing::site(folder.path())).expect("a site");
        let router = otpd_web::router(state);
        let page = Request::get("/otp/request/").body(Body::empty()).expect("a request");
        let (_, headers, page) = runtime.block_on(answer(&router, page));
        let cookie = headers[SET_COOKIE].to_str().expect("ASCII");
        let seed = between(cookie, "otpd_csrf=", ";").to_owned();
        let token = between(text(&page).expect("a page"), "name=\"csrf_token\" value=\"", "\"").to_owned();
        Site { runtime, router, key, seed, token, _folder: folder }
    })
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}")).1;
    rest.split_once(after).expect("an end").0
}

impl Site {
    fn request(&self, data: &[u8]) -> Option<Request<Body>> {
        let cut = data.windows(2).position(|window| window == b"\n\n");
        let (head, body) = cut.map_or((data, &[][..]), |at| (&data[..at], &data[at + 2..]));
        let mut lines = head.split(|byte| *byte == b'\n');
        let (method, target) = text(lines.next()?)?.split_once(' ')?;
        let body = match text(body) {
            Some(text) => text.replace("TOKEN", &self.token).into_bytes(),
            None => body.to_vec(),
        };
        let mut request = Request::builder().method(method).uri(target).body(Body::from(body)).ok()?;
        for line in lines {
            let at = line.iter().position(|byte| *byte == b':')?;
            let name = http::HeaderName::from_bytes(&line[..at]).ok()?;
            let value = match text(&line[at + 1..]) {
                Some(value) => value.replace("KEY", &self.key).replace("SEED", &self.seed).into_bytes(),
                None => line[at + 1..].to_vec(),
            };
            request.headers_mut().append(name, HeaderValue::from_bytes(value.trim_ascii()).ok()?);
        }
        Some(request)
    }
}

async fn answer(router: &Router, request: Request<Body>) -> (StatusCode, HeaderMap, Vec<u8>) {
    let Ok(response) = router.clone().oneshot(request).await;
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("a body in memory").to_bytes();
    (parts.status, parts.headers, body.to_vec())
}

/// Every answer has the headers of every answer, and leads nowhere but to this site.
fn safe(headers: &HeaderMap) {
    assert_eq!(headers["x-content-type-options"], "nosniff");
    if let Some(location) = headers.get(LOCATION) {
        let path = location.to_str().expect("ASCII");
        let here = url::Url::parse(otpd::fuzzing::SITE).expect("a URL");
        assert_eq!(here.join(path).expect("a path").origin(), here.origin(), "{path}");
    }
    for cookie in headers.get_all(SET_COOKIE) {
        let cookie = cookie.to_str().expect("ASCII");
        assert!(
            cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && !cookie.contains("Domain"),
            "{cookie}"
        );
    }
}

/// What says that it is JSON is JSON, and no mark-up that was sent comes back as mark-up.
fn readable(headers: &HeaderMap, body: &[u8], data: &[u8]) {
    let kind = headers.get(CONTENT_TYPE).map_or("", |kind| kind.to_str().expect("ASCII"));
    if kind.contains("json") {
        assert!(serde_json::from_slice::<serde_json::Value>(body).is_ok(), "{}", String::from_utf8_lossy(body));
    }
    if kind.contains("html") {
        let page = text(body).expect("UTF-8");
        let sent = form_urlencoded::parse(data).map(|(_, value)| value);
        for mark_up in sent.filter(|value| value.contains("<x ")) {
            let from = mark_up.find("<x ").unwrap_or_default();
            assert!(!page.contains(&mark_up[from..]), "{mark_up} came back");
        }
    }
}
