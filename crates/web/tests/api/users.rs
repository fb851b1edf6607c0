//! Part B, as the contract has it.

use std::time::Duration;

use otpd_domain::message::MessageKind;
use serde_json::json;

use crate::call::post;
use crate::site::{Site, wrong};

const PHONE: &str = "255694230173";
const SEND: &str = "/api/users/send-otp/";
const VERIFY: &str = "/api/users/verify-otp/";
const RESEND: &str = "/api/users/resend-otp/";

#[tokio::test]
async fn a_phone_is_verified() {
    let site = Site::new().await;
    let sent = post(&site, SEND, json!({ "phone": PHONE, "verification_type": "Login" })).await;
    sent.assert(200, "OTP sent successfully");
    assert_eq!((sent.names().len(), sent.text("status")), (4, "success"));
    assert_eq!(sent.text("expires_at"), "2023-11-14T22:18:20Z");
    assert_eq!(sent.header("content-type"), "application/json");
    assert_eq!(sent.header("cache-control"), "no-store");

    let message = site.message().await;
    let content = site.content_of(&message);
    assert_eq!((content.to.as_str(), message.withheld), ("+255694230173", false));
    assert_eq!(content.kind, MessageKind::Verification("verification".to_owned()));
    let code = site.code_in(&message);
    assert_eq!(code.len(), 4, "the length of the type");

    let verified = post(&site, VERIFY, json!({ "phone": PHONE, "otp": code, "verification_type": "Login" })).await;
    verified.assert(200, "OTP verified successfully");
    assert_eq!(verified.body, json!({ "message": "OTP verified successfully", "status": "success", "verified": true }));
}

#[tokio::test]
async fn an_address_will_do_and_the_type_and_the_slash_are_optional() {
    let site = Site::new().await;
    let email = json!({ "email": "Nobody@Example.com", "phone": "", "verification_type": null });
    assert_eq!(post(&site, "/api/users/send-otp", email).await.status, 200);
    let code = site.code().await;
    let typed = json!({ "email": "nobody@example.com", "otp": format!(" {}-{} ", &code[..2], &code[2..]) });
    assert_eq!(post(&site, "/api/users/verify-otp", typed).await.body["verified"], true);
    let again = post(&site, "/api/users/resend-otp", json!({ "email": "nobody@example.com" })).await;
    again.assert(200, "OTP sent successfully");
}

#[tokio::test]
async fn what_is_not_right_says_what_to_do() {
    let site = Site::new().await;
    let refused = async |body| {
        let reply = post(&site, VERIFY, body).await;
        assert_eq!((reply.status, &reply.body["status"]), (400, &json!("error")));
        assert_eq!(reply.body["verified"], false, "{reply:?}");
        assert_eq!(reply.names().len(), 3);
        reply.message().to_owned()
    };
    let typed = |code: &str| json!({ "phone": PHONE, "otp": code });
    assert_eq!(
        refused(typed("1234")).await,
        "No OTP is pending for this contact and verification_type. Send one first."
    );
    post(&site, SEND, json!({ "phone": PHONE })).await;
    let code = site.code().await;
    assert_eq!(refused(typed(&wrong(&code))).await, "Invalid OTP. 4 attempts are left.");
    for malformed in ["", "123", "12345", "１２３４", "abcd", "12 3"] {
        assert_eq!(refused(typed(malformed)).await, "Invalid OTP: a code of this type has 4 digits.", "{malformed}");
    }
    for left in ["3 attempts are", "2 attempts are", "One attempt is"] {
        assert_eq!(refused(typed(&wrong(&code))).await, format!("Invalid OTP. {left} left."));
    }
    let spent = "Too many wrong attempts: this OTP no longer works. Send a new one.";
    assert_eq!(refused(typed(&wrong(&code))).await, spent);
    assert_eq!(refused(typed(&code)).await, spent, "right, but too late");

    let soon = post(&site, SEND, json!({ "phone": PHONE })).await;
    soon.assert(429, "An OTP was sent a moment ago. Wait 30 seconds before you ask for another.");
    site.clock.advance(Duration::from_secs(30));
    assert_eq!(post(&site, SEND, json!({ "phone": PHONE })).await.status, 200);
    let code = site.code().await;
    site.clock.advance(Duration::from_secs(301));
    assert_eq!(refused(typed(&code)).await, "This OTP has expired. Send a new one.");
    post(&site, SEND, json!({ "phone": PHONE })).await;
    let code = site.code().await;
    assert_eq!(post(&site, VERIFY, typed(&code)).await.status, 200);
    assert_eq!(refused(typed(&code)).await, "This OTP has been used already. Send a new one.");
}

