//! `/api/register/` and its fellows: registration with activation, then log-in with a password.

use std::time::Duration;

use otpd_tests::api::PASSWORD;
use otpd_tests::curl::{Said, post};
use otpd_tests::{Otpd, Settings, poll};
use serde_json::json;

const EMAIL: &str = "asha@example.com";
const PHONE: &str = "+919876543210";

/// A server where registrations are confirmed by SMS, too.
fn settings() -> Settings {
    Settings::default().with("registration.sms", "on")
}

async fn ask(otpd: &Otpd, path: &str, body: &serde_json::Value) -> Said {
    post(&format!("{}/api/{path}", otpd.url()), &body.to_string()).await
}

fn form() -> serde_json::Value {
    json!({ "email": EMAIL, "phone": "9876543210", "password": PASSWORD, "first_name": "Asha", "last_name": "Rao" })
}

/// What every reply to a registration holds; gives back the id.
fn registered(said: &Said) -> u64 {
    assert_eq!(said.status, 201, "{}", said.body);
    assert!(said.text("message").starts_with("Registration successful. "), "{}", said.body);
    assert_eq!(said.header("cache-control"), Some("no-store"));
    said.body["user_id"].as_u64().unwrap_or_else(|| panic!("no id: {}", said.body))
}

fn refused(said: &Said, status: u16) -> String {
    assert_eq!(said.status, status, "{}", said.body);
    assert!(!said.text("message").is_empty() && said.body.get("token").is_none(), "{}", said.body);
    said.text("message").to_owned()
}

#[tokio::test]
async fn registering_activating_and_logging_in_with_and_without_the_slash() {
    let otpd = Otpd::start(settings()).await;
    for (slash, email, phone) in [("/", EMAIL, PHONE), ("", "ravi@example.com", "+919876543211")] {
        let mut form = form();
        (form["email"], form["phone"]) = (json!(email), json!(phone));
        let id = registered(&ask(&otpd, &format!("register{slash}"), &form).await);
        let login = json!({ "email": email, "password": PASSWORD });
        refused(&ask(&otpd, &format!("login{slash}"), &login).await, 401);

        let otp = otpd.message_to(email, 1).await.code;
        otpd.message_to(phone, 1).await;
        let wrong = if otp == "123456" { "654321" } else { "123456" };
        refused(&ask(&otpd, &format!("verify-otp{slash}"), &json!({ "email": email, "otp": wrong })).await, 400);
        let said = ask(&otpd, &format!("verify-otp{slash}"), &json!({ "email": email, "otp": otp })).await;
        assert_eq!(said.status, 200, "{}", said.body);
        assert_eq!(said.text("message"), "OTP verified successfully. Account activated.");
        let user = &said.body["user"];
        assert_eq!((user["id"].as_u64(), &user["email"], &user["is_active"]), (Some(id), &json!(email), &json!(true)));
        assert_eq!((&user["first_name"], &user["last_name"]), (&json!("Asha"), &json!("Rao")));
        refused(&ask(&otpd, &format!("verify-otp{slash}"), &json!({ "email": email, "otp": otp })).await, 400);

        let said = ask(&otpd, &format!("login{slash}"), &login).await;
        assert_eq!((said.status, said.text("message")), (200, "Login successful"), "{}", said.body);
        let user = &said.body["user"];
        assert_eq!((user["id"].as_u64(), &user["email"]), (Some(id), &json!(email)), "{user}");
        assert_eq!((&user["is_active"], &user["is_superuser"]), (&json!(true), &json!(false)), "{user}");
        assert_eq!(said.text("token").split('.').count(), 3, "a JWT: {}", said.body);
    }
}

#[tokio::test]
async fn the_code_by_sms_activates_and_proves_the_phone_alone() {
    let otpd = Otpd::start(settings()).await;
    registered(&ask(&otpd, "register/", &form()).await);
    let otp = otpd.message_to(PHONE, 1).await.code;
    let said = ask(&otpd, "verify-otp/", &json!({ "phone": "9876543210", "otp": otp })).await;
    assert_eq!((said.status, &said.body["user"]["is_active"]), (200, &json!(true)), "{}", said.body);
    let by_email = json!({ "email": EMAIL, "password": PASSWORD });
    refused(&ask(&otpd, "login/", &by_email).await, 401);
    let otp = otpd.message_to(EMAIL, 1).await.code;
    assert_eq!(ask(&otpd, "verify-otp/", &json!({ "email": EMAIL, "otp": otp })).await.status, 200);
    assert_eq!(ask(&otpd, "login/", &by_email).await.status, 200, "the address is proven now, too");
}

#[tokio::test]
async fn nothing_in_the_body_makes_more_than_a_customer() {
    let otpd = Otpd::start(settings()).await;
    let mut form = form();
    for (name, value) in [
        ("role", json!("superuser")),
        ("is_staff", json!(true)),
        ("is_superuser", json!(true)),
        ("is_active", json!(true)),
        ("active", json!(true)),
        ("id", json!(1)),
        ("user_id", json!(1)),
        ("customer_type", json!("Hotel")),
    ] {
        form[name] = value;
    }
    let id = registered(&ask(&otpd, "register/", &form).await);
    refused(&ask(&otpd, "login/", &json!({ "email": EMAIL, "password": PASSWORD })).await, 401);
    let otp = otpd.message_to(EMAIL, 1).await.code;
    let verify = json!({ "email": EMAIL, "otp": otp, "role": "superuser", "is_superuser": true });
    assert_eq!(ask(&otpd, "verify-otp/", &verify).await.status, 200);
    let said = ask(&otpd, "login/", &json!({ "email": EMAIL, "password": PASSWORD, "role": "staff" })).await;
    assert_eq!(said.body["user"]["is_superuser"], json!(false), "{}", said.body);
    let database = otpd.database();
    let stored = |column: &str| {
        database.value::<String>(
            &format!("SELECT {column} FROM accounts WHERE id = ?1"),
            [i64::try_from(id).expect("an id")],
        )
    };
    assert_eq!((stored("role"), stored("customer_type")), ("customer".to_owned(), "Household".to_owned()));
    assert_eq!(database.value::<u32>("SELECT count(*) FROM accounts", []), 1);
}

