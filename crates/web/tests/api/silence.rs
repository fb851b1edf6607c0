//! Nothing tells who has an account: the same status, headers and body for everybody.

use std::time::Duration;

use serde_json::json;

use crate::accounts::{PASSWORD, REGISTER};
use crate::call::{Reply, post};
use crate::login::with_ravi;
use crate::site::{EMAIL, Site};

/// A whole visit: registered twice, asked for codes, guessed, tried to log in.
async fn visit(site: &Site, email: &str) -> Vec<Reply> {
    let register = || post(site, REGISTER, json!({ "email": email, "password": PASSWORD, "first_name": "Ravi" }));
    let guess = || post(site, "/api/verify-otp/", json!({ "email": email, "otp": "000000" }));
    let resend = || post(site, "/api/resend-otp/", json!({ "email": email }));
    let mut replies = vec![register().await, guess().await, resend().await];
    site.clock.advance(Duration::from_secs(31));
    replies.extend([resend().await, register().await, register().await]);
    for _ in 0..6 {
        replies.push(guess().await);
    }
    let login = json!({ "email": email, "password": "no password of anybody" });
    replies.push(post(site, "/api/login/", login).await);
    let send = |path| post(site, path, json!({ "email": email }));
    replies.extend([send("/api/users/send-otp/").await, send("/api/users/resend-otp/").await]);
    replies.into_iter().map(Reply::seen).collect()
}

#[tokio::test]
async fn known_and_unknown_contacts_are_answered_alike() {
    let site = with_ravi().await;
    // Ravi's own registration is long over.
    site.clock.advance(Duration::from_hours(1));
    let unknown = visit(&site, "nobody@example.com").await;
    for known in [EMAIL, "ravi@example.com"] {
        let known = visit(&site, known).await;
        assert_eq!(known.len(), unknown.len());
        for (known, unknown) in known.iter().zip(&unknown) {
            assert_eq!(known, unknown);
        }
    }
}
