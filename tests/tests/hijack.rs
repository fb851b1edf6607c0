//! Registering somebody else's address gives nothing, whoever was first.

use otpd_tests::api::PASSWORD;
use otpd_tests::http::{Reply, Request};
use otpd_tests::{Otpd, Settings};
use serde_json::{Value, json};

const VICTIM: &str = "victim@example.com";
const HOME: &str = "203.0.113.7";
const ELSEWHERE: &str = "198.51.100.9";
const ATTACKERS_PASSWORD: &str = "known to the attacker alone";

/// A server behind a proxy, so that a request may come from anywhere.
async fn otpd() -> Otpd {
    Otpd::start(Settings::default().with("server.trusted_proxies", "127.0.0.1").with("registration.rate", "10/10m"))
        .await
}

async fn ask(otpd: &Otpd, from: &str, path: &str, body: &Value) -> Reply {
    otpd.send(&Request::new("POST", path).header("x-forwarded-for", from).json(body)).await
}

async fn register(otpd: &Otpd, from: &str, password: &str, first_name: &str) {
    let form = json!({ "email": VICTIM, "password": password, "first_name": first_name, "last_name": "Rao" });
    let reply = ask(otpd, from, "/api/register/", &form).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
}

async fn activate(otpd: &Otpd, from: &str, otp: &str) -> Reply {
    ask(otpd, from, "/api/verify-otp/", &json!({ "email": VICTIM, "otp": otp })).await
}

async fn log_in(otpd: &Otpd, from: &str, password: &str) -> u16 {
    ask(otpd, from, "/api/login/", &json!({ "email": VICTIM, "password": password })).await.status
}

#[tokio::test]
async fn who_registers_first_and_cannot_prove_it_has_nothing() {
    let otpd = otpd().await;
    register(&otpd, ELSEWHERE, ATTACKERS_PASSWORD, "Mallory").await;
    let attackers = otpd.message_to(VICTIM, 1).await.code;
    assert_eq!(log_in(&otpd, ELSEWHERE, ATTACKERS_PASSWORD).await, 401);
    register(&otpd, HOME, PASSWORD, "Asha").await;
    let own = otpd.message_to(VICTIM, 2).await.code;
    if attackers != own {
        assert_eq!(activate(&otpd, HOME, &attackers).await.status, 400, "the code of the older registration is dead");
    }
    let reply = activate(&otpd, HOME, &own).await;
    assert_eq!((reply.status, reply.json()["user"]["first_name"].as_str()), (200, Some("Asha")), "{}", reply.text());
    assert_eq!(log_in(&otpd, HOME, PASSWORD).await, 200);
    assert_eq!(log_in(&otpd, ELSEWHERE, ATTACKERS_PASSWORD).await, 401, "the attacker's password is void");
    nothing_is_left(&otpd);
}

#[tokio::test]
async fn who_registers_in_between_has_nothing_either() {
    let otpd = otpd().await;
    register(&otpd, HOME, PASSWORD, "Asha").await;
    otpd.message_to(VICTIM, 1).await;
    register(&otpd, ELSEWHERE, ATTACKERS_PASSWORD, "Mallory").await;
    // The victim types the newest code, which is that of the attacker's registration.
    let newest = otpd.message_to(VICTIM, 2).await.code;
    assert_eq!(activate(&otpd, HOME, &newest).await.status, 200);
    assert_eq!(log_in(&otpd, ELSEWHERE, ATTACKERS_PASSWORD).await, 401, "nobody can tell whose password it is");
    nothing_is_left(&otpd);
}

#[tokio::test]
async fn who_registers_an_address_that_is_taken_changes_nothing() {
    let otpd = otpd().await;
    register(&otpd, HOME, PASSWORD, "Asha").await;
    let own = otpd.message_to(VICTIM, 1).await.code;
    assert_eq!(activate(&otpd, HOME, &own).await.status, 200);
    register(&otpd, ELSEWHERE, ATTACKERS_PASSWORD, "Mallory").await;
    assert_eq!(otpd.message_to(VICTIM, 2).await.code, "", "its owner is told, without a code");
    assert_eq!(activate(&otpd, ELSEWHERE, &own).await.status, 400);
    assert_eq!(log_in(&otpd, ELSEWHERE, ATTACKERS_PASSWORD).await, 401);
    assert_eq!(log_in(&otpd, HOME, PASSWORD).await, 200);
}

/// One account, and no session of anybody who could not prove the address.
fn nothing_is_left(otpd: &Otpd) {
    let database = otpd.database();
    assert_eq!(database.value::<u32>("SELECT count(*) FROM accounts", []), 1);
    let waiting = "SELECT count(*) FROM registrations WHERE account_id IS NULL AND email IS NOT NULL";
    assert_eq!(database.value::<u32>(waiting, []), 0, "the other registration lost the address");
}
