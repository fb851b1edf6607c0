//! Keys of API callers.

use otpd_domain::Timestamp;
use otpd_domain::api_key::{ApiKeyId, NewApiKey, Scope};

use super::world::{after, together};
use super::{Harness, World};
use crate::sample::NOW;

async fn made(world: &World, now: Timestamp) -> NewApiKey {
    let key = world.samples.api_key(now);
    world.ports.api_keys.create(key.clone()).await.expect("created");
    key
}

/// Every field, each scope.
pub async fn a_key_is_found_as_it_was_made<H: Harness>() {
    let world = World::of::<H>().await;
    let all = NewApiKey {
        name: "Laden \u{201e}Süd\u{201c}".to_owned(),
        scopes: Scope::ALL.to_vec(),
        expires_at: Some(after(9)),
        ..world.samples.api_key(after(5))
    };
    for key in [world.samples.api_key(NOW), all] {
        world.ports.api_keys.create(key.clone()).await.expect("created");
        let found = world.ports.api_keys.find(key.id).await.expect("answered").expect("found");
        assert_eq!(format!("{:?}", found.key), format!("{key:?}"));
        assert_eq!((found.last_used_at, found.revoked_at), (None, None));
    }
    assert!(world.ports.api_keys.find(ApiKeyId::from_bytes([7; 16])).await.expect("answered").is_none());
}

/// Revoked ones, too; the oldest first.
pub async fn all_keys_are_listed_in_the_order_they_were_made<H: Harness>() {
    let world = World::of::<H>().await;
    let mut ids = Vec::new();
    for n in 0..5 {
        ids.push(made(&world, after(n)).await.id);
    }
    assert!(world.ports.api_keys.revoke(ids[1], after(9)).await.expect("answered"));
    let listed = world.ports.api_keys.list().await.expect("listed");
    assert_eq!(listed.iter().map(|key| key.key.id).collect::<Vec<_>>(), ids);
    assert_eq!(listed[1].revoked_at, Some(after(9)));
}

/// The latest use stands, whatever order the news comes in.
pub async fn a_key_s_last_use_never_moves_back<H: Harness>() {
    let world = World::of::<H>().await;
    let id = made(&world, NOW).await.id;
    for (now, last) in [(after(5), 5), (after(3), 5), (after(7), 7), (NOW, 7)] {
        world.ports.api_keys.touch(id, now).await.expect("touched");
        let found = world.ports.api_keys.find(id).await.expect("answered").expect("found");
        assert_eq!(found.last_used_at, Some(after(last)));
    }
    world.ports.api_keys.touch(ApiKeyId::from_bytes([7; 16]), NOW).await.expect("answered");
}

/// Once, and for good.
pub async fn a_key_is_revoked_once<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, kept) = (made(&world, NOW).await.id, made(&world, NOW).await.id);
    let results = together((0..20).map(|n| {
        let world = world.clone();
        async move { world.ports.api_keys.revoke(id, after(n)).await.expect("answered") }
    }))
    .await;
    assert_eq!(results.iter().filter(|revoked| **revoked).count(), 1);
    world.ports.api_keys.touch(id, after(99)).await.expect("answered");
    let found = world.ports.api_keys.find(id).await.expect("answered").expect("kept for the record");
    assert!(!found.is_in_force(after(100)) && found.last_used_at.is_none());
    assert!(world.ports.api_keys.find(kept).await.expect("answered").expect("found").is_in_force(after(100)));
    assert!(!world.ports.api_keys.revoke(ApiKeyId::from_bytes([7; 16]), NOW).await.expect("answered"));
}
