//! `/api/users/…`: codes for a phone or an address, no account needed.

use std::time::Duration;

use otpd_tests::curl::{Said, post};
use otpd_tests::time::now_millis;
use otpd_tests::{Otpd, Settings, poll};
use serde_json::json;

/// The number as the old callers write it, and as it is kept.
const PHONE: &str = "255694230173";
const CANONICAL: &str = "+255694230173";

/// A server that knows three types: the usual one, a PIN of four digits without a wait, and one that dies soon.
async fn otpd() -> Otpd {
    let settings = Settings::default()
        .with("verification.types", "Login, Pin, Brief")
        .with("verification.pin.code_length", "4")
        .with("verification.pin.cooldown", "0s")
        .with("verification.brief.ttl", "10s");
    Otpd::start(settings).await
}

async fn ask(otpd: &Otpd, path: &str, body: &str) -> Said {
    post(&format!("{}/api/users/{path}", otpd.url()), body).await
}

/// What every reply to a send that was taken holds; gives back the id.
fn sent(said: &Said) -> String {
    assert_eq!(said.status, 200, "{}", said.body);
    assert_eq!(said.fields(), ["expires_at", "message", "status", "verification_id"], "{}", said.body);
    assert_eq!((said.text("message"), said.text("status")), ("OTP sent successfully", "success"));
    assert!(said.text("expires_at").ends_with('Z'), "{}", said.body);
    assert_eq!(said.header("content-type").map(|kind| kind.split(';').next()), Some(Some("application/json")));
    assert_eq!(said.header("cache-control"), Some("no-store"));
    said.text("verification_id").to_owned()
}

fn verified(said: &Said) {
    let expected = json!({ "message": "OTP verified successfully", "status": "success", "verified": true });
    assert_eq!((said.status, &said.body), (200, &expected));
}

/// What every refusal to verify holds; gives back the message.
fn refused(said: &Said) -> String {
    assert_eq!(said.status, 400, "{}", said.body);
    assert_eq!(said.fields(), ["message", "status", "verified"], "{}", said.body);
    assert_eq!((said.text("status"), said.body["verified"].as_bool()), ("error", Some(false)), "{}", said.body);
    assert!(!said.text("message").is_empty());
    said.text("message").to_owned()
}

