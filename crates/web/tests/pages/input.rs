//! Whatever is sent: a clear page, never a 500.

use http::Request;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use proptest::prelude::*;

use crate::site::{Browser, Page, Site};

const FORM: &str = "application/x-www-form-urlencoded";

async fn post(browser: &mut Browser, media_type: Option<&str>, body: Vec<u8>) -> Page {
    let mut request = Request::post("/otp/request/");
    if let Some(media_type) = media_type {
        request = request.header(CONTENT_TYPE, media_type);
    }
    browser.send(request, body).await
}

#[tokio::test]
async fn a_field_that_cannot_be_taken_is_named() {
    let site = Site::new().await;
    let mut browser = site.browser();
    browser.get("/otp/request/").await;
    let token = browser.token().to_owned();
    for (body, field, words) in [
        ("contact_type=email&contact_value=a&contact_value=b", "contact_value", "sent more than once"),
        ("contact_type=email&contact_type=phone", "contact_type", "sent more than once"),
        ("csrf_token=again", "csrf_token", "sent more than once"),
        ("contact_value=a%00b", "contact_value", "line breaks or other characters"),
        ("contact_value=a%0d%0aBcc:%20b", "contact_value", "line breaks or other characters"),
        ("contact_value=%ED%A0%80", "contact_value", "not valid text"),
        ("contact_value=%ff", "contact_value", "not valid text"),
        ("contact_value=100%", "contact_value", "not valid text"),
        ("contact_value[]=a", "contact_value[]", "sent as a list"),
        ("contact_value%5B0%5D=a", "contact_value[0]", "sent as a list"),
        ("%3Cb%3E=%00", "<b>", "line breaks"),
    ] {
        let page = browser.post_raw("/otp/request/", &format!("csrf_token={token}&{body}")).await;
        assert_eq!(page.status, 400, "{body}");
        assert!(!page.body.contains("<b>"), "names are escaped");
        let text = page.text().replace("&lt;", "<").replace("&gt;", ">");
        assert!(text.contains(&format!("“{field}”")) && text.contains(words), "{body}: {text}");
    }
    for query in ["next=/a&next=/b", "next=%00", "next[]=/", "next=%zz"] {
        for path in ["/otp/request/", "/otp/verify/", "/otp/resend/", "/register/", "/login/", "/password/forgotten/"] {
            assert_eq!(browser.get(&format!("{path}?{query}")).await.status, 400, "{path}?{query}");
        }
    }
}

#[tokio::test]
async fn only_forms_are_taken() {
    let site = Site::new().await;
    let mut browser = site.browser();
    browser.get("/otp/request/").await;
    let body = || format!("csrf_token={}&contact_type=email&contact_value=a@b.example", browser.token()).into_bytes();
    for (media_type, status) in [
        (Some(FORM), 303),
        (Some("Application/X-WWW-Form-URLEncoded; charset=UTF-8"), 303),
        (Some("application/x-www-form-urlencoded;charset=\"utf-8\""), 303),
        (Some("application/x-www-form-urlencoded; charset=iso-8859-1"), 415),
        (Some("application/json"), 415),
        (Some("multipart/form-data; boundary=x"), 415),
        (Some("text/plain"), 415),
        (Some(""), 415),
        (None, 415),
    ] {
        let page = post(&mut browser.clone(), media_type, body()).await;
        assert_eq!(page.status, status, "{media_type:?}");
    }
    let page = post(&mut browser, None, Vec::new()).await;
    assert_eq!(page.status, 403, "an empty body needs no type, but a token");
}

#[tokio::test]
async fn a_body_is_64_kib_at_most() {
    let site = Site::new().await;
    let mut browser = site.browser();
    browser.get("/otp/request/").await;
    let start = format!("csrf_token={}&contact_type=email&contact_value=", browser.token());
    let whole = |length: usize| format!("{start}{}", "a".repeat(length - start.len())).into_bytes();
    assert_eq!(post(&mut browser.clone(), Some(FORM), whole(64 * 1024)).await.status, 400);
    let page = post(&mut browser.clone(), Some(FORM), whole(64 * 1024 + 1)).await;
    assert_eq!(page.status, 413);
    page.assert_says("A form may have 64 KiB at most.");
    let request = Request::post("/otp/request/").header(CONTENT_TYPE, FORM).header(CONTENT_LENGTH, "99999999999");
    assert_eq!(browser.send(request, "a=b").await.status, 413, "announced is enough");
}

#[tokio::test]
async fn broken_cookies_are_no_cookies() {
    let site = Site::new().await;
    for name in ["session", "pending", "pending_phone", "csrf", "done"] {
        for value in ["", "x", "\u{7f}", "=", "AAAA=", &"A".repeat(5000)] {
            let mut browser = site.browser();
            browser.headers.push(("cookie", format!("__Host-otpd_{name}={value}").replace('\u{7f}', "~")));
            for path in [
                "/otp/request/",
                "/otp/verify/",
                "/otp/status/",
                "/dashboard/",
                "/otp/logout/",
                "/register/verify/",
                "/login/",
            ] {
                let page = browser.get(path).await;
                assert!([200, 204, 303].contains(&page.status), "{path} {name}={value}: {}", page.status);
            }
        }
    }
}

#[test]
fn whatever_bytes_are_sent_there_is_no_server_error() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let site = runtime.block_on(Site::new());
    let mut browser = runtime.block_on(site.browser().waiting());
    runtime.block_on(browser.get("/otp/verify/"));
    let token = browser.token().to_owned();
    let field = prop_oneof![
        Just(b"contact_type".to_vec()),
        Just(b"contact_value".to_vec()),
        Just(b"otp_code".to_vec()),
        Just(b"next".to_vec()),
        Just(b"first_name".to_vec()),
        Just(b"email".to_vec()),
        Just(b"phone".to_vec()),
        Just(b"contact".to_vec()),
        Just(b"password".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..20),
    ];
    let value = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..60),
        "[0-9a-z@.+%=-]{0,40}".prop_map(String::into_bytes),
        "\\PC{0,20}".prop_map(String::into_bytes),
    ];
    let pairs = proptest::collection::vec((field, value), 0..6);
    let paths = vec![
        "/otp/request/",
        "/otp/verify/",
        "/otp/resend/",
        "/register/",
        "/login/",
        "/password/forgotten/",
        "/password/new/",
    ];
    let path = proptest::sample::select(paths);
    let mut runner = proptest::test_runner::TestRunner::default();
    let outcome = runner.run(&(path, pairs), |(path, pairs)| {
        let mut body = format!("csrf_token={token}").into_bytes();
        for (name, value) in &pairs {
            body.extend([b"&", name.as_slice(), b"=", value].concat());
        }
        let request = Request::post(path).header(CONTENT_TYPE, FORM);
        let page = runtime.block_on(browser.clone().send(request, body));
        prop_assert!([200, 303, 400, 403, 429].contains(&page.status), "{}", page.status);
        Ok(())
    });
    outcome.expect("no server error");
}
