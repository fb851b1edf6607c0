//! Pages of other origins.

use http::{Method, Request};
use otpd_web::WebConfig;
use serde_json::json;

use crate::call::{Reply, post_with, send};
use crate::site::{PUBLIC_URL, Site, Unusual};

const SHOP: &str = "https://shop.example.com";
const DOORS: [&str; 5] =
    ["/api/users/send-otp/", "/api/users/verify-otp", "/api/register/", "/api/login", "/api/verify-otp/"];

async fn site() -> Site {
    let config: fn(&mut WebConfig) =
        |config| config.doors.allowed_origins = vec![SHOP.to_owned(), "http://localhost:3000".to_owned()];
    Site::unusual(Unusual { config: Some(config), ..Unusual::default() }).await
}

async fn preflight(site: &Site, path: &str, origin: &str) -> Reply {
    let request = Request::options(path)
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type");
    send(site, request, "").await
}

#[tokio::test]
async fn an_allowed_page_may_ask_and_read() {
    let site = site().await;
    for origin in [SHOP, "http://localhost:3000"] {
        for path in DOORS {
            let reply = preflight(&site, path, origin).await;
            assert_eq!((reply.status, reply.header("access-control-allow-origin")), (200, origin), "{path}");
            assert_eq!(reply.header("access-control-allow-methods"), "GET,POST");
            assert!(reply.header("access-control-allow-headers").contains("content-type"));
            assert_eq!(reply.header("access-control-max-age"), "600");
            assert_eq!(reply.header("access-control-allow-credentials"), "");
            assert_eq!(reply.header("x-content-type-options"), "nosniff");
            assert!(reply.headers("vary").contains(&"origin"), "{reply:?}");
        }
    }
    let body = json!({ "email": "a@example.com" });
    let headers = [("origin", SHOP), ("sec-fetch-site", "cross-site")];
    let sent = post_with(&site, DOORS[0], &headers, &body).await;
    assert_eq!((sent.status, sent.header("access-control-allow-origin")), (200, SHOP));
    assert_eq!(sent.header("access-control-expose-headers"), "retry-after");
    assert!(sent.headers("vary").contains(&"origin"));
    let refused = post_with(&site, "/api/users/resend-otp/", &headers, &body).await;
    assert_eq!(
        (refused.status, refused.header("access-control-allow-origin")),
        (429, SHOP),
        "failures can be read, too"
    );
    let nowhere = post_with(&site, "/api/users/nothing/", &headers, &body).await;
    assert_eq!((nowhere.status, nowhere.header("access-control-allow-origin")), (404, SHOP));
}

#[tokio::test]
async fn any_other_page_is_refused_before_anything_happens() {
    let site = site().await;
    for origin in [
        "https://evil.example",
        "http://shop.example.com",
        "https://shop.example.com.evil.example",
        "https://shop.example.com:8443",
        "https://Shop.example.com",
        "https://shop.example.com/",
        "null",
        "",
        "*",
    ] {
        for path in DOORS {
            let reply = preflight(&site, path, origin).await;
            assert_eq!((reply.status, reply.header("access-control-allow-origin")), (403, ""), "{origin} {path}");
            let body = json!({ "email": "a@example.com", "password": "x", "otp": "1234" });
            let reply = post_with(&site, path, &[("origin", origin)], &body).await;
            assert_eq!((reply.status, reply.header("access-control-allow-origin")), (403, ""), "{origin} {path}");
            assert!(reply.message().contains("api.allowed_origins"));
            assert!(reply.headers("vary").contains(&"origin"));
        }
    }
    assert!(site.messages().await.is_empty());
}

#[tokio::test]
async fn programs_and_our_own_pages_need_no_leave() {
    let site = site().await;
    let body = json!({ "email": "a@example.com" });
    for headers in [&[][..], &[("origin", PUBLIC_URL)]] {
        let reply = post_with(&site, DOORS[0], headers, &body).await;
        assert_eq!((reply.status, reply.header("access-control-allow-origin")), (200, ""));
        assert!(reply.headers("vary").contains(&"origin"), "caches keep them apart");
    }
    // Not a preflight: a method like any other.
    let reply = send(&site, Request::builder().method(Method::OPTIONS).uri(DOORS[0]), "").await;
    assert_eq!((reply.status, reply.header("allow")), (405, "POST"));
}

#[tokio::test]
async fn without_allowed_origins_nobody_is() {
    let site = Site::new().await;
    assert_eq!(preflight(&site, DOORS[0], SHOP).await.status, 403);
    let page = site.browser().get("/otp/request/").await;
    assert_eq!(page.header("access-control-allow-origin"), "");
    assert_eq!(page.header("vary"), "Accept-Language");
}
