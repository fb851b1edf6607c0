//! Using a rightly guessed code.

use std::time::Duration;

use otpd_domain::challenge::ChallengeHandle;
use otpd_domain::identifier::Identifier;
use otpd_domain::ports::{Effect, Redeemed, Reissued, Reservation};

use super::world::{after, is_done, opened, together};
use super::{Harness, World};
use crate::sample::{COOLDOWN, IDLE, NOW, TTL, email, redeem};

/// A code that was issued, and at which a guess was made.
async fn guessed(world: &World, contact: &Identifier) -> ChallengeHandle {
    let (handle, _) = world.issue(contact, NOW).await;
    let reservation = world.guess(&handle, NOW).await;
    assert!(matches!(reservation, Reservation::Reserved { .. }), "{reservation:?}");
    handle
}

/// Challenge used, session open, sign-in noted: in one commit.
pub async fn a_redemption_opens_the_session_and_notes_the_sign_in<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    let (handle, _) = world.issue(&contact, NOW).await;
    let now = after(9_000);
    assert!(world.account(id).await.last_sign_in_at.is_none());
    let (session, redeemed) = world.redeem(&handle, now).await;
    assert_eq!(redeemed, opened(id));
    assert_eq!(world.find(handle.id).await.expect("kept").verified_at, Some(now));
    let who = world.signed_in(&session, now).await.expect("signed in");
    assert_eq!((who.account.id, who.account.last_sign_in_at), (id, Some(now)));
    assert_eq!(world.account(id).await.last_sign_in_at, Some(now));
    assert_eq!(world.redeem(&handle, now).await.1, Redeemed::AlreadyVerified);
    assert_eq!(world.guess(&handle, now).await, Reservation::AlreadyVerified);
}

/// A code is used once, however many submit it.
pub async fn of_a_hundred_parallel_redemptions_one_opens_a_session<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    let handle = guessed(&world, &contact).await;
    let results = together((0..100).map(|_| {
        let (world, handle) = (world.clone(), handle.clone());
        async move { world.redeem(&handle, NOW).await.1 }
    }))
    .await;
    assert_eq!(results.iter().filter(|redeemed| is_done(**redeemed)).count(), 1);
    assert_eq!(results.iter().filter(|redeemed| **redeemed == Redeemed::AlreadyVerified).count(), 99);
    assert_eq!(world.sessions(id, NOW).await.len(), 1);
}

/// Between the guess and now its time ran out, to the millisecond; and it stays so.
pub async fn a_code_that_died_since_its_guess_is_refused<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    let dead = NOW.after(TTL);
    let last = dead.before(Duration::from_millis(1));
    let handle = guessed(&world, &contact).await;
    assert_eq!(world.redeem(&handle, dead).await.1, Redeemed::Refused);
    assert_eq!(world.redeem(&handle, last).await.1, Redeemed::Refused, "the clock was set back");
    let handle = guessed(&world, &contact).await;
    assert_eq!(world.guess(&handle, dead).await, Reservation::Expired);
    assert_eq!(world.redeem(&handle, last).await.1, Redeemed::Refused, "another guess found it dead");
    assert!(world.sessions(id, last).await.is_empty());
    let handle = guessed(&world, &contact).await;
    assert!(is_done(world.redeem(&handle, last).await.1));
}

/// Between the guess and now a newer code took its place.
pub async fn a_code_replaced_since_its_guess_is_refused<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    let handle = guessed(&world, &contact).await;
    let now = NOW.after(COOLDOWN);
    world.reissue(&handle, &contact, now).await;
    assert_eq!(world.redeem(&handle, now).await.1, Redeemed::Refused);
    assert!(world.sessions(id, now).await.is_empty());
}

/// Between the guess and now the account was disabled. The code is not used up by that.
pub async fn an_account_disabled_since_the_guess_is_refused<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    let handle = guessed(&world, &contact).await;
    world.set_active(id, false, NOW).await;
    assert_eq!(world.redeem(&handle, NOW).await.1, Redeemed::Refused);
    assert_eq!(world.find(handle.id).await.expect("kept").verified_at, None);
    assert_eq!(world.account(id).await.last_sign_in_at, None);
    world.set_active(id, true, NOW).await;
    assert!(is_done(world.redeem(&handle, NOW).await.1));
    assert_eq!(world.redeem(&handle, NOW).await.1, Redeemed::AlreadyVerified);
}

