//! Input that no page of otpd sends: a clear refusal, one line in the log, and nothing else happens.

use otpd_tests::browser::{PENDING, form_to};
use otpd_tests::http::{self, Reply, Request};
use otpd_tests::{Browser, Otpd, Settings};

/// Values that no field takes, percent-encoded.
const UNREADABLE: [(&str, &str); 9] = [
    ("NUL", "%00"),
    ("CRLF", "a%40example.com%0d%0aBcc:%20b%40example.com"),
    ("a line feed", "123%0a456"),
    ("a control character", "%07"),
    ("DEL", "%7f"),
    ("a C1 control character", "%C2%85"),
    ("a lone surrogate", "%ED%A0%80"),
    ("bytes that are no UTF-8", "%ff%fe"),
    ("broken percent-encoding", "%zz"),
];

/// Values that a form may hold, but that are no contact.
const NO_CONTACT: [(&str, &str); 20] = [
    ("email", ""),
    ("email", "+"),
    ("email", "a"),
    ("email", "a%40b"),
    ("email", "Name+%3Ca%40b.com%3E"),
    ("email", "a%40b.com,c%40d.com"),
    ("email", "a%40%5B127.0.0.1%5D"),
    ("email", "%22a+b%22%40c.com"),
    ("email", "%EF%BD%81%40example.com"),
    ("email", "9876543210"),
    ("phone", ""),
    ("phone", "12"),
    ("phone", "test%40example.com"),
    ("phone", "%EF%BC%99%EF%BC%98%EF%BC%97%EF%BC%96%EF%BC%95%EF%BC%94%EF%BC%93%EF%BC%92%EF%BC%91%EF%BC%90"),
    ("phone", "9876543210x5"),
    ("phone", "%2B91%2B9876543210"),
    ("phone", "00000000000"),
    ("", "test%40example.com"),
    ("pigeon", "test%40example.com"),
    ("Email", "test%40example.com"),
];

/// Values that a form may hold, but that are no code of six digits.
const NO_CODE: [&str; 6] =
    ["", "12345", "1234567", "abcdef", "%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96", "1e5000"];

/// A server with somebody who waits for a code and somebody who is signed in.
struct Scene {
    otpd: Otpd,
    waiting: Browser,
    signed_in: Browser,
    code: String,
}

impl Scene {
    async fn set() -> Self {
        let ravi = ("ravi@example.com", "+919876543211");
        let settings = Settings::new().customer("Ravi", ravi.0, ravi.1).with("log.level", "info,otpd_web=debug");
        let otpd = Otpd::start(settings).await;
        // Two sessions: the dashboard shows its buttons for others only.
        otpd.sign_in("phone", ravi.1).await;
        let signed_in = otpd.sign_in("email", ravi.0).await;
        let mut waiting = otpd.browser();
        waiting.request_code("email", "test@example.com").await;
        let code = otpd.message_to("test@example.com", 1).await.code;
        Self { otpd, waiting, signed_in, code }
    }

    /// The browser that can post there, and its token.
    async fn poster(&mut self, action: &str) -> (Browser, String) {
        let (browser, page) = match action {
            "/otp/request/" => (self.otpd.browser(), action),
            "/otp/verify/" | "/otp/resend/" => (self.waiting.clone(), "/otp/verify/"),
            "/otp/logout/" => (self.signed_in.clone(), action),
            _ => (self.signed_in.clone(), "/dashboard/"),
        };
        let mut browser = browser;
        let form = form_to(&browser.get(page).await, action).expect("the form");
        let (_, token) = form.hidden.into_iter().find(|(name, _)| name == "csrf_token").expect("a token");
        (browser, token)
    }

    /// Sends a request that must be refused with one of these statuses, and with one line in the log.
    async fn refused(&self, what: &str, browser: &Browser, request: &Request, statuses: &[u16]) -> Reply {
        let before = self.lines();
        let reply = browser.clone().exchange(request).await.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert!(statuses.contains(&reply.status), "{what}: {} instead of {statuses:?}", reply.status);
        assert!(reply.text().contains("<h1"), "{what}: no page that says what is wrong: {}", reply.text());
        let lines = self.lines().split_off(before.len());
        assert_eq!(lines.len(), 1, "{what}: logged once: {lines:#?}");
        reply
    }

