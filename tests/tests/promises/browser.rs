//! The section "Browser": cookies, sessions and links. Headers, forms and `next` are walked through in the tests of the pages.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use otpd_tests::browser::{PENDING, SESSION, form_to};
use otpd_tests::forms::unescape;
use otpd_tests::http::{Reply, Request, send, send_bytes};
use otpd_tests::{Browser, Otpd, Settings, poll};
use serde_json::json;
use sha2::{Digest, Sha256};

const EMAIL: &str = "test@example.com";
const PUBLIC: &str = "https://id.example.com";

/// A server that people reach by https.
async fn behind_tls() -> Otpd {
    Otpd::start(Settings::new().with("server.public_url", PUBLIC)).await
}

/// Fills a form of a page that is reached by https.
async fn submit(browser: &mut Browser, page: &str, fields: &[(&str, &str)]) -> Reply {
    let form = form_to(&browser.get(page).await, page).unwrap_or_else(|| panic!("no form on {page}"));
    let hidden = form.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let fields: Vec<_> = hidden.chain(fields.iter().copied()).collect();
    let mut request = browser.form_request(&form.action, &fields);
    request.headers.retain(|(name, _)| name != "origin");
    browser.exchange(&request.header("origin", PUBLIC)).await.expect("a reply")
}

#[tokio::test]
async fn every_cookie_is_host_only_secure_http_only_and_lax() {
    let otpd = behind_tls().await;
    let mut browser = otpd.browser();
    let mut replies = vec![browser.get("/otp/request/").await];
    replies.push(submit(&mut browser, "/otp/request/", &[("contact_type", "email"), ("contact_value", EMAIL)]).await);
    let code = otpd.message_to(EMAIL, 1).await.code;
    replies.push(submit(&mut browser, "/otp/verify/", &[("otp_code", &code)]).await);
    replies.push(submit(&mut browser, "/otp/logout/", &[]).await);
    let cookies: Vec<&str> = replies.iter().flat_map(|reply| reply.headers_named("set-cookie")).collect();
    for cookie in &cookies {
        let attributes: Vec<String> = cookie.split(';').skip(1).map(|it| it.trim().to_ascii_lowercase()).collect();
        assert!(cookie.starts_with("__Host-otpd_"), "{cookie}");
        for needed in ["secure", "httponly", "samesite=lax", "path=/"] {
            assert!(attributes.iter().any(|attribute| attribute == needed), "no {needed}: {cookie}");
        }
        assert!(!attributes.iter().any(|attribute| attribute.starts_with("domain")), "{cookie}");
    }
    for name in ["csrf", "pending", "session", "browser"] {
        assert!(
            cookies.iter().any(|cookie| cookie.starts_with(&format!("__Host-otpd_{name}="))),
            "{name}: {cookies:?}"
        );
    }
}

#[tokio::test]
async fn tokens_have_256_bits_and_are_stored_hashed() {
    let otpd = Otpd::start(Settings::new().with("limits.send.cooldown", "0s")).await;
    let (one, other) = (otpd.sign_in("email", EMAIL).await, otpd.sign_in("email", EMAIL).await);
    let key = otpd.api_key("sessions").await;
    let (_, key) = key.split_once('_').expect("a prefix");
    let mut secrets = Vec::new();
    let database = otpd.database();
    for (table, text) in [
        ("sessions", one.cookie(SESSION).expect("a session")),
        ("sessions", other.cookie(SESSION).expect("a session")),
        ("api_keys", key),
    ] {
        let bytes = URL_SAFE_NO_PAD.decode(text).expect("base64");
        let (id, secret) = bytes.split_at(16);
        assert_eq!(secret.len() * 8, 256, "{table}");
        let hash: Vec<u8> = database.value(&format!("SELECT secret_hash FROM {table} WHERE id = ?1"), [id]);
        assert_eq!(hash, Sha256::digest(secret).to_vec(), "{table}");
        secrets.push(secret.to_vec());
    }
    secrets.sort();
    secrets.dedup();
    assert_eq!(secrets.len(), 3, "each has its own");
}

#[tokio::test]
async fn the_token_is_new_at_every_sign_in() {
    let otpd = Otpd::start(Settings::new().with("limits.send.cooldown", "0s")).await;
    // Somebody planted a session of their own, and one that was never given out.
    let planted = otpd.sign_in("email", EMAIL).await.cookie(SESSION).expect("a session").to_owned();
    for (n, planted) in [(2, planted), (3, "A".repeat(64))] {
        let mut browser = otpd.browser();
        browser.request_code("email", EMAIL).await;
        let code = otpd.message_to(EMAIL, n).await.code;
        browser.set_cookie(SESSION, &planted);
        assert_eq!(browser.verify(&code).await.status, 303);
        assert_ne!(browser.cookie(SESSION), Some(planted.as_str()));
        assert_eq!(browser.get("/dashboard/").await.status, 200);
        browser.set_cookie(SESSION, &planted);
        assert_eq!(browser.get("/dashboard/").await.status, 303, "the planted one is worth nothing");
        assert!(browser.cookie(PENDING).is_none());
    }
}