/// Unknown challenges and those of nobody open nothing.
pub async fn a_code_of_nobody_is_refused<H: Harness>() {
    let world = World::of::<H>().await;
    let handle = guessed(&world, &email("nobody@example.com")).await;
    assert_eq!(world.redeem(&handle, NOW).await.1, Redeemed::Refused);
    let (unknown, _) = world.samples.issue(&email("nobody@example.com"), NOW);
    assert_eq!(world.redeem(&unknown, NOW).await.1, Redeemed::Refused);
}

/// The browser's old session ends in the same step, and no other of the account's.
pub async fn a_redemption_ends_the_session_it_replaces<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    let replaced = world.sign_in(&contact, NOW).await;
    let other = world.sign_in(&contact, NOW).await;
    let (handle, _) = world.issue(&contact, NOW).await;
    let fresh = world.samples.session(NOW);
    let effect = Effect::OpenSession { session: fresh.clone(), replaces: Some(replaced.id) };
    let redeemed = world.ports.challenges.redeem(handle.id, redeem(effect), NOW).await;
    assert!(is_done(redeemed.expect("answered")));
    assert!(world.signed_in(&replaced, NOW).await.is_none());
    assert!(world.signed_in(&other, NOW).await.is_some());
    assert!(world.signed_in(&fresh, NOW).await.is_some());
    assert_eq!(world.sessions(id, NOW).await.len(), 2);
}

/// A cookie of another account's session is no reason to end that.
pub async fn a_redemption_ends_no_session_of_another_account<H: Harness>() {
    let world = World::of::<H>().await;
    let (_, anothers_contact) = world.customer().await;
    let anothers = world.sign_in(&anothers_contact, NOW).await;
    let (_, contact) = world.customer().await;
    let (handle, _) = world.issue(&contact, NOW).await;
    let session = world.samples.session(NOW);
    let effect = Effect::OpenSession { session, replaces: Some(anothers.id) };
    let redeemed = world.ports.challenges.redeem(handle.id, redeem(effect), NOW).await;
    assert!(is_done(redeemed.expect("answered")));
    assert!(world.signed_in(&anothers, NOW).await.is_some());
}

/// All or nothing: when the session cannot be written, the code is unused and the replaced session lives.
pub async fn a_redemption_that_fails_leaves_the_code_unused<H: Harness>() {
    let world = World::of::<H>().await;
    let (_, contact) = world.customer().await;
    let existing = world.sign_in(&contact, NOW).await;
    let handle = guessed(&world, &contact).await;
    let mut clash = world.samples.session(NOW);
    clash.id = existing.id;
    let effect = Effect::OpenSession { session: clash, replaces: Some(existing.id) };
    assert!(world.ports.challenges.redeem(handle.id, redeem(effect), NOW).await.is_err());
    assert!(world.signed_in(&existing, NOW).await.is_some());
    assert_eq!(world.find(handle.id).await.expect("kept").verified_at, None);
    assert!(is_done(world.redeem(&handle, NOW).await.1));
}

/// A code is either used or replaced.
pub async fn a_reissue_and_a_redemption_at_once_do_not_both_happen<H: Harness>() {
    let world = World::of::<H>().await;
    let (_, contact) = world.customer().await;
    let now = NOW.after(COOLDOWN);
    for _ in 0..20 {
        let handle = guessed(&world, &contact).await;
        let reissue = {
            let (world, handle, contact) = (world.clone(), handle.clone(), contact.clone());
            tokio::spawn(async move { world.reissue(&handle, &contact, now).await.1 })
        };
        let (_, redeemed) = world.redeem(&handle, now).await;
        match reissue.await.expect("no panic") {
            Reissued::Done { .. } => assert_eq!(redeemed, Redeemed::Refused),
            other => assert_eq!((other, is_done(redeemed)), (Reissued::Gone, true)),
        }
    }
}

/// A sign-in under a clock that was set back does not make the account look longer unused.
pub async fn the_last_sign_in_never_moves_back<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    world.sign_in(&contact, NOW).await;
    world.sign_in(&contact, NOW.before(IDLE)).await;
    assert_eq!(world.account(id).await.last_sign_in_at, Some(NOW));
}
