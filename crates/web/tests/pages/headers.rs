//! What every answer carries, whatever it is.

use std::sync::Arc;

use http::{Method, Request};

use crate::site::{Shown, Site, Unusual};

#[tokio::test]
async fn every_answer_is_secured() {
    let site = Site::new().await;
    let mut visitor = site.browser();
    let mut customer = site.signed_in().await;
    let links = visitor.get("/otp/request/").await.links();
    let style = links.into_iter().find(|link| link.contains("/style.css")).expect("a style sheet");
    let mut pages = vec![];
    for path in
        ["/", "/otp/request/", "/otp/request", "/otp/verify/", "/otp/status/", "/nowhere", &style, "/favicon.ico"]
    {
        pages.push((path.to_owned(), visitor.get(path).await));
    }
    for path in ["/health/live", "/health/ready", "/otp/request/?next=%00", "/static/x/y", "/static/%ff/%ff"] {
        pages.push((path.to_owned(), visitor.get(path).await));
    }
    for path in ["/register/", "/register/verify/", "/login/", "/login", "/password/forgotten/", "/password/new/"] {
        pages.push((path.to_owned(), visitor.get(path).await));
    }
    for path in ["/dashboard/", "/otp/logout/", "/otp/request/", "/account/contact/", "/account/contact/verify/"] {
        pages.push((path.to_owned(), customer.get(path).await));
    }
    pages.push(("a refused form".to_owned(), visitor.post_raw("/otp/request/", "a=%00").await));
    for (path, page) in pages {
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; ") && policy.ends_with("frame-ancestors 'none'"), "{path}");
        assert!(!policy.contains("unsafe"));
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("strict-transport-security", "max-age=63072000; includeSubDomains"),
        ] {
            assert_eq!(page.header(name), value, "{path} {name}");
        }
        assert!(page.header("permissions-policy").contains("otp-credentials=(self)"));
        let kept = if path == style { "public, max-age=31536000, immutable" } else { "no-store" };
        assert_eq!(page.header("cache-control"), kept, "{path}");
        if page.header("content-type").starts_with("text/html") {
            assert_eq!(page.header("vary"), "Accept-Language", "{path}");
        }
    }
}

#[tokio::test]
async fn plain_http_has_plain_cookies_and_no_hsts() {
    let site = Site::unusual(Unusual { public_url: Some("http://localhost:8080"), ..Unusual::default() }).await;
    let mut browser = site.browser();
    let page = browser.get("/otp/request/").await;
    assert_eq!(page.header("strict-transport-security"), "");
    assert!(page.header("set-cookie").starts_with("otpd_csrf="));
    assert!(!page.header("set-cookie").contains("Secure"));
}

#[tokio::test]
async fn hosts_below_can_be_left_out_of_hsts() {
    let config: fn(&mut otpd_web::WebConfig) = |config| config.hsts_below = false;
    let site = Site::unusual(Unusual { config: Some(config), ..Unusual::default() }).await;
    let page = site.browser().get("/otp/request/").await;
    assert_eq!(page.header("strict-transport-security"), "max-age=63072000");
}

#[tokio::test]
async fn cookies_are_host_only_and_unreadable_to_scripts() {
    let site = Site::new().await;
    let mut browser = site.browser().waiting().await;
    let code = site.code().await;
    let page = browser.type_code(&code).await;
    let cookies: Vec<_> =
        page.headers.get_all("set-cookie").iter().map(|value| value.to_str().expect("text")).collect();
    assert_eq!(cookies.len(), 3);
    assert!(cookies[0].starts_with("__Host-otpd_session=") && cookies[0].ends_with("; Max-Age=1209600"));
    assert!(cookies[1].starts_with("__Host-otpd_browser=") && cookies[1].ends_with("; Max-Age=15552000"));
    assert!(cookies[2].starts_with("__Host-otpd_pending=;") && cookies[2].ends_with("; Max-Age=0"));
    for cookie in cookies {
        assert!(cookie.contains("; HttpOnly; SameSite=Lax; Secure; Path=/; "), "{cookie}");
        assert!(!cookie.contains("Domain"));
    }
}

