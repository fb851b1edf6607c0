//! What every answer carries, at every path, whatever is asked there and whoever asks.

use otpd_tests::browser::{PENDING, SESSION};
use otpd_tests::forms::unescape;
use otpd_tests::http::Reply;
use otpd_tests::{Browser, Otpd, Settings};

use crate::paths;

/// The server as it is reached from outside.
const PUBLIC_URL: &str = "https://signin.example.com";
/// A customer that no sample has.
const NAME: &str = "Tenzin Quillfeather";

/// A visitor, somebody who waits for a code and somebody who is signed in, at a server behind TLS.
async fn scene() -> (Otpd, [Browser; 3]) {
    let mut otpd = Otpd::start(Settings::new().customer(NAME, "ravi@example.com", "")).await;
    let signed_in = otpd.sign_in("email", "ravi@example.com").await;
    let mut waiting = otpd.browser();
    waiting.request_code("email", "test@example.com").await;
    otpd.set("server.public_url", PUBLIC_URL);
    otpd.restart().await;
    let moved = |from: &Browser, name: &str| {
        let mut browser = otpd.browser();
        browser.set_cookie(&format!("__Host-{name}"), from.cookie(name).expect("a cookie"));
        browser
    };
    let browsers = [otpd.browser(), moved(&waiting, PENDING), moved(&signed_in, SESSION)];
    (otpd, browsers)
}

/// The value of a header that must be there once.
fn only<'a>(reply: &'a Reply, name: &'a str, what: &str) -> &'a str {
    let mut values = reply.headers_named(name);
    let value = values.next().unwrap_or_else(|| panic!("{what}: no {name}"));
    assert_eq!(values.next(), None, "{what}: {name} twice");
    value
}

fn assert_secured(what: &str, reply: &Reply) {
    let header = |name: &'static str| only(reply, name, what);
    let policy = header("content-security-policy");
    for part in ["default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"] {
        assert!(policy.split("; ").any(|directive| directive == part), "{what}: {policy}");
    }
    for hole in ["unsafe", "*", "data:", "http:", "https:"] {
        assert!(!policy.contains(hole), "{what}: {policy}");
    }
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(header(name), value, "{what}: {name}");
    }
    assert!(header("strict-transport-security").starts_with("max-age=63072000"), "{what}");
    assert!(header("permissions-policy").contains("camera=()"), "{what}");
    let cached = header("cache-control");
    let kept = ["public, max-age=31536000, immutable", "public, max-age=300"].contains(&cached);
    assert!(cached == "no-store" || kept && !reply.text().contains("<form"), "{what}: {cached}");
    for tell_tale in ["server", "x-powered-by", "access-control-allow-origin", "access-control-allow-credentials"] {
        assert_eq!(reply.header(tell_tale), None, "{what}: {tell_tale}");
    }
    if !reply.body.is_empty() {
        assert!(reply.header("content-type").is_some(), "{what}: nobody should have to guess what it is");
    }
    let location = reply.location();
    let ours = location.starts_with('/') && !location.starts_with("//") || location.starts_with(PUBLIC_URL);
    assert!(location.is_empty() || ours, "{what}: {location}");
}

fn assert_cookies_closed(what: &str, reply: &Reply) {
    for cookie in reply.headers_named("set-cookie") {
        assert!(cookie.starts_with("__Host-otpd_"), "{what}: {cookie}");
        let attributes: Vec<&str> = cookie.split("; ").skip(1).collect();
        for attribute in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
            assert!(attributes.contains(&attribute), "{what}: {cookie}");
        }
        assert!(!attributes.iter().any(|attribute| attribute.starts_with("Domain")), "{what}: {cookie}");
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{what}: whoever caches it hands it on");
    }
}

#[tokio::test]
async fn every_answer_is_secured_at_every_path() {
    let (otpd, browsers) = scene().await;
    let mut paths = paths::all(&otpd).await;
    let page = unescape(&otpd.browser().get("/otp/request/").await.text());
    let asset = page.split('"').find(|text| text.starts_with("/static/")).expect("a style sheet");
    paths.extend([asset, "/nowhere", "/api/nowhere", "/api/v1/nowhere", "/otp/request"].map(str::to_owned));
    let mut answers = 0;
    for path in &paths {
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"] {
            for browser in &browsers {
                let mut request = browser.request(method, path);
                if method != "GET" {
                    request = request.header("origin", PUBLIC_URL).form("csrf_token=x");
                }
                let reply = otpd.send(&request).await;
                let what = format!("{method} {path}: {}", reply.status);
                assert!(reply.status < 500, "{what}");
                assert_secured(&what, &reply);
                assert_cookies_closed(&what, &reply);
                answers += 1;
            }
        }
    }
    println!("{answers} answers at {} paths", paths.len());
}

#[tokio::test]
async fn what_holds_a_form_or_a_person_is_never_kept() {
    let (otpd, browsers) = scene().await;
    let mut shown = 0;
    for path in paths::all(&otpd).await {
        for browser in &browsers {
            let reply = otpd.send(&browser.request("GET", &path)).await;
            let text = reply.text();
            if text.contains("<form") || text.contains(NAME) {
                assert_eq!(reply.header("cache-control"), Some("no-store"), "{path}");
                shown += 1;
            }
        }
    }
    assert!(shown >= 10, "only {shown} pages with a form or a person were seen");
}

#[tokio::test]
async fn hsts_is_told_over_https_only() {
    let otpd = Otpd::start(Settings::new()).await;
    for path in ["/otp/request/", "/api/login/", "/health/live", "/nowhere"] {
        let reply = otpd.browser().get(path).await;
        assert_eq!(reply.header("strict-transport-security"), None, "{path}");
        assert!(reply.headers_named("set-cookie").all(|cookie| cookie.starts_with("otpd_")), "{path}");
    }
}
