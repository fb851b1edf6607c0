//! What Twilio reports later of a message it took.

use otpd_tests::http::{Reply, Request};
use otpd_tests::provider::Provider;
use otpd_tests::{Otpd, peers};
use serde_json::json;

use crate::{ACCOUNT, TOKEN, created, ended, figures, number, row, send, settings, sid};

/// Reports a status as Twilio does, signed by its library with this token.
async fn report(otpd: &Otpd, token: &str, sid: &str, status: &str, error: &str) -> Reply {
    let mut fields = vec![
        ("AccountSid", ACCOUNT),
        ("ApiVersion", "2010-04-01"),
        ("From", "+15005550006"),
        ("MessageSid", sid),
        ("MessageStatus", status),
        ("SmsSid", sid),
        ("SmsStatus", status),
        ("To", "+919876543200"),
    ];
    if !error.is_empty() {
        fields.push(("ErrorCode", error));
    }
    let url = format!("{}/api/twilio/status", otpd.url());
    let question = json!({ "token": token, "requests": [{ "url": url, "fields": fields }] });
    let signed = peers::ask("twilio_sign.py", &question).await;
    let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = Request::new("POST", "/api/twilio/status").form(body);
    otpd.send(&request.header("x-twilio-signature", signed[0].as_str().expect("a signature"))).await
}

async fn taken(otpd: &Otpd, token: &str, sid: &str, status: &str, error: &str) {
    let reply = report(otpd, token, sid, status, error).await;
    assert!([200, 204].contains(&reply.status), "{status}: {} {}", reply.status, reply.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_are_shown_and_a_replay_is_harmless() {
    let twilio = Provider::start(|asked, _| created(asked)).await;
    let otpd = Otpd::start(settings(&twilio)).await;
    for n in 0..3 {
        send(&otpd, &number(n), "Login").await;
        ended(&otpd, &number(n)).await;
    }
    let reported = |n: u32| row(&otpd, &number(n)).reported;
    let (first, second) = (sid(&number(0)), sid(&number(1)));
    taken(&otpd, TOKEN, &first, "queued", "").await;
    assert_eq!(reported(0), None, "that it waits is no news");
    taken(&otpd, TOKEN, &first, "sent", "").await;
    assert_eq!(reported(0).as_deref(), Some("sent"));
    for status in ["delivered", "delivered", "sent", "undelivered", "delivered"] {
        taken(&otpd, TOKEN, &first, status, "").await;
        assert_eq!(reported(0).as_deref(), Some("delivered"), "after {status}: it never goes back");
    }
    taken(&otpd, TOKEN, &second, "undelivered", "30003").await;
    taken(&otpd, TOKEN, &second, "undelivered", "30003").await;
    assert_eq!(reported(1).as_deref(), Some("undelivered"));
    taken(&otpd, TOKEN, &sid("777"), "delivered", "").await;

    let forged = report(&otpd, "another token", &sid(&number(2)), "delivered", "").await;
    assert_eq!(forged.status, 403, "{}", forged.text());
    assert_eq!(reported(2), None);

    let figures = figures(&otpd).await;
    let found = |name: &str| {
        let text = figures.to_string();
        let after = text.split_once(&format!("\"{name}\":")).unwrap_or_else(|| panic!("no {name} in {text}")).1;
        after.chars().take_while(char::is_ascii_digit).collect::<String>()
    };
    assert_eq!((found("delivered").as_str(), found("undelivered").as_str()), ("1", "1"), "{figures}");
}