#[tokio::test]
async fn the_host_header_is_never_believed() {
    let site = Site::new().await;
    let mut browser = site.browser();
    browser.headers.push(("host", "evil.example".to_owned()));
    browser.headers.push(("x-forwarded-host", "evil.example".to_owned()));
    for path in ["/", "/otp/request/", "/otp/request", "/dashboard/", "/nowhere"] {
        let page = browser.get(path).await;
        assert!(!page.location().contains("evil") && !page.body.contains("evil"), "{path}");
    }
}

#[tokio::test]
async fn paths_without_their_slash_are_sent_there() {
    let site = Site::new().await;
    let mut browser = site.browser();
    for path in [
        "/otp/request",
        "/otp/verify",
        "/otp/resend",
        "/otp/logout",
        "/otp/status",
        "/dashboard",
        "/register",
        "/login",
        "/password/new",
    ] {
        let page = browser.get(&format!("{path}?next=/a")).await;
        assert_eq!((page.status, page.location()), (308, format!("{path}/?next=/a").as_str()));
        assert_eq!(browser.head(path).await.status, 308);
        assert_eq!(browser.post(path, &[]).await.status, 405);
    }
}

#[tokio::test]
async fn head_is_get_without_the_body_and_other_methods_are_refused() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let page = browser.head("/otp/request/").await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    for (path, allowed) in [
        ("/otp/request/", "GET,HEAD,POST"),
        ("/login/", "GET,HEAD,POST"),
        ("/dashboard/", "GET,HEAD"),
        ("/dashboard/sessions/end/", "POST"),
    ] {
        for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS, Method::TRACE] {
            let page = browser.send(Request::builder().method(method.clone()).uri(path), "").await;
            assert_eq!((page.status, page.header("allow")), (405, allowed), "{method} {path}");
            page.assert_says("This does not work here");
        }
    }
}

#[tokio::test]
async fn get_changes_nothing() {
    let site = Site::new().await;
    let mut browser = site.signed_in().await;
    for path in ["/otp/logout/", "/otp/resend/", "/dashboard/sessions/end/", "/dashboard/sessions/end-others/"] {
        browser.get(path).await;
    }
    assert_eq!(browser.get("/dashboard/").await.status, 200);
    let mut waiting = site.browser().waiting().await;
    site.clock.advance(std::time::Duration::from_mins(1));
    site.messages().await;
    waiting.get("/otp/resend/").await;
    assert!(site.messages().await.is_empty());
}

#[tokio::test]
async fn the_mailbox_is_there_in_development_only() {
    let site = Site::new().await;
    let page = site.browser().get("/dev/mailbox").await;
    assert_eq!(page.status, 404);
    assert!(!site.browser().get("/otp/request/").await.body.contains("mailbox"));

    let message = otpd_domain::ports::CapturedMessage {
        id: "1".to_owned(),
        at: otpd_testkit::sample::NOW,
        channel: otpd_domain::identifier::Channel::Email,
        to: "asha@example.com".to_owned(),
        subject: "<Your code>".to_owned(),
        text: "Hello <Asha>,\n012345".to_owned(),
    };
    let mailbox = Some(Arc::new(Shown(vec![message])) as Arc<_>);
    let site = Site::unusual(Unusual { mailbox, ..Unusual::default() }).await;
    let page = site.browser().get("/dev/mailbox").await;
    assert_eq!(page.status, 200);
    page.assert_says("012345");
    assert!(page.body.contains("&lt;Your code&gt;") && page.body.contains("&lt;Asha&gt;"));
    assert!(site.browser().get("/otp/request/").await.links().contains(&"/dev/mailbox".to_owned()));
}

#[tokio::test]
async fn an_asset_of_another_release_is_given_but_not_kept() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let page = browser.get("/static/0000000000000000/script.js").await;
    assert_eq!((page.status, page.header("cache-control")), (200, "no-store"));
    assert_eq!(page.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(browser.get("/static/0000000000000000/otpd.keys").await.status, 404);
    assert_eq!(browser.get("/static/x/..%2f..%2fCargo.toml").await.status, 404);
}
