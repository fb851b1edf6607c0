//! Whose word counts for where a request comes from, as the log shows it.

use otpd_tests::browser::Browser;
use otpd_tests::{Otpd, Settings};

/// Who the log says sent a form that cannot be read, sent with these header lines.
async fn blamed(otpd: &Otpd, headers: &[(&str, &str)]) -> String {
    let browser = Browser::new(otpd.address);
    let mut request = browser.post_request("/otp/request/").form("contact_value=%00");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    assert_eq!(browser.clone().exchange(&request).await.expect("a reply").status, 400);
    let log = otpd.log();
    let line = log.lines().rfind(|line| line.contains("client=")).expect("a line of the log");
    let (_, client) = line.split_once("client=").expect("a client");
    client.split_whitespace().next().expect("an address").to_owned()
}

#[tokio::test]
async fn forwarding_headers_of_strangers_count_for_nothing() {
    let otpd = Otpd::start(Settings::new()).await;
    for header in ["x-forwarded-for", "forwarded", "x-real-ip"] {
        for value in ["198.51.100.7", "for=198.51.100.7", "127.0.0.1, 198.51.100.7"] {
            assert_eq!(blamed(&otpd, &[(header, value)]).await, "127.0.0.1", "{header}: {value}");
        }
    }
}

#[tokio::test]
async fn a_configured_proxy_is_believed_in_one_header_and_only_for_what_it_wrote() {
    let otpd = Otpd::start(Settings::new().with("server.trusted_proxies", "127.0.0.1, 10.0.0.0/8")).await;
    for (value, client) in [
        ("198.51.100.7", "198.51.100.7"),
        ("1.1.1.1, 198.51.100.7", "198.51.100.7"),
        ("1.1.1.1, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("198.51.100.7:4711", "198.51.100.7"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("198.51.100.7, ,", "198.51.100.7"),
        ("1.1.1.1, unknown", "127.0.0.1"),
        ("1.1.1.1, unknown, 10.0.0.2", "10.0.0.2"),
        ("", "127.0.0.1"),
    ] {
        assert_eq!(blamed(&otpd, &[("x-forwarded-for", value)]).await, client, "{value:?}");
    }
    let two_lines = [("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "198.51.100.7")];
    assert_eq!(blamed(&otpd, &two_lines).await, "198.51.100.7");
    for (header, value) in
        [("forwarded", "for=198.51.100.7"), ("x-real-ip", "198.51.100.7"), ("true-client-ip", "1.1.1.1")]
    {
        assert_eq!(blamed(&otpd, &[(header, value)]).await, "127.0.0.1", "{header}");
        let both = [(header, value), ("x-forwarded-for", "203.0.113.9")];
        assert_eq!(blamed(&otpd, &both).await, "203.0.113.9", "{header} beside the one that counts");
    }
}

#[tokio::test]
async fn links_come_from_the_public_url_whatever_a_proxy_says() {
    let settings = Settings::new()
        .with("server.public_url", "https://signin.example.com")
        .with("server.trusted_proxies", "127.0.0.1");
    let otpd = Otpd::start(settings).await;
    let mut browser = otpd.browser();
    for path in [
        "/",
        "/otp/request/",
        "/otp/request",
        "/otp/verify/",
        "/dashboard/",
        "/nowhere",
        "/api/docs",
        "/api/openapi.json",
    ] {
        let request = browser
            .request("GET", path)
            .header("x-forwarded-host", "evil.example")
            .header("x-forwarded-proto", "http")
            .header("x-forwarded-prefix", "/evil.example")
            .header("x-original-url", "/evil.example")
            .header("forwarded", "host=evil.example;proto=http");
        let reply = browser.exchange(&request).await.expect("a reply");
        assert!(!reply.text().contains("evil.example"), "{path}");
        assert!(!format!("{:?}", reply.headers).contains("evil.example"), "{path}");
        assert!(reply.header("strict-transport-security").is_some(), "{path}");
    }
}
