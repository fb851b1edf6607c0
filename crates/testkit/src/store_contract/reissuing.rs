//! Asking for another code.

use otpd_domain::challenge::Subject;
use otpd_domain::message::DeliveryState;
use otpd_domain::ports::{Reissued, Reservation};

use super::world::{after, is_done, together};
use super::{Harness, World};
use crate::sample::{COOLDOWN, NOW, TTL, accepted};

/// The old code is dead, its unsent message ended as expired; the new ones are committed.
pub async fn a_reissue_kills_the_old_code_and_its_message<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    let (old, _) = world.issue(&contact, NOW).await;
    let now = NOW.after(COOLDOWN);
    let (new, reissued) = world.reissue(&old, &contact, now).await;
    assert_eq!(reissued, Reissued::Done { subject: Subject::Account(id) });
    let dead = world.find(old.id).await.expect("kept");
    assert_eq!(dead.superseded_at, Some(now));
    assert_eq!(dead.delivery, Some(DeliveryState::Expired));
    assert_eq!(world.guess(&old, now).await, Reservation::Gone);
    assert!(matches!(world.guess(&new, now).await, Reservation::Reserved { .. }));
    let claimed = world.claim(now, 10).await;
    assert_eq!(claimed.len(), 1, "the new message only");
    assert_eq!(claimed[0].id, world.find(new.id).await.expect("found").challenge.message_id);
}

/// Before `resend_at` nothing is written; at `resend_at` it is done.
pub async fn a_reissue_too_soon_changes_nothing<H: Harness>() {
    let world = World::of::<H>().await;
    let (_, contact) = world.customer().await;
    let (old, _) = world.issue(&contact, NOW).await;
    let resend_at = NOW.after(COOLDOWN);
    let early = resend_at.before(std::time::Duration::from_millis(1));
    let (new, reissued) = world.reissue(&old, &contact, early).await;
    assert_eq!(reissued, Reissued::TooSoon { resend_at });
    assert!(world.find(new.id).await.is_none());
    assert_eq!(world.find(old.id).await.expect("stands").superseded_at, None);
    assert!(matches!(world.guess(&old, early).await, Reservation::Reserved { .. }));
    assert_eq!(world.claim(early, 10).await.len(), 1);
    assert!(matches!(world.reissue(&old, &contact, resend_at).await.1, Reissued::Done { .. }));
}

/// Gone: unknown, another browser's, used, or replaced already. The cooldown is not told then.
pub async fn a_reissue_needs_the_handle_and_a_challenge_that_is_not_over<H: Harness>() {
    let world = World::of::<H>().await;
    let (_, contact) = world.customer().await;
    let later = NOW.after(COOLDOWN);
    let (unknown, _) = world.samples.issue(&contact, NOW);
    assert_eq!(world.reissue(&unknown, &contact, later).await.1, Reissued::Gone);

    let (own, _) = world.issue(&contact, NOW).await;
    let mut stolen = unknown.clone();
    stolen.id = own.id;
    for now in [NOW, later] {
        assert_eq!(world.reissue(&stolen, &contact, now).await.1, Reissued::Gone);
    }
    assert!(is_done(world.redeem(&own, NOW).await.1));
    for now in [NOW, later] {
        assert_eq!(world.reissue(&own, &contact, now).await.1, Reissued::Gone);
    }
    let (replaced, _) = world.issue(&contact, NOW).await;
    assert!(matches!(world.reissue(&replaced, &contact, later).await.1, Reissued::Done { .. }));
    assert_eq!(world.reissue(&replaced, &contact, later).await.1, Reissued::Gone);
}

/// Expiry does not stand in the way of another code.
pub async fn an_expired_challenge_may_be_reissued<H: Harness>() {
    let world = World::of::<H>().await;
    let (_, contact) = world.customer().await;
    let (old, _) = world.issue(&contact, NOW).await;
    let dead = NOW.after(TTL);
    assert_eq!(world.guess(&old, dead).await, Reservation::Expired);
    assert!(matches!(world.reissue(&old, &contact, dead).await.1, Reissued::Done { .. }));
}

/// Only an unsent message is ended.
pub async fn a_reissue_leaves_a_message_that_was_sent<H: Harness>() {
    let world = World::of::<H>().await;
    let (_, contact) = world.customer().await;
    let (old, _) = world.issue(&contact, NOW).await;
    let sent = world.claim(NOW, 1).await.remove(0);
    world.record(&sent, accepted(), after(1)).await;
    assert!(matches!(world.reissue(&old, &contact, NOW.after(COOLDOWN)).await.1, Reissued::Done { .. }));
    assert_eq!(world.find(old.id).await.expect("kept").delivery, Some(DeliveryState::Accepted));
}

/// The step is whole: when the new pair cannot be written, the old code and message stand.
pub async fn a_reissue_that_fails_leaves_the_old_code<H: Harness>() {
    let world = World::of::<H>().await;
    let (_, contact) = world.customer().await;
    let (old, message) = world.issue(&contact, NOW).await;
    let now = NOW.after(COOLDOWN);
    let (_, mut issue) = world.samples.issue(&contact, now);
    issue.message.id = message;
    assert!(world.ports.challenges.reissue(&old, issue, now).await.is_err());
    assert!(matches!(world.guess(&old, now).await, Reservation::Reserved { .. }));
    assert_eq!(world.find(old.id).await.expect("stands").delivery, Some(DeliveryState::Pending { tries: 0 }));
}

/// Of many parallel calls for one old challenge at most one does anything.
pub async fn of_twenty_parallel_reissues_one_is_done<H: Harness>() {
    let world = World::of::<H>().await;
    let (_, contact) = world.customer().await;
    let (old, _) = world.issue(&contact, NOW).await;
    let now = NOW.after(COOLDOWN);
    let results = together((0..20).map(|_| {
        let (world, old, contact) = (world.clone(), old.clone(), contact.clone());
        async move { world.reissue(&old, &contact, now).await.1 }
    }))
    .await;
    let done = results.iter().filter(|reissued| matches!(reissued, Reissued::Done { .. })).count();
    let gone = results.iter().filter(|reissued| **reissued == Reissued::Gone).count();
    assert_eq!((done, gone), (1, 19));
    assert_eq!(world.claim(now, 100).await.len(), 1, "one message is due");
}
