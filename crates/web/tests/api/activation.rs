//! Part C: proving a contact, and who has what afterwards.

use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::ConnectInfo;
use http::Request;
use http::header::CONTENT_TYPE;
use otpd_domain::identifier::Channel;
use serde_json::{Value, json};

use crate::accounts::{PASSWORD, REGISTER, ravi};
use crate::call::{Reply, post, send};
use crate::site::{Site, wrong};

const VERIFY: &str = "/api/verify-otp/";
const REFUSED: &str = "Invalid or expired OTP. Check it, or ask for a new one.";

/// The codes of the last registration: by e-mail, by SMS.
async fn codes(site: &Site) -> (String, String) {
    let messages = site.messages().await;
    let of = |channel| {
        let message = messages.iter().find(|message| message.channel == channel);
        message.map(|message| site.code_in(message)).unwrap_or_default()
    };
    (of(Channel::Email), of(Channel::Sms))
}

async fn login(site: &Site, email: &str, password: &str) -> u16 {
    post(site, "/api/login/", json!({ "email": email, "password": password })).await.status
}

/// Posts from an address.
async fn from(site: &Site, client: &str, path: &str, body: Value) -> Reply {
    let peer: SocketAddr = format!("{client}:4711").parse().expect("an address");
    let request = Request::post(path).header(CONTENT_TYPE, "application/json").extension(ConnectInfo(peer));
    send(site, request, body.to_string()).await
}

#[tokio::test]
async fn the_code_activates_the_account() {
    let site = Site::new().await;
    let id = post(&site, REGISTER, ravi()).await.body["user_id"].clone();
    let (mail, _) = codes(&site).await;
    assert_eq!(login(&site, "ravi@example.com", PASSWORD).await, 401);
    let reply = post(&site, VERIFY, json!({ "email": "RAVI@example.com", "otp": mail })).await;
    reply.assert(200, "OTP verified successfully. Account activated.");
    let user = json!({
        "id": id,
        "email": "ravi@example.com",
        "phone": null,
        "first_name": "Ravi",
        "last_name": "Das Gupta",
        "is_active": true,
        "is_staff": false,
        "is_superuser": false,
    });
    assert_eq!(reply.body["user"], user, "the number was not proven");
    assert_eq!(login(&site, "ravi@example.com", PASSWORD).await, 200);
}

#[tokio::test]
async fn the_other_contact_may_come_first_and_either_may_follow() {
    let site = Site::new().await;
    post(&site, REGISTER, ravi()).await;
    let (mail, sms) = codes(&site).await;
    let reply = post(&site, VERIFY, json!({ "phone": "+919876543211", "otp": sms })).await;
    reply.assert(
        200,
        "OTP verified successfully. Account activated. Verify your e-mail address too before you use it: its own OTP was \
         sent there.",
    );
    assert_eq!(reply.body["user"]["email"], Value::Null);
    assert_eq!(login(&site, "ravi@example.com", PASSWORD).await, 401, "nobody has proven the address");
    let by_phone = json!({ "phone": "9876543211", "password": PASSWORD });
    assert_eq!(post(&site, "/api/login/", by_phone).await.status, 200);
    let both = post(&site, "/api/verify-otp", json!({ "email": "ravi@example.com", "otp": mail })).await;
    both.assert(200, "OTP verified successfully. Account activated.");
    assert_eq!((both.text_in("email"), both.text_in("phone")), ("ravi@example.com", "+919876543211"));
    assert_eq!(login(&site, "ravi@example.com", PASSWORD).await, 200);
}

impl Reply {
    /// A text of the user in the body.
    fn text_in(&self, name: &str) -> &str {
        self.body["user"][name].as_str().expect("text")
    }
}

#[tokio::test]
async fn every_failure_reads_the_same() {
    let site = Site::new().await;
    post(&site, REGISTER, ravi()).await;
    let (mail, sms) = codes(&site).await;
    let refused = async |body: Value| {
        let reply = post(&site, VERIFY, body.clone()).await;
        assert_eq!((reply.status, &reply.body), (400, &json!({ "message": REFUSED })), "{body}");
    };
    refused(json!({ "email": "nobody@example.com", "otp": "123456" })).await;
    refused(json!({ "email": "ravi@example.com", "otp": "12" })).await;
    refused(json!({ "email": "ravi@example.com", "otp": "" })).await;
    refused(json!({ "email": "nobody@example.com", "otp": "" })).await;
    if mail != sms {
        refused(json!({ "email": "ravi@example.com", "otp": sms })).await;
    }
    for _ in 0..6 {
        refused(json!({ "email": "ravi@example.com", "otp": wrong(&mail) })).await;
    }
    refused(json!({ "email": "ravi@example.com", "otp": mail })).await;
    site.clock.advance(Duration::from_secs(601));
    refused(json!({ "phone": "9876543211", "otp": sms })).await;
    assert_eq!(login(&site, "ravi@example.com", PASSWORD).await, 401);
}

