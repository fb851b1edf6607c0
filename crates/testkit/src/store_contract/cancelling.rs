//! Ending a code unused.

use otpd_domain::message::DeliveryState;
use otpd_domain::ports::{Effect, Issued, Redeemed, Reissued, Reservation};

use super::world::is_done;
use super::{Harness, World};
use crate::sample::{COOLDOWN, NOW, TTL, email, verification};

/// Code and unsent message are ended in one step, once.
pub async fn a_cancelled_code_is_dead_and_its_message_ended<H: Harness>() {
    let world = World::of::<H>().await;
    let (_, contact) = world.customer().await;
    let (handle, _) = world.issue(&contact, NOW).await;
    let cancel = async || world.ports.challenges.cancel(&handle, NOW).await.expect("answered");
    assert!(cancel().await);
    assert!(!cancel().await, "nothing is left to end");
    assert_eq!(world.guess(&handle, NOW).await, Reservation::Gone);
    assert_eq!(world.redeem(&handle, NOW).await.1, Redeemed::Refused);
    assert_eq!(world.reissue(&handle, &contact, NOW.after(COOLDOWN)).await.1, Reissued::Gone);
    let found = world.find(handle.id).await.expect("kept");
    assert_eq!((found.superseded_at, found.delivery), (Some(NOW), Some(DeliveryState::Expired)));
    assert!(world.claim(NOW, 10).await.is_empty());
}

/// Neither a stranger nor somebody who comes too late ends anything.
pub async fn only_a_live_code_is_cancelled_and_by_its_handle<H: Harness>() {
    let world = World::of::<H>().await;
    let (_, contact) = world.customer().await;
    let cancel = async |handle: &_, now| world.ports.challenges.cancel(handle, now).await.expect("answered");
    let (handle, _) = world.issue(&contact, NOW).await;
    let (mut stranger, _) = world.samples.issue(&contact, NOW);
    assert!(!cancel(&stranger, NOW).await, "unknown");
    stranger.id = handle.id;
    assert!(!cancel(&stranger, NOW).await, "another's secret");
    assert!(!cancel(&handle, NOW.after(TTL)).await, "expired");
    assert!(is_done(world.redeem(&handle, NOW).await.1));
    assert!(!cancel(&handle, NOW).await, "used");
    let found = world.find(handle.id).await.expect("kept");
    assert_eq!((found.verified_at, found.superseded_at), (Some(NOW), None));
}

/// The contact's newest code stays the newest: a send after it takes the turn, and its code is another.
pub async fn a_send_may_follow_a_cancelled_code<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = email("a@example.com");
    let (cancelled, _) = world.send(&contact, None, NOW).await;
    assert!(world.ports.challenges.cancel(&cancelled, NOW).await.expect("answered"));
    assert_eq!(world.newest(&contact).await, Some(cancelled.id));
    let (next, issued) = world.send(&contact, Some(cancelled.id), NOW).await;
    assert!(matches!(issued, Issued::Done { .. }));
    assert!(is_done(world.settle(&next, Effect::Verify, NOW).await));
    assert_eq!(world.guess_for(&verification("Login"), &cancelled, NOW).await, Reservation::Gone);
}
