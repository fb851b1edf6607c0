//! Access tokens, as others verify them: by `PyJWT`, which is given nothing but the published keys, and by otpd itself, which
//! is asked by `POST /api/v1/sessions/introspect`.

use std::time::Duration;

use otpd_tests::{Otpd, Settings, peers, poll};
use serde_json::{Value, json};

const EMAIL: &str = "asha@example.com";
const AUDIENCE: &str = "https://shop.example.com";

/// A server with an account, and a key that may ask whose a token is.
async fn otpd(settings: Settings) -> (Otpd, String) {
    let otpd = Otpd::start(settings.with("tokens.audience", AUDIENCE)).await;
    otpd.activated(EMAIL).await;
    let key = otpd.api_key("sessions").await;
    (otpd, key)
}

/// What `PyJWT` says of tokens.
async fn pyjwt(otpd: &Otpd, keys: &Value, audience: &str, tokens: &[&str]) -> Vec<Value> {
    let question = json!({ "keys": keys, "issuer": otpd.url(), "audience": audience, "tokens": tokens });
    let answers = peers::ask("jwt_check.py", &question).await;
    answers.as_array().expect("a list").clone()
}

/// Whether otpd itself takes a token.
async fn is_active(otpd: &Otpd, key: &str, token: &str) -> bool {
    let reply = otpd.post_with_key(key, "/api/v1/sessions/introspect", &json!({ "token": token })).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()["active"].as_bool().unwrap_or_else(|| panic!("{}", reply.text()))
}

fn part(token: &str, number: usize) -> Value {
    use base64::Engine;
    let part = token.split('.').nth(number).expect("a part");
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).expect("base64");
    serde_json::from_slice(&bytes).expect("JSON")
}

#[tokio::test]
async fn a_login_token_is_verified_by_the_published_keys_alone() {
    let (otpd, key) = otpd(Settings::default()).await;
    let token = otpd.token(EMAIL).await;
    let keys = otpd.key_set().await;
    assert!(keys["keys"].as_array().expect("keys").iter().all(|key| key.get("d").is_none()), "nothing private: {keys}");
    let said = pyjwt(&otpd, &keys, AUDIENCE, &[&token]).await;
    let claims = &said[0]["claims"];
    assert_eq!((&claims["iss"], &claims["aud"]), (&json!(otpd.url()), &json!(AUDIENCE)), "{said:?}");
    let lifetime = claims["exp"].as_i64().expect("exp") - claims["iat"].as_i64().expect("iat");
    assert_eq!(lifetime, 15 * 60, "a quarter of an hour unless configured");
    let text = claims.to_string();
    assert!(!text.contains("asha") && !text.contains("Rao"), "nothing personal: {text}");
    assert!(is_active(&otpd, &key, &token).await);
}

#[tokio::test]
async fn forged_tokens_are_refused_by_everybody() {
    let (otpd, key) = otpd(Settings::default()).await;
    let token = otpd.token(EMAIL).await;
    let keys = otpd.key_set().await;
    let forged = peers::ask("jwt_forge.py", &json!({ "token": token, "keys": keys })).await;
    let forged: Vec<(&String, &str)> = forged
        .as_object()
        .expect("an object")
        .iter()
        .map(|(what, token)| (what, token.as_str().expect("a token")))
        .collect();
    assert!(forged.len() >= 15);
    let tokens: Vec<&str> = forged.iter().map(|(_, token)| *token).collect();
    let said = pyjwt(&otpd, &keys, AUDIENCE, &tokens).await;
    for ((what, token), said) in forged.iter().zip(&said) {
        println!("{what}: {said}");
        assert!(said["refused"].is_string(), "PyJWT took it: {what}");
        assert!(!is_active(&otpd, &key, token).await, "otpd took it: {what}");
    }
    assert!(is_active(&otpd, &key, &token).await, "the good one is still good");
}

#[tokio::test]
async fn a_token_for_another_audience_is_refused() {
    let (mut otpd, key) = otpd(Settings::default()).await;
    let token = otpd.token(EMAIL).await;
    let keys = otpd.key_set().await;
    let said = pyjwt(&otpd, &keys, "https://other.example.com", &[&token]).await;
    assert_eq!(said[0]["refused"], "InvalidAudienceError", "{said:?}");
    otpd.set("tokens.audience", "https://other.example.com");
    otpd.restart().await;
    assert!(!is_active(&otpd, &key, &token).await);
    assert!(is_active(&otpd, &key, &otpd.token(EMAIL).await).await);
}

#[tokio::test]
async fn a_token_of_another_server_is_refused() {
    let (otpd, key) = otpd(Settings::default()).await;
    let (other, _) = self::otpd(Settings::default()).await;
    let token = other.token(EMAIL).await;
    let said = pyjwt(&otpd, &otpd.key_set().await, AUDIENCE, &[&token]).await;
    assert_eq!(said[0]["refused"], "KeyError", "its kid is not published here: {said:?}");
    assert!(!is_active(&otpd, &key, &token).await);
}

#[tokio::test]
async fn an_expired_token_is_refused() {
    let (otpd, key) = otpd(Settings::default().with("tokens.lifetime", "1m")).await;
    let token = otpd.token(EMAIL).await;
    assert!(is_active(&otpd, &key, &token).await);
    poll::until("the end of the token's minute", Duration::from_secs(90), async || {
        tokio::time::sleep(Duration::from_millis(200)).await;
        (!is_active(&otpd, &key, &token).await).then_some(())
    })
    .await;
    let exp = part(&token, 1)["exp"].as_i64().expect("exp");
    assert!(otpd_tests::time::now_millis() >= exp * 1_000, "not before its time");
    let said = pyjwt(&otpd, &otpd.key_set().await, AUDIENCE, &[&token]).await;
    assert_eq!(said[0]["refused"], "ExpiredSignatureError", "{said:?}");
}

#[tokio::test]
async fn rotated_keys_keep_old_tokens_and_sign_new_ones() {
    let (mut otpd, key) = otpd(Settings::default()).await;
    let old = otpd.token(EMAIL).await;
    assert_eq!(otpd.key_set().await["keys"].as_array().map(Vec::len), Some(1));
    otpd.run_well(&["keys", "rotate"]).await;
    otpd.restart().await;
    let new = otpd.token(EMAIL).await;
    let kid = |token: &str| part(token, 0)["kid"].as_str().expect("kid").to_owned();
    assert_ne!(kid(&old), kid(&new));
    let keys = otpd.key_set().await;
    let published: Vec<&str> =
        keys["keys"].as_array().expect("keys").iter().filter_map(|key| key["kid"].as_str()).collect();
    assert_eq!(published.len(), 2);
    assert!(published.contains(&kid(&old).as_str()) && published.contains(&kid(&new).as_str()), "{published:?}");
    for said in pyjwt(&otpd, &keys, AUDIENCE, &[&old, &new]).await {
        assert!(said["claims"].is_object(), "{said}");
    }
    assert!(is_active(&otpd, &key, &old).await && is_active(&otpd, &key, &new).await);
}

#[tokio::test]
async fn the_token_of_an_ended_session_is_known_to_be_dead_at_once() {
    let (otpd, key) = otpd(Settings::default()).await;
    let token = otpd.token(EMAIL).await;
    otpd.run_well(&["account", "disable", EMAIL]).await;
    assert!(!is_active(&otpd, &key, &token).await);
}
