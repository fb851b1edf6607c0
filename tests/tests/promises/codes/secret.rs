//! Where the digits never are. What lies on the disk is looked at in `secrets.rs`.

use otpd_tests::http::Reply;
use otpd_tests::{Otpd, Settings};
use serde_json::{Value, json};

use crate::doors::{pending_everywhere, wrong};

const EMAIL: &str = "test@example.com";
const PHONE: &str = "+919876543210";

/// Codes of ten digits: they turn up nowhere by chance.
fn settings() -> Settings {
    Settings::new().with("challenges.code_length", "10").with("limits.send.cooldown", "0s")
}

/// Every reply there was, in all its parts.
#[derive(Default)]
struct Replies(Vec<Reply>);

impl Replies {
    async fn page(&mut self, browser: &mut otpd_tests::Browser, path: &str) {
        self.0.push(browser.get(path).await);
    }

    fn assert_without(&self, secret: &str, what: &str) {
        for reply in &self.0 {
            let whole = format!("{:?} {}", reply.headers, reply.text());
            assert!(!whole.contains(secret), "{what} is in a reply: {whole}");
        }
    }
}

#[tokio::test]
async fn a_code_is_in_no_reply_and_in_no_link() {
    let otpd = Otpd::start(settings()).await;
    let key = otpd.api_key("verifications,sign-ins,accounts-read,sessions").await;
    let mut replies = Replies::default();
    let mut codes = Vec::new();

    let mut browser = otpd.browser();
    replies.0.push(browser.request_code("phone", PHONE).await);
    let code = otpd.message_to(PHONE, 1).await.code;
    for path in ["/otp/verify/", "/otp/status/", "/otp/resend/", "/otp/request/"] {
        replies.page(&mut browser, path).await;
    }
    replies.0.push(browser.verify(&wrong(&code)).await);
    replies.0.push(browser.verify(&code).await);
    replies.page(&mut browser, "/dashboard/").await;
    codes.push(code);

    for pending in pending_everywhere(&otpd, &key).await {
        replies.0.push(pending.check.ask(&wrong(&pending.code)).await);
        replies.0.push(pending.check.ask(&pending.code).await);
        replies.0.push(pending.check.ask(&pending.code).await);
        codes.push(pending.code);
    }
    for path in ["/api/v1/accounts", "/dev/mailbox", "/health/ready", "/metrics"] {
        let request = otpd_tests::http::Request::new("GET", path).header("authorization", &format!("Bearer {key}"));
        replies.0.push(otpd.send(&request).await);
    }
    for code in &codes {
        assert_eq!(code.len(), 10);
        replies.assert_without(code, "a code");
        replies.assert_without(&wrong(code), "a wrong guess");
    }
    for message in otpd.mails().iter().chain(&otpd.texts()) {
        let parts = [&message.text, &message.html];
        let links = parts.into_iter().flat_map(|part| part.split("http").skip(1));
        let links: Vec<&str> = links.filter_map(|rest| rest.split(['"', '<', ' ', '\n']).next()).collect();
        assert!(links.iter().all(|link| codes.iter().all(|code| !link.contains(code.as_str()))), "{links:?}");
    }
}

#[tokio::test]
async fn a_code_is_in_no_log_at_any_level() {
    for (level, format) in [("error", "json"), ("warn", "text"), ("info", "json"), ("debug", "text"), ("trace", "json")]
    {
        let otpd = Otpd::start(settings().with("log.level", level).with("log.format", format)).await;
        let key = otpd.api_key("verifications,sign-ins").await;
        let mut codes = Vec::new();
        for pending in pending_everywhere(&otpd, &key).await {
            pending.check.ask(&wrong(&pending.code)).await;
            pending.check.ask(&pending.code).await;
            codes.push(pending.code);
        }
        let signed_in = otpd.sign_in("phone", PHONE).await;
        codes.push(otpd.message_to(PHONE, 1).await.code);
        let refused: Value = otpd.post("/api/users/verify-otp/", &json!({ "email": EMAIL, "otp": "1" })).await.json();
        assert_eq!(refused["verified"], false);

        let log = otpd.log();
        assert_eq!(log.contains("DEBUG"), ["debug", "trace"].contains(&level), "{level}");
        for code in &codes {
            assert!(!log.contains(code.as_str()) && !log.contains(&wrong(code)), "{level}: a code is in the log");
        }
        let token = signed_in.cookie(otpd_tests::browser::SESSION).expect("a session");
        assert!(!log.contains(token) && !log.contains(&key), "{level}: a token is in the log");
        for contact in [EMAIL, "9876543210", "b@example.com"] {
            let line = log.lines().find(|line| line.contains(contact));
            assert!(line.is_none(), "{level}: {contact} is not masked: {line:?}");
        }
    }
}
