//! Part C: registering, and asking for another code.

use std::time::Duration;

use otpd_domain::account::{AccountId, Role};
use otpd_domain::identifier::Channel;
use otpd_domain::message::MessageKind;
use otpd_domain::ports::AccountQuery;
use serde_json::{Value, json};

use crate::call::post;
use crate::site::{EMAIL, Site};

pub const REGISTER: &str = "/api/register/";
pub const PASSWORD: &str = "purple monkey dishwasher";

/// What a new customer sends.
pub fn ravi() -> Value {
    json!({
        "email": "ravi@example.com",
        "phone": "9876543211",
        "password": PASSWORD,
        "first_name": "Ravi",
        "last_name": "Das Gupta",
    })
}

/// The same with one value changed.
fn with(name: &str, value: impl Into<Value>) -> Value {
    let mut body = ravi();
    body[name] = value.into();
    body
}

#[tokio::test]
async fn a_registration_sends_a_code_to_each_contact() {
    let site = Site::new().await;
    let reply = post(&site, REGISTER, ravi()).await;
    reply.assert(
        201,
        "Registration successful. We sent an OTP to your e-mail address and one to your phone. Verify one of them to \
         activate your account.",
    );
    assert!(reply.body["user_id"].is_i64() && reply.names().len() == 4, "{reply:?}");
    let messages = site.messages().await;
    let mut sent: Vec<_> = messages.iter().map(|message| (message.channel, site.content_of(message))).collect();
    sent.sort_by_key(|(channel, _)| *channel == Channel::Sms);
    let to: Vec<_> = sent.iter().map(|(_, content)| (content.to.as_str(), &content.kind)).collect();
    assert_eq!(to, [("ravi@example.com", &MessageKind::Registration), ("+919876543211", &MessageKind::Registration)]);
    assert_eq!(sent[0].1.name.as_deref(), Some("Ravi Das Gupta"));
    let found = site.domain.ports.accounts.list(AccountQuery { limit: 10, ..AccountQuery::default() }).await;
    assert_eq!(found.expect("accounts").len(), 1, "nobody but Asha has an account");
}

#[tokio::test]
async fn without_a_phone_it_is_the_address_alone() {
    let site = Site::new().await;
    for phone in [Value::Null, "".into(), " ".into()] {
        let reply = post(&site, "/api/register", with("phone", phone)).await;
        let words =
            "Registration successful. We sent an OTP to your e-mail address. Verify it to activate your account.";
        reply.assert(201, words);
        assert_eq!(reply.names().len(), 3);
        assert_eq!(site.message().await.channel, Channel::Email);
    }
}

#[tokio::test]
async fn a_malformed_registration_is_told_what_to_mend() {
    let site = Site::new().await;
    let long = "x".repeat(301);
    for (name, value, message) in [
        ("email", json!("ravi"), "The email is not an address such as name@example.com."),
        ("email", json!(""), "The email is not an address such as name@example.com."),
        ("email", json!(null), "The field email must be text in quotation marks."),
        (
            "phone",
            json!("123"),
            "The phone is not a valid number. Write it with its country code, such as +919876543210.",
        ),
        ("phone", json!(9_876_543_211_u64), "The field phone must be text in quotation marks."),
        ("password", json!("short"), "The password needs at least 15 characters. Three or four words make a good one."),
        ("password", json!("x y ".repeat(65)), "The password has at most 256 characters."),
        (
            "password",
            json!("ravi@example.com"),
            "This password is too easy to guess. Choose one that nobody else would think of.",
        ),
        ("password", json!(["purple monkey dishwasher"]), "The field password must be text in quotation marks."),
        ("first_name", json!(long), "A name has at most 300 characters."),
        (
            "last_name",
            json!("Das\r\nBcc: x@example.com"),
            "The field last_name has line breaks or other control characters in it.",
        ),
    ] {
        post(&site, REGISTER, with(name, value)).await.assert(400, message);
    }
    let nameless = json!({ "email": "ravi@example.com", "password": PASSWORD, "first_name": " " });
    post(&site, REGISTER, nameless).await.assert(400, "Send a first_name or a last_name.");
    post(&site, REGISTER, json!({ "email": "a@example.com" })).await.assert(400, "The field password is missing.");
    assert!(site.messages().await.is_empty());
}

