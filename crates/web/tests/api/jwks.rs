//! The published keys.

use http::Request;

use crate::call::send;
use crate::site::Site;

#[tokio::test]
async fn the_keys_are_public_and_may_be_kept_for_a_while() {
    let site = Site::new().await;
    let reply = send(&site, Request::get("/.well-known/jwks.json"), "").await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), "application/jwk-set+json");
    assert_eq!(reply.header("cache-control"), "public, max-age=300");
    let keys = reply.body["keys"].as_array().expect("keys");
    assert_eq!(keys.len(), 1);
    assert_eq!((&keys[0]["alg"], &keys[0]["use"]), (&"EdDSA".into(), &"sig".into()));
    assert!(keys[0].get("d").is_none(), "the private half stays here");
    assert_eq!(reply.body, site.domain.ports.tokens.key_set());
}