#[tokio::test]
async fn a_code_is_bound_to_contact_and_type() {
    let site = Site::new().await;
    post(&site, SEND, json!({ "phone": PHONE, "verification_type": "Order" })).await;
    let code = site.code().await;
    assert_eq!(code.len(), 6);
    post(&site, SEND, json!({ "phone": "+919876543211", "verification_type": "Order" })).await;
    site.code().await;
    for other in [
        json!({ "phone": PHONE, "otp": code }),
        json!({ "phone": PHONE, "otp": code, "verification_type": "Login" }),
        json!({ "phone": "+919876543211", "otp": code, "verification_type": "Order" }),
        json!({ "email": "a@example.com", "otp": code, "verification_type": "Order" }),
    ] {
        assert_eq!(post(&site, VERIFY, other.clone()).await.status, 400, "{other}");
    }
    let right = json!({ "phone": PHONE, "otp": code, "verification_type": "Order" });
    assert_eq!(post(&site, VERIFY, right).await.status, 200);
}

#[tokio::test]
async fn the_id_of_a_verification_binds_it() {
    let site = Site::new().await;
    let id = post(&site, SEND, json!({ "phone": PHONE })).await.text("verification_id").to_owned();
    let code = site.code().await;
    let other = post(&site, SEND, json!({ "phone": "+919876543211" })).await.text("verification_id").to_owned();
    let with = |id: &str, phone: &str| json!({ "phone": phone, "otp": code, "verification_id": id });
    let gone = "No OTP is pending for this contact and verification_type. Send one first.";
    for refused in [
        with(&other, PHONE),
        with(&id, "+919876543211"),
        with("", PHONE),
        with("no-such-id", PHONE),
        with(&id.replace(&id[40..], "AAA"), PHONE),
        json!({ "phone": PHONE, "otp": code, "verification_id": id, "verification_type": "Order" }),
    ] {
        post(&site, VERIFY, refused).await.assert(400, gone);
    }
    post(&site, VERIFY, with(&id, PHONE)).await.assert(200, "OTP verified successfully");
}

#[tokio::test]
async fn a_resend_kills_the_old_code() {
    let site = Site::new().await;
    let first = post(&site, SEND, json!({ "phone": PHONE })).await;
    let old = site.code().await;
    site.clock.advance(Duration::from_secs(30));
    let second = post(&site, RESEND, json!({ "phone": PHONE, "verification_type": "Login" })).await;
    second.assert(200, "OTP sent successfully");
    assert_ne!(first.text("verification_id"), second.text("verification_id"));
    assert_eq!(second.text("expires_at"), "2023-11-14T22:18:50Z");
    let new = site.code().await;
    if old != new {
        let refused = post(&site, VERIFY, json!({ "phone": PHONE, "otp": old })).await;
        refused.assert(400, "Invalid OTP. 4 attempts are left.");
    }
    assert_eq!(post(&site, VERIFY, json!({ "phone": PHONE, "otp": new })).await.status, 200);
}

#[tokio::test]
async fn a_missing_or_malformed_field_is_named() {
    let site = Site::new().await;
    let digits = "Write the phone with the digits 0 to 9. Spaces, dots, dashes and brackets may be between them.";
    let known = "Unknown verification_type. Use one of: Login, Order";
    for (body, message) in [
        (json!({}), "Send phone or email."),
        (json!({ "phone": "", "email": null }), "Send phone or email."),
        (json!({ "phone": PHONE, "email": "a@example.com" }), "Send either phone or email, not both."),
        (json!({ "phone": "call me" }), digits),
        (json!({ "phone": "９８７６５４３２１０" }), digits),
        (
            json!({ "phone": "12" }),
            "The phone is not a valid number. Write it with its country code, such as +919876543210.",
        ),
        (json!({ "email": "Name <a@example.com>" }), "The email is not an address such as name@example.com."),
        (json!({ "email": format!("{}@example.com", "a".repeat(300)) }), "The email has more than 254 characters."),
        (json!({ "phone": PHONE, "verification_type": "login" }), known),
        (json!({ "phone": PHONE, "verification_type": "" }), known),
        (
            json!({ "phone": PHONE, "verification_type": 1 }),
            "The field verification_type must be text in quotation marks.",
        ),
    ] {
        for path in [SEND, RESEND] {
            let reply = post(&site, path, body.clone()).await;
            reply.assert(400, message);
            assert_eq!(reply.body, json!({ "message": message, "status": "error" }));
        }
        let mut body = body;
        body["otp"] = "1234".into();
        let reply = post(&site, VERIFY, body).await;
        reply.assert(400, message);
        assert_eq!(reply.body, json!({ "message": message, "status": "error", "verified": false }));
    }
    post(&site, VERIFY, json!({ "phone": PHONE })).await.assert(400, "The field otp is missing.");
    assert!(site.messages().await.is_empty());
}