#[tokio::test]
async fn a_phone_is_verified_with_and_without_the_slash() {
    let otpd = otpd().await;
    let said = ask(&otpd, "send-otp/", r#"{"phone":"255694230173","verification_type":"Login"}"#).await;
    assert!(!sent(&said).is_empty());
    let otp = otpd.message_to(CANONICAL, 1).await.code;
    let body = json!({ "phone": PHONE, "otp": otp, "verification_type": "Login" }).to_string();
    verified(&ask(&otpd, "verify-otp/", &body).await);
    refused(&ask(&otpd, "verify-otp/", &body).await);

    let other = r#"{"phone":"+255 694 230 174","verification_type":"Login"}"#;
    sent(&ask(&otpd, "send-otp", other).await);
    let otp = otpd.message_to("+255694230174", 1).await.code;
    let body = json!({ "phone": "255694230174", "otp": otp }).to_string();
    verified(&ask(&otpd, "verify-otp", &body).await);
}

#[tokio::test]
async fn an_address_is_verified_and_the_usual_type_is_login() {
    let otpd = otpd().await;
    sent(&ask(&otpd, "send-otp/", r#"{"email":"someone@example.net"}"#).await);
    let otp = otpd.message_to("someone@example.net", 1).await.code;
    let body = json!({ "email": "someone@example.net", "otp": otp, "verification_type": "Login" }).to_string();
    verified(&ask(&otpd, "verify-otp/", &body).await);
}

#[tokio::test]
async fn a_wrong_code_is_refused_until_the_attempts_are_spent() {
    let otpd = otpd().await;
    sent(&ask(&otpd, "send-otp/", r#"{"phone":"255694230173"}"#).await);
    let otp = otpd.message_to(CANONICAL, 1).await.code;
    let wrong = if otp == "123456" { "654321" } else { "123456" };
    let guess = |otp: &str| json!({ "phone": PHONE, "otp": otp }).to_string();
    let first = refused(&ask(&otpd, "verify-otp/", &guess(wrong)).await);
    for _ in 2..=5 {
        refused(&ask(&otpd, "verify-otp/", &guess(wrong)).await);
    }
    let last = refused(&ask(&otpd, "verify-otp/", &guess(&otp)).await);
    assert_ne!(first, last, "the right one comes too late, and the message says why");
}

#[tokio::test]
async fn a_code_is_bound_to_its_contact_and_its_type() {
    let otpd = otpd().await;
    for body in [
        r#"{"phone":"255694230173","verification_type":"Login"}"#,
        r#"{"phone":"255694230173","verification_type":"Brief"}"#,
        r#"{"phone":"255694230174","verification_type":"Login"}"#,
    ] {
        sent(&ask(&otpd, "send-otp/", body).await);
    }
    let login = otpd.message_to(CANONICAL, 1).await.code;
    for (phone, kind) in [(PHONE, "Brief"), ("255694230174", "Login"), (PHONE, "Pin")] {
        let body = json!({ "phone": phone, "otp": login, "verification_type": kind }).to_string();
        refused(&ask(&otpd, "verify-otp/", &body).await);
    }
    verified(&ask(&otpd, "verify-otp/", &json!({ "phone": PHONE, "otp": login }).to_string()).await);
}

#[tokio::test]
async fn a_type_has_its_own_length_and_lifetime() {
    let otpd = otpd().await;
    sent(&ask(&otpd, "send-otp/", r#"{"phone":"255694230173","verification_type":"Pin"}"#).await);
    let pin = otpd.message_to(CANONICAL, 1).await.code_of(4);
    let body = json!({ "phone": PHONE, "otp": pin, "verification_type": "Pin" }).to_string();
    verified(&ask(&otpd, "verify-otp/", &body).await);

    sent(&ask(&otpd, "send-otp/", r#"{"phone":"255694230173","verification_type":"Login"}"#).await);
    let login = otpd.message_to(CANONICAL, 2).await.code;
    let wrong = if login == "123456" { "654321" } else { "123456" };
    let guess = |kind: &str, otp: &str| json!({ "phone": PHONE, "otp": otp, "verification_type": kind }).to_string();
    let alive = refused(&ask(&otpd, "verify-otp/", &guess("Login", wrong)).await);

    sent(&ask(&otpd, "send-otp/", r#"{"phone":"255694230173","verification_type":"Brief"}"#).await);
    let answered = now_millis();
    let brief = otpd.message_to(CANONICAL, 3).await.code;
    poll::until("the end of the code's ten seconds", Duration::from_secs(20), async || {
        (now_millis() > answered + 10_000).then_some(())
    })
    .await;
    let expired = refused(&ask(&otpd, "verify-otp/", &guess("Brief", &brief)).await);
    assert_ne!(alive, expired, "expired is told apart from wrong");
}

#[tokio::test]
async fn a_send_within_the_cooldown_stands_and_a_resend_waits() {
    let otpd = otpd().await;
    let body = r#"{"phone":"255694230173","verification_type":"Login"}"#;
    let first = sent(&ask(&otpd, "send-otp/", body).await);
    assert_eq!(sent(&ask(&otpd, "send-otp/", body).await), first, "a repeated send finds the code that was sent");
    let said = ask(&otpd, "resend-otp/", body).await;
    assert_eq!((said.status, said.text("status")), (429, "error"), "{}", said.body);
    assert!(!said.text("message").is_empty());
    let wait: u64 = said.header("retry-after").and_then(|wait| wait.parse().ok()).expect("Retry-After in seconds");
    assert!((1..=30).contains(&wait), "{wait}");
    let otp = otpd.message_to(CANONICAL, 1).await.code;
    verified(&ask(&otpd, "verify-otp/", &json!({ "phone": PHONE, "otp": otp }).to_string()).await);
    assert_eq!(otpd.texts().len(), 1);
}

#[tokio::test]
async fn a_resend_kills_the_old_code_and_the_fourth_in_ten_minutes_waits() {
    let otpd = otpd().await;
    let body = r#"{"phone":"255694230173","verification_type":"Pin"}"#;
    let first = sent(&ask(&otpd, "send-otp/", body).await);
    let old = otpd.message_to(CANONICAL, 1).await.code_of(4);
    let second = sent(&ask(&otpd, "resend-otp/", body).await);
    assert_ne!(first, second);
    let mut new = otpd.message_to(CANONICAL, 2).await.code_of(4);
    let guess = |otp: &str| json!({ "phone": PHONE, "otp": otp, "verification_type": "Pin" }).to_string();
    // Once in ten thousand times the new code is the old one.
    if old != new {
        refused(&ask(&otpd, "verify-otp/", &guess(&old)).await);
    }
    sent(&ask(&otpd, "resend-otp", body).await);
    new = otpd.message_to(CANONICAL, 3).await.code_of(4);
    for path in ["send-otp/", "resend-otp/"] {
        let said = ask(&otpd, path, body).await;
        assert_eq!((said.status, said.text("status")), (429, "error"), "{path}: {}", said.body);
        let wait: u64 = said.header("retry-after").and_then(|wait| wait.parse().ok()).expect("Retry-After in seconds");
        assert!((31..=600).contains(&wait), "{wait}");
    }
    verified(&ask(&otpd, "verify-otp/", &guess(&new)).await);
    assert_eq!(otpd.texts().len(), 3);
}

#[tokio::test]
async fn missing_and_malformed_fields_are_refused() {
    let otpd = otpd().await;
    sent(&ask(&otpd, "send-otp/", r#"{"phone":"255694230173"}"#).await);
    otpd.message_to(CANONICAL, 1).await;
    let no_contact = [
        "{}",
        r#"{"phone":""}"#,
        r#"{"phone":"12"}"#,
        r#"{"phone":255694230173}"#,
        r#"{"phone":["255694230173"]}"#,
        r#"{"email":"nobody"}"#,
        r#"{"phone":"255694230173","email":"someone@example.net"}"#,
        r#"{"phone":"255694230173","phone":"255694230174"}"#,
        r#"{"phone":"255694230173","verification_type":"Unheard-of"}"#,
        r#"{"phone":"255694230173""#,
        "[]",
    ];
    for body in no_contact {
        for path in ["send-otp/", "resend-otp/"] {
            let said = ask(&otpd, path, body).await;
            assert_eq!((said.status, said.text("status")), (400, "error"), "{path} {body}: {}", said.body);
            assert!(!said.text("message").is_empty(), "{path} {body}: {}", said.body);
            assert!(!said.fields().contains(&"verified"), "{path} {body}: {}", said.body);
        }
        refused(&ask(&otpd, "verify-otp/", body).await);
    }
    for otp in [json!(null), json!(""), json!("12345"), json!("abcdef"), json!("１２３４５６"), json!(["123456"])]
    {
        refused(&ask(&otpd, "verify-otp/", &json!({ "phone": PHONE, "otp": otp }).to_string()).await);
    }
    refused(&ask(&otpd, "verify-otp/", r#"{"phone":"255694230173"}"#).await);
    assert_eq!(otpd.texts().len(), 1, "nothing of this sent anything");
    let attempts: u32 = otpd.database().value("SELECT max(attempts) FROM challenges", []);
    assert_eq!(attempts, 0, "and nothing of this spent an attempt");
}