#[tokio::test]
async fn a_code_works_once_and_only_here() {
    let site = Site::new().await;
    let registered = post(&site, REGISTER, ravi()).await;
    let (mail, _) = codes(&site).await;
    let elsewhere = json!({ "email": "ravi@example.com", "otp": mail });
    assert_eq!(post(&site, "/api/users/verify-otp/", elsewhere.clone()).await.status, 400, "another purpose");
    let id = registered.text("verification_id");
    let bound = |id: &str| json!({ "email": "ravi@example.com", "otp": mail, "verification_id": id });
    for wrong in ["", "x", registered.text("phone_verification_id")] {
        post(&site, VERIFY, bound(wrong)).await.assert(400, REFUSED);
    }
    assert_eq!(post(&site, VERIFY, bound(id)).await.status, 200);
    post(&site, VERIFY, bound(id)).await.assert(400, REFUSED);
    post(&site, VERIFY, elsewhere).await.assert(400, REFUSED);
}

#[tokio::test]
async fn who_registers_another_persons_address_first_has_nothing_afterwards() {
    let site = Site::new().await;
    let attack = json!({ "email": "ravi@example.com", "password": "the attacker knows this", "first_name": "Mallory" });
    let attacker = from(&site, "198.51.100.66", REGISTER, attack).await;
    site.messages().await;
    let registered = from(&site, "192.0.2.1", REGISTER, ravi()).await;
    let (mail, _) = codes(&site).await;
    let bound =
        json!({ "email": "ravi@example.com", "otp": mail, "verification_id": attacker.text("verification_id") });
    from(&site, "198.51.100.66", VERIFY, bound).await.assert(400, REFUSED);
    let verified = from(&site, "192.0.2.1", VERIFY, json!({ "email": "ravi@example.com", "otp": mail })).await;
    verified.assert(200, "OTP verified successfully. Account activated.");
    assert_eq!(verified.body["user"]["id"], registered.body["user_id"]);
    assert_eq!(verified.text_in("first_name"), "Ravi");
    assert_eq!(login(&site, "ravi@example.com", PASSWORD).await, 200);
    assert_eq!(login(&site, "ravi@example.com", "the attacker knows this").await, 401);
}

#[tokio::test]
async fn a_password_that_nobody_can_vouch_for_is_void() {
    let site = Site::new().await;
    from(&site, "192.0.2.1", REGISTER, ravi()).await;
    site.messages().await;
    // The owner gets this code, too, and types it without knowing who asked for it.
    let attack = json!({ "email": "ravi@example.com", "password": "the attacker knows this", "first_name": "Mallory" });
    from(&site, "198.51.100.66", REGISTER, attack).await;
    let (mail, _) = codes(&site).await;
    let verified = from(&site, "192.0.2.1", VERIFY, json!({ "email": "ravi@example.com", "otp": mail })).await;
    verified.assert(
        200,
        "OTP verified successfully. Account activated. Somebody else had registered with this contact too, so please \
         choose a password now: https://signin.example.com/password/forgotten/",
    );
    for password in [PASSWORD, "the attacker knows this"] {
        assert_eq!(login(&site, "ravi@example.com", password).await, 401, "{password}");
    }
}

#[tokio::test]
async fn an_attackers_own_phone_does_not_carry_the_victims_address() {
    let site = Site::new().await;
    let secret = "the attacker knows this";
    let attack =
        json!({ "email": "ravi@example.com", "phone": "9876543299", "password": secret, "first_name": "Mallory" });
    from(&site, "198.51.100.66", REGISTER, attack).await;
    let (_, sms) = codes(&site).await;
    let taken = from(&site, "198.51.100.66", VERIFY, json!({ "phone": "9876543299", "otp": sms })).await;
    assert_eq!((taken.status, &taken.body["user"]["email"]), (200, &Value::Null));

    let mut own = ravi();
    own["phone"] = Value::Null;
    from(&site, "192.0.2.1", REGISTER, own).await;
    let (mail, _) = codes(&site).await;
    let verified = from(&site, "192.0.2.1", VERIFY, json!({ "email": "ravi@example.com", "otp": mail })).await;
    assert_eq!((verified.status, verified.text_in("email")), (200, "ravi@example.com"));
    assert_ne!(verified.body["user"]["id"], taken.body["user"]["id"]);
    assert_eq!(login(&site, "ravi@example.com", secret).await, 401);
    let by_phone = post(&site, "/api/login/", json!({ "phone": "9876543299", "password": secret })).await;
    assert_eq!(
        (by_phone.status, &by_phone.body["user"]["email"]),
        (200, &Value::Null),
        "an account of the attacker's own"
    );
}