#[tokio::test]
async fn a_resend_never_tells_who_waits() {
    let otpd = Otpd::start(settings().with("registration.rate", "5/10m").with("limits.send.cooldown", "0s")).await;
    otpd.activated("active@example.com").await;
    registered(&ask(&otpd, "register/", &form()).await);
    let old = otpd.message_to(EMAIL, 1).await.code;
    let replies = [
        ask(&otpd, "resend-otp/", &json!({ "email": EMAIL })).await,
        ask(&otpd, "resend-otp/", &json!({ "email": "stranger@example.com" })).await,
        ask(&otpd, "resend-otp/", &json!({ "email": "active@example.com" })).await,
        ask(&otpd, "resend-otp", &json!({ "email": EMAIL })).await,
    ];
    for said in &replies {
        assert_eq!((said.status, &said.body), (200, &replies[0].body));
    }
    let new = otpd.message_to(EMAIL, 3).await.code;
    if old != new {
        refused(&ask(&otpd, "verify-otp/", &json!({ "email": EMAIL, "otp": old })).await, 400);
    }
    assert_eq!(ask(&otpd, "verify-otp/", &json!({ "email": EMAIL, "otp": new })).await.status, 200);
    nothing_waits(&otpd).await;
    assert!(otpd.messages_to("stranger@example.com").is_empty(), "a stranger gets nothing");
    let told = otpd.messages_to("active@example.com");
    assert!(told[1..].iter().all(|notice| notice.code.is_empty()), "who is active already gets no code: {told:?}");
}

async fn nothing_waits(otpd: &Otpd) {
    poll::until("an empty outbox", Duration::from_secs(20), async || {
        (otpd.database().value::<u32>("SELECT count(*) FROM outbox WHERE outcome IS NULL", []) == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn registering_a_contact_that_is_taken_reads_the_same_and_tells_its_owner() {
    let otpd = Otpd::start(Settings::default()).await;
    let owner = otpd.activated(EMAIL).await;
    let mut form = form();
    form.as_object_mut().expect("an object").remove("phone");
    let taken = ask(&otpd, "register/", &form).await;
    form["email"] = json!("free@example.com");
    let free = ask(&otpd, "register/", &form).await;
    assert_ne!(registered(&taken), owner);
    registered(&free);
    assert_eq!((taken.text("message"), taken.fields()), (free.text("message"), free.fields()));
    let told = otpd.message_to(EMAIL, 2).await;
    assert_eq!(told.code, "", "its owner is told, and gets no code: {}", told.text);
    for otp in ["123456", "000000"] {
        refused(&ask(&otpd, "verify-otp/", &json!({ "email": EMAIL, "otp": otp })).await, 400);
    }
}

#[tokio::test]
async fn codes_in_memory_die_with_the_server_and_another_one_is_sent() {
    let mut otpd = Otpd::start(settings()).await;
    registered(&ask(&otpd, "register/", &form()).await);
    let dead = otpd.message_to(EMAIL, 1).await.code;
    otpd.restart().await;
    refused(&ask(&otpd, "verify-otp/", &json!({ "email": EMAIL, "otp": dead })).await, 400);
    assert_eq!(ask(&otpd, "resend-otp/", &json!({ "email": EMAIL })).await.status, 200);
    let otp = otpd.message_to(EMAIL, 2).await.code;
    let said = ask(&otpd, "verify-otp/", &json!({ "email": EMAIL, "otp": otp })).await;
    assert_eq!(said.status, 200, "{}", said.body);
}

#[tokio::test]
async fn codes_in_the_database_outlive_the_server() {
    let mut otpd = Otpd::start(settings().with("registration.store", "database")).await;
    registered(&ask(&otpd, "register/", &form()).await);
    let otp = otpd.message_to(EMAIL, 1).await.code;
    otpd.restart().await;
    let said = ask(&otpd, "verify-otp/", &json!({ "email": EMAIL, "otp": otp })).await;
    assert_eq!(said.status, 200, "{}", said.body);
}

#[tokio::test]
async fn missing_and_malformed_fields_are_refused() {
    let otpd = Otpd::start(settings()).await;
    for (name, value) in [
        ("email", json!("")),
        ("email", json!("nobody")),
        ("email", json!([EMAIL])),
        ("phone", json!("12")),
        ("password", json!("short")),
        ("password", json!("passwordpassword")),
        ("password", json!(12_345_678_901_234_567_u64)),
        ("first_name", json!("a\r\nb")),
        ("first_name", json!("a\u{0}b")),
    ] {
        let mut form = form();
        form[name] = value;
        refused(&ask(&otpd, "register/", &form).await, 400);
    }
    for missing in ["email", "password"] {
        let mut form = form();
        form.as_object_mut().expect("an object").remove(missing);
        refused(&ask(&otpd, "register/", &form).await, 400);
    }
    refused(&ask(&otpd, "login/", &json!({ "email": EMAIL })).await, 400);
    refused(&ask(&otpd, "verify-otp/", &json!({ "email": EMAIL })).await, 400);
    refused(&ask(&otpd, "resend-otp/", &json!({})).await, 400);
    assert!(otpd.mails().is_empty() && otpd.texts().is_empty());
}
