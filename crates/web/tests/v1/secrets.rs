//! No reply has a code in it, and none but the first a token.

use std::time::Duration;

use serde_json::json;

use crate::backend::{Backend, Reply, SIGN_INS, VERIFICATIONS};
use crate::site::{EMAIL, Site, wrong};

/// That none of the replies has the text, in headers or body.
#[track_caller]
fn nowhere(secret: &str, replies: &[Reply]) {
    for reply in replies {
        assert!(!format!("{:?} {}", reply.headers, reply.body).contains(secret), "{secret} is in {reply:?}");
    }
}

#[tokio::test]
async fn codes_and_tokens_stay_where_they_belong() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    // Order codes have six digits: no moment in a reply looks like one.
    let verification = json!({ "to": { "email": EMAIL }, "type": "Order" });
    for (path, body) in [(VERIFICATIONS, verification), (SIGN_INS, json!({ "contact": { "email": EMAIL } }))] {
        let asked = backend.post(path, body).await.done(201);
        let first = site.code().await;
        let location = asked.header("location").to_owned();
        let missed = backend.post(&format!("{location}/check"), json!({ "code": wrong(&first) })).await;
        let read = backend.get(&location).await;
        site.clock.advance(Duration::from_secs(30));
        let resent = backend.ask(&format!("{location}/resend")).await.done(201);
        let second = site.code().await;
        let right =
            backend.post(&format!("{}/check", resent.header("location")), json!({ "code": second })).await.done(200);
        let replies = [asked, missed, read, resent, right.clone()];
        nowhere(&first, &replies);
        nowhere(&second, &replies);
        if path == SIGN_INS {
            let token = right.body["session"]["token"].as_str().expect("a token");
            let listed = backend.get("/api/v1/accounts/1/sessions").await.done(200);
            let known = backend.post("/api/v1/sessions/introspect", json!({ "token": token })).await.done(200);
            assert_eq!(known.body["active"], true);
            nowhere(token, &[listed, known]);
        }
    }
}