#[tokio::test]
async fn a_session_is_ended_everywhere_at_once() {
    let otpd = Otpd::start(Settings::new().with("limits.send.cooldown", "0s")).await;
    let (key, email) = (otpd.api_key("sessions").await, "nila@example.com");
    otpd.activated(email).await;
    let mut laptop = otpd.browser();
    let fields = [("contact", email), ("password", otpd_tests::api::PASSWORD)];
    assert_eq!(laptop.submit("/login/", "/login/", &fields).await.location(), "/dashboard/");
    let mut phone = otpd.browser();
    assert_eq!(phone.submit("/login/", "/login/", &fields).await.location(), "/dashboard/");
    let token = otpd.token(email).await;
    let is_active = async || {
        let reply = otpd.post_with_key(&key, "/api/v1/sessions/introspect", &json!({ "token": token })).await;
        reply.json()["active"] == true
    };
    assert!(is_active().await);
    let reply = laptop.submit("/dashboard/", "/dashboard/sessions/end-others/", &[]).await;
    assert_eq!(reply.status, 303);
    assert_eq!(phone.get("/dashboard/").await.status, 303, "the other browser is out");
    assert!(!is_active().await, "and so is the back end's token");
    assert_eq!(laptop.get("/dashboard/").await.status, 200);
    otpd.run_well(&["account", "disable", email]).await;
    assert_eq!(laptop.get("/dashboard/").await.status, 303, "a disabled account has no session");
    let left = "SELECT count(*) FROM sessions WHERE ended_at IS NULL";
    assert_eq!(otpd.database().value::<u32>(left, []), 0);
}

#[tokio::test]
async fn pages_lead_and_load_nowhere_else() {
    let otpd = Otpd::start(Settings::new()).await;
    let mut customer = otpd.sign_in("email", EMAIL).await;
    let visitor = ["/otp/request/", "/login/", "/register/", "/password/forgotten/", "/nowhere/", "/api/docs"];
    let signed_in = ["/dashboard/", "/otp/logout/", "/account/contact/", "/password/forgotten/"];
    let mut looked = 0;
    let mut pages = Vec::new();
    for path in visitor {
        pages.push((path, otpd.browser().get(path).await.text()));
    }
    for path in signed_in {
        pages.push((path, customer.get(path).await.text()));
    }
    let style = pages[0].1.split("href=\"").find(|rest| rest.contains(".css")).and_then(|rest| rest.split('"').next());
    let style = otpd.browser().get(style.expect("a style sheet")).await.text();
    assert!(!style.contains("@import") && !style.contains("url(http") && !style.contains("url(//"), "{style}");
    for (path, page) in &pages {
        for attribute in ["src=\"", "href=\"", "action=\"", "srcset=\"", "poster=\""] {
            for target in page.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()) {
                let target = unescape(target);
                let own = target.starts_with('/') && !target.starts_with("//");
                assert!(own || target.starts_with('#') || target.starts_with(&otpd.url()), "{path}: {target}");
                looked += 1;
            }
        }
    }
    assert!(looked > 50, "{looked} links were looked at");
}

/// A request whose `Host` is not ours, as are all headers that could say so.
fn from_elsewhere(otpd: &Otpd, request: &Request) -> Vec<u8> {
    let request = ["x-forwarded-host", "x-host", "x-original-host", "x-forwarded-server"]
        .into_iter()
        .fold(request.clone(), |request, name| request.header(name, "evil.example"))
        .header("forwarded", "host=evil.example;proto=http");
    let text = String::from_utf8(request.to_bytes(otpd.address)).expect("text");
    text.replacen(&format!("host: {}", otpd.address), "host: evil.example", 1).into_bytes()
}

#[tokio::test]
async fn links_come_from_the_public_url_and_never_from_host() {
    let otpd = behind_tls().await;
    let mut browser = otpd.browser();
    let page = browser.get("/otp/request/").await;
    let form = form_to(&page, "/otp/request/").expect("a form");
    let (_, token) = form.hidden.iter().find(|(name, _)| name == "csrf_token").expect("a token");
    let fields = [("csrf_token", token.as_str()), ("contact_type", "email"), ("contact_value", EMAIL)];
    let mut form = browser.form_request("/otp/request/", &fields);
    form.headers.retain(|(name, _)| name != "origin");
    let form = form.header("origin", PUBLIC);
    let sms = Request::new("POST", "/api/users/send-otp/").json(&json!({ "phone": "9876543210" }));
    let known = Request::new("POST", "/api/register/").json(&json!({
        "email": EMAIL, "password": otpd_tests::api::PASSWORD, "first_name": "Eve", "last_name": "E"
    }));
    let pages = ["/", "/otp/request", "/otp/request/", "/dashboard/", "/nowhere", "/api/openapi.json", "/api/docs"];
    let looks = pages.map(|path| Request::new("GET", path));
    for request in looks.iter().chain([&form, &sms, &known]) {
        let reply = send_bytes(otpd.address, &from_elsewhere(&otpd, request)).await.expect("a reply");
        let told = format!("{:?} {}", reply.headers, reply.text());
        assert!(reply.status < 500 && !told.contains("evil.example"), "{}: {told}", request.target);
    }
    // Whether a foreign Host is answered or not: with our own, the other headers change nothing.
    for (mut request, wanted) in [(form, 303), (sms, 200), (known, 201)] {
        request = request.header("x-forwarded-host", "evil.example").header("forwarded", "host=evil.example");
        let status = send(otpd.address, &request).await.expect("a reply").status;
        assert!([wanted, 200, 429].contains(&status), "{}: {status}", request.target);
    }
    poll::until("a notice that leads to the site", Duration::from_secs(20), async || {
        otpd.mails().iter().any(|mail| mail.text.contains("id.example.com")).then_some(())
    })
    .await;
    let mails = otpd.mails();
    let sms = otpd.message_to("+919876543210", 1).await.text;
    for text in mails.iter().flat_map(|mail| [&mail.text, &mail.html]).chain([&sms]) {
        assert!(!text.contains("evil.example"), "{text}");
    }
}
