//! Whom the doors are open to.

use otpd_domain::administer::{create_api_key, revoke_api_key};
use otpd_domain::api_key::Scope;
use otpd_domain::visitor::Trail;
use otpd_web::{Access, WebConfig};
use serde_json::json;

use crate::call::{post, post_with};
use crate::site::{Site, Unusual};

const SEND: &str = "/api/users/send-otp/";

async fn with(config: fn(&mut WebConfig)) -> Site {
    Site::unusual(Unusual { config: Some(config), ..Unusual::default() }).await
}

#[tokio::test]
async fn a_door_may_ask_for_a_key_of_its_scope() {
    let site = with(|config| config.doors.verification = Access::Key).await;
    let body = json!({ "email": "a@example.com" });
    let key = async |scope| {
        let made = create_api_key(&site.domain, "shop", vec![scope], None, &Trail::default()).await.expect("a key");
        (made.id, format!("Bearer {}", made.to_text()))
    };
    let asked = "Send a valid API key: Authorization: Bearer otpd_…";
    let reply = post(&site, SEND, body.clone()).await;
    reply.assert(401, asked);
    assert_eq!((reply.header("www-authenticate"), reply.text("status")), ("Bearer realm=\"otpd\"", "error"));

    let (id, good) = key(Scope::Verifications).await;
    let swapped = format!("{}AAAA", &good[..good.len() - 4]);
    for wrong in ["Bearer", "Bearer ", "Bearer otpd_", "Basic YTpi", &swapped, &good.replace("otpd_", ""), "\u{e9}"] {
        let reply = post_with(&site, SEND, &[("authorization", wrong)], &body).await;
        reply.assert(401, asked);
        assert_eq!(reply.header("www-authenticate"), "Bearer realm=\"otpd\", error=\"invalid_token\"");
    }
    let twice = [("authorization", good.as_str()), ("authorization", good.as_str())];
    let mut request = http::Request::post(SEND).header("content-type", "application/json");
    for (name, value) in twice {
        request = request.header(name, value);
    }
    assert_eq!(crate::call::send(&site, request, body.to_string()).await.status, 401);

    let (_, other) = key(Scope::SignIns).await;
    let reply = post_with(&site, SEND, &[("authorization", &other)], &body).await;
    reply.assert(403, "This API key lacks the scope verifications.");
    assert!(reply.header("www-authenticate").ends_with("scope=\"verifications\""));

    let reply = post_with(&site, "/api/users/verify-otp/", &[], &json!({})).await;
    assert_eq!((reply.status, &reply.body["verified"]), (401, &json!(false)), "the key is asked for first");

    let small = good.replace("Bearer", "bearer");
    assert_eq!(post_with(&site, SEND, &[("authorization", &small)], &body).await.status, 200);
    revoke_api_key(&site.domain, id, &Trail::default()).await.expect("revoked");
    assert_eq!(post_with(&site, SEND, &[("authorization", &good)], &body).await.status, 401);
}

#[tokio::test]
async fn a_closed_door_is_not_there() {
    let site = with(|config| config.doors.verification = Access::Closed).await;
    for path in [SEND, "/api/users/send-otp", "/api/users/verify-otp/", "/api/users/resend-otp/"] {
        assert_eq!(post(&site, path, json!({ "email": "a@example.com" })).await.status, 404, "{path}");
    }
    assert_eq!(post(&site, "/api/login/", json!({})).await.status, 400, "the other door is open");
    let site = with(|config| config.doors.registration = Access::Closed).await;
    for path in ["/api/register/", "/api/verify-otp/", "/api/resend-otp/", "/api/login/", "/api/login"] {
        post(&site, path, json!({})).await.assert(404, "There is nothing at this address.");
    }
    assert_eq!(post(&site, SEND, json!({ "email": "a@example.com" })).await.status, 200);
}