    async fn refused_form(&mut self, what: &str, action: &str, rest: &str, statuses: &[u16]) {
        let (browser, token) = self.poster(action).await;
        let request = browser.post_request(action).form(format!("csrf_token={token}&{rest}"));
        self.refused(&format!("{what} at {action}: {rest:.80}"), &browser, &request, statuses).await;
    }

    fn lines(&self) -> Vec<String> {
        self.otpd.log().lines().map(str::to_owned).collect()
    }

    /// The server lives, and what was promised before still holds.
    async fn nothing_happened(mut self) {
        let database = self.otpd.database();
        assert_eq!(database.value::<u32>("SELECT attempts FROM challenges WHERE identifier LIKE 'test%'", []), 0);
        assert_eq!(database.value::<u32>("SELECT count(*) FROM challenges", []), 3, "no code was asked for");
        assert_eq!(database.value::<u32>("SELECT count(*) FROM sessions WHERE ended_at IS NULL", []), 2);
        assert_eq!(self.waiting.verify(&self.code).await.status, 303, "the pending sign-in goes on");
        assert_eq!(self.signed_in.get("/dashboard/").await.status, 200, "the session goes on");
        assert!(!self.otpd.log().contains("panick"), "{}", self.otpd.log());
    }
}

#[tokio::test]
async fn fields_that_cannot_be_read_are_refused() {
    let mut scene = Scene::set().await;
    let fields = [
        ("/otp/request/", "contact_value", "contact_type=email&"),
        ("/otp/request/", "contact_type", "contact_value=test%40example.com&"),
        ("/otp/verify/", "otp_code", ""),
        ("/otp/resend/", "next", ""),
        ("/otp/logout/", "next", ""),
        ("/dashboard/sessions/end/", "session_id", ""),
        ("/dashboard/sessions/end-others/", "anything", ""),
    ];
    let crowd: Vec<String> = (0..100).map(|n| format!("f{n}=")).collect();
    let crowd = crowd.join("&");
    for (action, field, rest) in fields {
        for (what, value) in UNREADABLE {
            scene.refused_form(what, action, &format!("{rest}{field}={value}"), &[400]).await;
        }
        scene.refused_form("a field twice", action, &format!("{rest}{field}=1&{field}=1"), &[400]).await;
        scene
            .refused_form(
                "a field twice, once encoded",
                action,
                &format!("{rest}{field}=1&%{:x}{}=1", field.as_bytes()[0], &field[1..]),
                &[400],
            )
            .await;
        scene.refused_form("an array", action, &format!("{rest}{field}[]=1"), &[400]).await;
        scene.refused_form("an object", action, &format!("{rest}{field}[a]=1"), &[400]).await;
        scene.refused_form("a second token", action, &format!("{rest}csrf_token=x"), &[400]).await;
        scene.refused_form("a crowd of fields", action, &crowd, &[400]).await;
    }
    scene.nothing_happened().await;
}

#[tokio::test]
async fn what_is_no_contact_is_refused() {
    let mut scene = Scene::set().await;
    for (kind, value) in NO_CONTACT {
        scene
            .refused_form("no contact", "/otp/request/", &format!("contact_type={kind}&contact_value={value}"), &[400])
            .await;
    }
    scene.refused_form("no contact", "/otp/request/", "contact_value=test%40example.com", &[400]).await;
    scene.refused_form("no contact", "/otp/request/", "contact_type=email", &[400]).await;
    let long = format!("contact_type=email&contact_value={}%40example.com", "a".repeat(60_000));
    scene.refused_form("a long contact", "/otp/request/", &long, &[400]).await;
    scene.nothing_happened().await;
}