#[tokio::test]
async fn the_body_makes_nobody_more_than_a_customer() {
    let site = Site::new().await;
    let mut body = ravi();
    for (name, value) in [
        ("role", json!("superuser")),
        ("is_staff", json!(true)),
        ("is_superuser", json!(true)),
        ("is_active", json!(true)),
        ("id", json!(1)),
        ("user_id", json!(1)),
        ("customer_type", json!("Hotel")),
    ] {
        body[name] = value;
    }
    let reply = post(&site, REGISTER, body).await;
    assert_eq!(reply.status, 201);
    let id = reply.body["user_id"].as_i64().expect("an id");
    assert_ne!(id, 1);
    let login = json!({ "email": "ravi@example.com", "password": PASSWORD });
    assert_eq!(post(&site, "/api/login/", login).await.status, 401, "not active yet");
    let messages = site.messages().await;
    let message = messages.iter().find(|message| message.channel == Channel::Email).expect("a mail");
    let otp = site.code_in(message);
    let verified =
        post(&site, "/api/verify-otp/", json!({ "email": "ravi@example.com", "otp": otp, "role": "staff" })).await;
    assert_eq!(verified.body["user"]["id"], id);
    assert_eq!(
        (&verified.body["user"]["is_staff"], &verified.body["user"]["is_superuser"]),
        (&json!(false), &json!(false))
    );
    let account = site.domain.ports.accounts.get(AccountId(id)).await.expect("an account");
    assert_eq!((account.profile.role, account.profile.customer_type.as_str()), (Role::Customer, "Household"));
}

#[tokio::test]
async fn whoever_has_an_account_is_told_and_nothing_changes() {
    let site = Site::new().await;
    let reply = post(&site, REGISTER, json!({ "email": EMAIL, "password": PASSWORD, "first_name": "Mallory" })).await;
    assert_eq!(reply.status, 201);
    let content = site.content_of(&site.message().await);
    assert_eq!((content.to.as_str(), content.kind, content.code), (EMAIL, MessageKind::AlreadyRegistered, None));
    let login = json!({ "email": EMAIL, "password": PASSWORD });
    assert_eq!(post(&site, "/api/login/", login).await.status, 401);
}

#[tokio::test]
async fn registering_has_a_limit() {
    let site = Site::new().await;
    for email in ["ravi@example.com", EMAIL] {
        for _ in 0..3 {
            let body = json!({ "email": email, "password": PASSWORD, "first_name": "Ravi" });
            assert_eq!(post(&site, REGISTER, body).await.status, 201);
            site.clock.advance(Duration::from_secs(1));
        }
        let body = json!({ "email": email, "password": PASSWORD, "first_name": "Ravi" });
        let reply = post(&site, REGISTER, body).await;
        reply.assert(429, "Too many OTPs were sent to this contact. Try again in 597 seconds.");
        assert_eq!(reply.header("retry-after"), "597");
    }
}

#[tokio::test]
async fn another_code_comes_only_where_a_registration_waits_and_nobody_is_told() {
    let site = Site::new().await;
    let said = "If a registration with this contact waits for activation, a new OTP is on its way. If none arrives, try \
                again in a few minutes.";
    let resend = |contact: &str| post(&site, "/api/resend-otp/", json!({ "email": contact }));
    post(&site, REGISTER, with("phone", Value::Null)).await;
    let old = site.code().await;
    site.clock.advance(Duration::from_secs(31));
    for contact in ["ravi@example.com", "nobody@example.com", EMAIL] {
        let reply = resend(contact).await;
        reply.assert(200, said);
        assert_eq!(reply.names(), ["message"]);
        let message = site.message().await;
        // Who has an account is told so; nothing goes to whom nobody knows.
        assert_eq!(message.withheld, contact == "nobody@example.com");
        assert_eq!(site.content_of(&message).code.is_none(), contact == EMAIL);
        // Within the cooldown, and beyond the rate.
        for wait in [0, 60, 120, 120] {
            site.clock.advance(Duration::from_secs(wait));
            assert_eq!(resend(contact).await.seen(), reply.clone().seen());
        }
        site.messages().await;
    }
    let refused = post(&site, "/api/verify-otp/", json!({ "email": "ravi@example.com", "otp": old })).await;
    assert_eq!(refused.status, 400, "the newest code counts");
    assert_eq!(post(&site, "/api/resend-otp", json!({ "phone": "9876543211" })).await.status, 200);
    post(&site, "/api/resend-otp/", json!({})).await.assert(400, "Send phone or email.");
}
