//! Who may do what: each operation needs a key in force with the scope that the document names.

use std::time::Duration;

use axum::body::Body;
use http::{Method, Request};
use otpd_domain::Clock;
use otpd_domain::administer::{create_api_key, revoke_api_key};
use otpd_domain::api_key::Scope;
use otpd_domain::visitor::Trail;

use crate::backend::{ACCOUNTS, Backend, send};
use crate::document::operations;
use crate::site::Site;

/// A request to an operation: its ids are of nothing.
fn asked(path: &str) -> String {
    path.replace("{id}", "1")
}

/// A body of the right shape, so that nothing but the key is wrong.
fn body(operation: &serde_json::Value) -> (&'static str, String) {
    let content = operation["requestBody"]["content"].as_object();
    let Some((media_type, content)) = content.and_then(|content| content.iter().next()) else {
        return ("application/json", String::new());
    };
    let examples = content["examples"].as_object().and_then(|examples| examples.values().next());
    let example = examples.map_or(&content["example"], |example| &example["value"]);
    let media_type = if media_type == "application/json" { "application/json" } else { "application/merge-patch+json" };
    (media_type, example.to_string())
}

#[tokio::test]
async fn without_the_scope_nothing_is_done() {
    let site = Site::new().await;
    let mut checked = 0;
    for (path, method, operation) in operations(&site).await {
        let needed = operation["security"][0]["api_key"][0].as_str().expect("a scope");
        let needed = Scope::from_word(needed).expect("a scope");
        let others: Vec<Scope> = Scope::ALL.into_iter().filter(|scope| *scope != needed).collect();
        let id = if path.contains("{id}") && !path.contains("accounts") {
            // Of the right form: the scope is asked for before anything is looked up.
            path.replace("{id}", if path.contains("sessions") { SESSION } else { HANDLE })
        } else {
            asked(&path)
        };
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
        let (media_type, body) = body(&operation);
        let headers = [("content-type", media_type)];
        let backend = Backend::with(&site, &others).await;
        let refused = backend.send(method.clone(), &id, &headers, Body::from(body.clone())).await;
        let refused = refused.problem(403, "scope-missing");
        assert!(refused.header("www-authenticate").contains(&format!("scope=\"{}\"", needed.as_str())));
        let able = Backend::with(&site, &[needed]).await;
        let reply = able.send(method, &id, &headers, Body::from(body)).await;
        assert_ne!((reply.status, path.as_str()), (403, path.as_str()), "{reply:?}");
        checked += 1;
    }
    assert!(checked >= 16, "{checked}");
    assert_eq!(site.messages().await.len(), 2, "one verification, one sign-in (of nobody), with the right key");
}

const SESSION: &str = "019aa4d2-0e2c-7b5c-9b43-7f6f7f0d5a11";
const HANDLE: &str = "AZqkZp0wd2WDnlGmSf4lCT5XkzT3tO5wL9vtxTsXlcA";

#[tokio::test]
async fn without_a_key_in_force_nothing_is_done() {
    let site = Site::new().await;
    let now = site.clock.now();
    let soon = Some(now.after(Duration::from_mins(1)));
    let key = async |expires_at| {
        create_api_key(&site.domain, "shop", vec![Scope::AccountsRead], expires_at, &Trail::default())
            .await
            .expect("a key")
    };
    let (good, revoked, expired) = (key(None).await, key(None).await, key(soon).await);
    assert!(revoke_api_key(&site.domain, revoked.id, &Trail::default()).await.expect("revoked"));
    site.clock.advance(Duration::from_mins(1));
    let mut wrong = good.to_text();
    wrong.replace_range(60..61, if wrong.as_bytes()[60] == b'A' { "B" } else { "A" });
    let shown = |authorization: Option<String>| {
        let mut request = Request::get(ACCOUNTS);
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        send(&site.router, request.body(Body::empty()).expect("a request"))
    };
    shown(Some(format!("Bearer {}", good.to_text()))).await.done(200);
    shown(Some(format!("bearer {}", good.to_text()))).await.done(200);
    let bearer = |text: &str| Some(format!("Bearer {text}"));
    for refused in [
        None,
        bearer(&wrong),
        bearer(&revoked.to_text()),
        bearer(&expired.to_text()),
        bearer(""),
        bearer("otpd_"),
        Some(good.to_text()),
        Some(format!("Basic {}", good.to_text())),
    ] {
        let refused = shown(refused).await.problem(401, "unauthorized");
        assert!(refused.header("www-authenticate").starts_with("Bearer"), "{refused:?}");
    }
}
