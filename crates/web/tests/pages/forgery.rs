//! Forms that did not come from our own pages.

use http::Request;
use http::header::CONTENT_TYPE;

use crate::site::{EMAIL, PASSWORD, PUBLIC_URL, Site, Unusual, registration};

/// Every route that changes something.
const FORMS: &[&str] = &[
    "/otp/request/",
    "/otp/verify/",
    "/otp/resend/",
    "/otp/logout/",
    "/dashboard/sessions/end/",
    "/dashboard/sessions/end-others/",
    "/register/",
    "/register/verify/",
    "/register/resend/",
    "/login/",
    "/password/forgotten/",
    "/password/new/",
    "/password/resend/",
    "/account/contact/",
    "/account/contact/verify/",
    "/account/contact/resend/",
];

#[tokio::test]
async fn every_form_wants_cookie_and_token() {
    let site = Site::new().await;
    for path in FORMS {
        let mut browser = site.signed_in().await;
        browser.get("/dashboard/").await;
        let token = browser.token().to_owned();
        let seed = browser.cookies.remove("__Host-otpd_csrf").expect("a form cookie");
        let page = browser.post(path, &[]).await;
        assert_eq!(page.status, 403, "{path} without the cookie");
        browser.cookies.insert("__Host-otpd_csrf".to_owned(), seed.clone());
        for forged in ["", "x", &token[1..], &format!("{token}A"), &seed] {
            let page = browser.post_raw(path, &format!("csrf_token={forged}")).await;
            assert_eq!(page.status, 403, "{path} with {forged:?}");
        }
        assert_eq!(browser.post_raw(path, "").await.status, 403, "{path} with no token at all");
        browser.cookies.insert("__Host-otpd_csrf".to_owned(), "AAAAAAAAAAAAAAAAAAAAAA".to_owned());
        let page = browser.post_raw(path, &format!("csrf_token={token}")).await;
        assert_eq!(page.status, 403, "{path} with another browser's token");
        browser.cookies.insert("__Host-otpd_csrf".to_owned(), seed);
        assert_eq!(browser.get("/dashboard/").await.status, 200, "{path} changed nothing");
    }
}

#[tokio::test]
async fn origin_and_fetch_site_are_looked_at() {
    let site = Site::new().await;
    let evil = "https://evil.example";
    for (origin, fetch_site, status) in [
        (Some(PUBLIC_URL), Some("same-origin"), 303),
        (Some(PUBLIC_URL), None, 303),
        (None, None, 303),
        (Some("null"), Some("same-origin"), 303),
        (Some("null"), None, 303),
        (None, Some("none"), 303),
        (Some("null"), Some("none"), 403),
        (Some("null"), Some("cross-site"), 403),
        (Some(PUBLIC_URL), Some("cross-site"), 403),
        (Some(PUBLIC_URL), Some("same-site"), 403),
        (Some(evil), Some("cross-site"), 403),
        (Some(evil), None, 403),
        (Some(""), None, 403),
    ] {
        let mut browser = site.browser();
        browser.get("/otp/request/").await;
        let body = format!("csrf_token={}&contact_type=email&contact_value={EMAIL}", browser.token());
        let mut request = Request::post("/otp/request/").header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in [("origin", origin), ("sec-fetch-site", fetch_site)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let page = browser.send(request, body).await;
        assert_eq!(page.status, status, "{origin:?} {fetch_site:?}");
        assert!(status == 303 || !page.body.contains(EMAIL), "what another site sent is not shown");
    }
}

#[tokio::test]
async fn an_old_page_loses_nothing() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let typed = [("contact_type", "phone"), ("contact_value", "98765 43210"), ("next", "/bills/")];
    let page = browser.post("/otp/request/", &typed).await;
    assert_eq!(page.status, 403);
    page.assert_says("please press the button again");
    assert_eq!(page.field("contact_value").as_deref(), Some("98765 43210"));
    assert_eq!(page.field("next").as_deref(), Some("/bills/"));
    assert_eq!(browser.post("/otp/request/", &typed).await.status, 303, "the page came with a fresh token");
    site.messages().await;

    let mut browser = site.browser().waiting().await;
    let code = site.code().await;
    browser.cookies.remove("__Host-otpd_csrf");
    let page = browser.type_code(&code).await;
    assert_eq!(page.status, 403);
    page.assert_says("the code was not checked");
    assert!(!page.body.contains(&code));
    assert_eq!(browser.type_code(&code).await.location(), "/dashboard/");
}

#[tokio::test]
async fn an_old_page_with_a_password_loses_only_that() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let page = browser.post("/register/", &registration("nila@example.com", "98765 00000")).await;
    assert_eq!(page.status, 403);
    page.assert_says("Please type the password and press the button again.");
    for (field, typed) in [("first_name", "Nila"), ("email", "nila@example.com"), ("phone", "98765 00000")] {
        assert_eq!(page.field(field).as_deref(), Some(typed));
    }
    assert!(!page.body.contains(PASSWORD));
    browser.cookies.clear();
    let page = browser.post("/login/", &[("contact", EMAIL), ("password", PASSWORD), ("next", "/bills/")]).await;
    assert_eq!((page.status, page.field("contact").as_deref()), (403, Some(EMAIL)));
    assert_eq!(page.field("next").as_deref(), Some("/bills/"));
    assert!(!page.body.contains(PASSWORD));
    browser.cookies.clear();
    let page = browser.post("/password/forgotten/", &[("contact", EMAIL)]).await;
    assert_eq!((page.status, page.field("contact").as_deref()), (403, Some(EMAIL)));
    let mut customer = site.signed_in().await;
    let typed = [("contact_type", "phone"), ("contact_value", "98765 00000")];
    customer.cookies.remove("__Host-otpd_csrf");
    let page = customer.post("/account/contact/", &typed).await;
    assert_eq!((page.status, page.field("contact_value").as_deref()), (403, Some("98765 00000")));
    assert_eq!(customer.post("/account/contact/", &typed).await.location(), "/account/contact/verify/");
    assert_eq!(site.messages().await.len(), 1, "only the last one sent anything");
}

#[tokio::test]
async fn a_refused_form_leads_back_to_the_public_url() {
    let site = Site::new().await;
    let mut browser = site.browser();
    browser.headers.push(("origin", "https://evil.example".to_owned()));
    browser.headers.push(("host", "evil.example".to_owned()));
    let page = browser.post("/otp/logout/", &[]).await;
    assert_eq!(page.status, 403);
    page.assert_says("Please reload the page");
    assert!(page.links().contains(&"https://signin.example.com/otp/logout/".to_owned()));
    assert!(!page.body.contains("evil.example"));
}

#[tokio::test]
async fn development_works_under_every_name_of_the_machine() {
    let site = Site::unusual(Unusual { public_url: Some("http://localhost:8080"), ..Unusual::default() }).await;
    for (origin, status) in [
        ("http://localhost:8080", 303),
        ("http://127.0.0.1:8080", 303),
        ("http://[::1]:8080", 303),
        ("http://127.0.0.1:9090", 403),
        ("http://evil.example:8080", 403),
    ] {
        let mut browser = site.browser();
        browser.headers.push(("origin", origin.to_owned()));
        browser.get("/otp/request/").await;
        let page = browser.post("/otp/request/", &[("contact_type", "email"), ("contact_value", EMAIL)]).await;
        assert_eq!(page.status, status, "{origin}");
    }
}