#[tokio::test]
async fn what_is_typed_wrongly_is_shown_again_and_escaped() {
    let mut scene = Scene::set().await;
    let (mut browser, token) = scene.poster("/otp/request/").await;
    let typed = r#""><script>alert(1)</script>"#;
    let fields = [("csrf_token", token.as_str()), ("contact_type", "email"), ("contact_value", typed)];
    let request = browser.form_request("/otp/request/", &fields);
    let page = browser.exchange(&request).await.expect("a reply").text();
    assert!(!page.contains("<script>alert"), "{page}");
    assert!(otpd_tests::forms::unescape(&page).contains(typed), "what was typed is kept: {page}");
    scene.nothing_happened().await;
}

#[tokio::test]
async fn what_is_no_code_or_session_is_refused() {
    let mut scene = Scene::set().await;
    for value in NO_CODE {
        let (browser, token) = scene.poster("/otp/verify/").await;
        let request = browser.post_request("/otp/verify/").form(format!("csrf_token={token}&otp_code={value}"));
        let reply = browser.clone().exchange(&request).await.expect("a reply");
        assert_eq!(reply.status, 400, "{value}");
    }
    for value in ["", "1", "..%2f..%2fetc", "%F0%9F%98%80", "00000000-0000-0000-0000-00000000000g"] {
        scene.refused_form("no session", "/dashboard/sessions/end/", &format!("session_id={value}"), &[400]).await;
    }
    scene.refused_form("no session", "/dashboard/sessions/end/", "", &[400]).await;
    scene.nothing_happened().await;
}

