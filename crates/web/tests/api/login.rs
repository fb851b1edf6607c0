//! Part C: `/api/login/`.

use otpd_domain::account::{NewAccount, Role};
use otpd_domain::identifier::{EmailAddress, Identifier};
use otpd_domain::sign_in::list_sessions;
use otpd_domain::visitor::Trail;
use serde_json::{Value, json};

use crate::accounts::{PASSWORD, REGISTER, ravi};
use crate::call::{post, post_with};
use crate::site::Site;

const LOGIN: &str = "/api/login/";
const REFUSED: &str = "The contact or the password is wrong, or the account is not activated.";

/// A site with Ravi, who has a password.
pub async fn with_ravi() -> Site {
    let site = Site::new().await;
    let mut body = ravi();
    body["phone"] = Value::Null;
    assert_eq!(post(&site, REGISTER, body).await.status, 201);
    let otp = site.code().await;
    assert_eq!(post(&site, "/api/verify-otp/", json!({ "email": "ravi@example.com", "otp": otp })).await.status, 200);
    site
}

#[tokio::test]
async fn the_password_signs_in() {
    let site = with_ravi().await;
    let body = json!({ "email": " Ravi@Example.com", "password": PASSWORD });
    let reply = post_with(&site, "/api/login", &[("user-agent", "Shop/1.0\u{e9}")], &body).await;
    reply.assert(200, "Login successful");
    assert_eq!(reply.names().len(), 3);
    let user = &reply.body["user"];
    assert_eq!((&user["is_active"], &user["is_superuser"]), (&json!(true), &json!(false)));

    let domain = &site.domain;
    let claims = domain.ports.tokens.check(reply.text("token"), domain.clock.now()).expect("our token");
    assert_eq!(json!(claims.account.0), user["id"]);
    let sessions = list_sessions(domain, claims.account).await.expect("sessions");
    assert_eq!((sessions.len(), sessions[0].id), (1, claims.session));
    assert!(sessions[0].user_agent.starts_with("Shop/1.0"));
    let cookies = reply.headers("set-cookie");
    let known = |cookie: &&str| cookie.starts_with("__Host-otpd_browser=");
    assert!(
        cookies.len() == 1 && cookies.iter().all(known),
        "none that a page of another origin could use: {cookies:?}"
    );
}

#[tokio::test]
async fn unknown_inactive_without_password_and_wrong_are_one() {
    let site = with_ravi().await;
    let inactive = EmailAddress::parse("gone@example.com").expect("an address");
    site.add_customer(NewAccount { email: Some(inactive), phone: None, active: false, ..crate::site::asha() }).await;
    let wrong =
        post(&site, LOGIN, json!({ "email": "ravi@example.com", "password": "purple monkey dishwashers" })).await;
    wrong.assert(401, REFUSED);
    assert_eq!(wrong.names(), ["message"]);
    assert_eq!(wrong.header("www-authenticate"), "Bearer realm=\"otpd\"");
    for (email, password) in [
        ("nobody@example.com", PASSWORD),
        ("asha@example.com", PASSWORD),
        ("asha@example.com", ""),
        ("gone@example.com", PASSWORD),
        ("no address", PASSWORD),
        ("ravi@example.com", ""),
        ("ravi@example.com", &"x".repeat(60_000)),
    ] {
        let reply = post(&site, LOGIN, json!({ "email": email, "password": password })).await;
        assert_eq!(reply, wrong, "{email}");
    }
    assert_eq!(post(&site, LOGIN, json!({ "phone": "+919876543210", "password": PASSWORD })).await, wrong);
    assert_eq!(post(&site, LOGIN, json!({ "phone": "not a number", "password": PASSWORD })).await, wrong);
}

#[tokio::test]
async fn a_malformed_body_says_what_is_missing() {
    let site = Site::new().await;
    for (body, message) in [
        (json!({ "password": PASSWORD }), "Send phone or email."),
        (json!({ "email": "a@example.com" }), "The field password is missing."),
        (
            json!({ "email": "a@example.com", "phone": "9876543210", "password": "x" }),
            "Send either phone or email, not both.",
        ),
        (json!({ "email": ["a@example.com"], "password": "x" }), "The field email must be text in quotation marks."),
        (json!({ "email": "a@example.com", "password": 1 }), "The field password must be text in quotation marks."),
    ] {
        post(&site, LOGIN, body).await.assert(400, message);
    }
}

#[tokio::test]
async fn a_staff_members_login_says_so_and_a_lost_password_is_of_no_use() {
    let site = with_ravi().await;
    let ravi = Identifier::Email(EmailAddress::parse("ravi@example.com").expect("an address"));
    let account = site.domain.ports.accounts.find(&ravi).await.expect("a store").expect("an account");
    otpd_domain::administer::set_role(&site.domain, account.id, Role::Superuser, &Trail::default()).await.expect("set");
    let login = json!({ "email": "ravi@example.com", "password": PASSWORD });
    let user = post(&site, LOGIN, login.clone()).await.body["user"].clone();
    assert_eq!((&user["is_staff"], &user["is_superuser"]), (&json!(true), &json!(true)));
    otpd_domain::administer::disable_account(&site.domain, account.id, &Trail::default()).await.expect("disabled");
    post(&site, LOGIN, login).await.assert(401, REFUSED);
}