#[tokio::test]
async fn bodies_that_are_no_form_are_refused() {
    let mut scene = Scene::set().await;
    for action in ["/otp/request/", "/otp/verify/", "/otp/resend/", "/otp/logout/", "/dashboard/sessions/end/"] {
        let (browser, token) = scene.poster(action).await;
        let bare = || browser.post_request(action);
        let big = format!("csrf_token={token}&contact_value={}", "a".repeat(70 * 1024));
        scene.refused("64 KiB and more", &browser, &bare().form(big.clone()), &[413]).await;
        let chunked = format!("{:x}\r\n{big}\r\n0\r\n\r\n", big.len());
        let mut request = bare().form(chunked).header("transfer-encoding", "chunked");
        request.chunked = true;
        scene.refused("64 KiB and more in chunks", &browser, &request, &[413]).await;
        let mut request = bare().header("content-type", "application/json");
        request.body = Some(br#"{"contact_type":"email","contact_value":["a@b.example"]}"#.to_vec());
        scene.refused("JSON", &browser, &request, &[400, 415]).await;
        let mut request = bare().header("content-type", "multipart/form-data; boundary=x");
        request.body =
            Some(b"--x\r\ncontent-disposition: form-data; name=otp_code\r\n\r\n123456\r\n--x--\r\n".to_vec());
        scene.refused("a multipart form", &browser, &request, &[400, 415]).await;
        let mut request = bare().header("content-type", "application/x-www-form-urlencoded; charset=utf-16");
        request.body = Some(format!("csrf_token={token}").into_bytes());
        scene.refused("another charset", &browser, &request, &[400, 415]).await;
    }
    scene.nothing_happened().await;
}

#[tokio::test]
async fn forms_of_other_sites_and_browsers_are_refused() {
    let mut scene = Scene::set().await;
    for action in ["/otp/request/", "/otp/verify/", "/otp/resend/", "/otp/logout/", "/dashboard/sessions/end-others/"] {
        let (browser, token) = scene.poster(action).await;
        let right = browser.form_request(action, &[("csrf_token", &token), ("otp_code", "000000")]);
        let changed = |name: &str, value: &str| {
            let mut request = right.clone();
            request.headers.retain(|(header, _)| header != name);
            request.header(name, value)
        };
        for (what, request) in [
            ("another origin", changed("origin", "https://evil.example")),
            ("another site", changed("sec-fetch-site", "cross-site")),
            ("another site below the same name", changed("sec-fetch-site", "same-site")),
            (
                "a made-up token",
                browser.form_request(action, &[("csrf_token", &"A".repeat(43)), ("otp_code", "000000")]),
            ),
            ("no token", browser.form_request(action, &[("otp_code", "000000")])),
            ("an empty body", browser.form_request(action, &[])),
        ] {
            scene.refused(&format!("{what} at {action}"), &browser, &request, &[403]).await;
        }
        let (_, token) = scene.poster("/otp/request/").await;
        let request = browser.form_request(action, &[("csrf_token", &token)]);
        scene.refused(&format!("a token of another browser at {action}"), &browser, &request, &[403]).await;
    }
    scene.nothing_happened().await;
}

#[tokio::test]
async fn odd_cookies_queries_and_paths_are_survived() {
    let scene = Scene::set().await;
    let cookies =
        ["x", "", "=", "=;=", "\u{7f}", "AAAA", &"A".repeat(43), &"A".repeat(64), "%00", "\"", "é", &"A".repeat(6_000)];
    for cookie in cookies {
        for path in ["/otp/request/", "/otp/verify/", "/otp/resend/", "/otp/logout/", "/otp/status/", "/dashboard/"] {
            let mut browser = scene.otpd.browser();
            for name in [PENDING, otpd_tests::browser::SESSION, "otpd_csrf"] {
                browser.set_cookie(name, cookie);
            }
            let reply = browser.get(path).await;
            assert!(
                [200, 204, 303, 400].contains(&reply.status),
                "{path} with the cookie {cookie:?}: {}",
                reply.status
            );
        }
    }
    for query in ["next=%00", "next=a&next=b", "next[]=a", "next=%ff", "next=%zz", "&&&", "=", "%00=1"] {
        for path in ["/otp/request/", "/otp/verify/", "/otp/resend/", "/otp/logout/", "/dashboard/"] {
            let reply = scene.otpd.browser().get(&format!("{path}?{query}")).await;
            assert!([200, 303, 400].contains(&reply.status), "{path}?{query}: {}", reply.status);
            assert!(!reply.location().contains("%00"), "{}", reply.location());
        }
    }
    for path in
        ["/%00", "/%ff", "/..%2f..%2fetc%2fpasswd", "/static/x/../../otpd.keys", "/static/x/otpd.keys", "//", "/otp"]
    {
        let reply = scene.otpd.browser().get(path).await;
        assert!([400, 404].contains(&reply.status), "{path}: {}", reply.status);
    }
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"] {
        let reply = http::send(scene.otpd.address, &Request::new(method, "/otp/request/")).await.expect("a reply");
        assert_eq!(reply.status, 405, "{method}");
    }
    scene.nothing_happened().await;
}

#[tokio::test]
async fn what_is_no_http_is_survived() {
    let scene = Scene::set().await;
    let long_header = format!("GET / HTTP/1.1\r\nhost: x\r\nlong: {}\r\n\r\n", "a".repeat(1 << 20));
    let many_headers = format!("GET / HTTP/1.1\r\nhost: x\r\n{}\r\n", "a: b\r\n".repeat(5_000));
    for bytes in [
        &b"\r\n\r\n"[..],
        b"\0\0\0\0\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n",
        b"POST /otp/request/ HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nabcde",
        b"POST /otp/request/ HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"POST /otp/request/ HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\nbad header\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\nnul: \0\r\n\r\n",
        long_header.as_bytes(),
        many_headers.as_bytes(),
    ] {
        let sending = http::send_bytes(scene.otpd.address, bytes);
        // Half a TLS greeting waits for more: that it is let go in time is shown elsewhere.
        if let Ok(Ok(reply)) = tokio::time::timeout(std::time::Duration::from_secs(2), sending).await {
            assert!(
                reply.status < 500,
                "{:?}: {}",
                String::from_utf8_lossy(&bytes[..bytes.len().min(60)]),
                reply.status
            );
        }
    }
    scene.nothing_happened().await;
}
