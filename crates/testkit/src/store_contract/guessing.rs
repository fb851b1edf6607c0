//! Counting guesses before they are compared.

use std::time::Duration;

use otpd_domain::challenge::{ChallengeHandle, Purpose, Subject};
use otpd_domain::identifier::Identifier;
use otpd_domain::keys::Mac256;
use otpd_domain::ports::Reservation;

use super::world::together;
use super::{Harness, World};
use crate::sample::{COOLDOWN, MAX_ATTEMPTS, NOW, TTL, email, verification};

/// What is told of a guess that may be compared.
fn reserved(reservation: &Reservation) -> (Mac256, Subject, u32, Identifier) {
    let Reservation::Reserved { verifier, subject, attempts_left, contact, .. } = reservation else {
        panic!("{reservation:?}")
    };
    (*verifier, *subject, *attempts_left, contact.clone())
}

/// Each guess is counted; when all are spent there are no more.
pub async fn guesses_are_counted_until_they_are_spent<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    let (handle, _) = world.issue(&contact, NOW).await;
    let verifier = world.find(handle.id).await.expect("found").challenge.verifier;
    for spent in 1..=MAX_ATTEMPTS {
        let attempts_left = MAX_ATTEMPTS - spent;
        let reserved = reserved(&world.guess(&handle, NOW).await);
        assert_eq!(reserved, (verifier, Subject::Account(id), attempts_left, contact.clone()));
        assert_eq!(world.find(handle.id).await.expect("found").attempts_left(), attempts_left);
    }
    for _ in 0..3 {
        assert_eq!(world.guess(&handle, NOW).await, Reservation::Exhausted);
    }
    assert_eq!(world.find(handle.id).await.expect("found").attempts, MAX_ATTEMPTS);
}

/// The fifth and the sixth guess may arrive in the same microsecond.
pub async fn of_two_hundred_parallel_guesses_five_are_reserved<H: Harness>() {
    let world = World::of::<H>().await;
    let (_, contact) = world.customer().await;
    let (handle, _) = world.issue(&contact, NOW).await;
    let results = together((0..200).map(|_| {
        let (world, handle) = (world.clone(), handle.clone());
        async move { world.guess(&handle, NOW).await }
    }))
    .await;
    let mut left: Vec<u32> = Vec::new();
    for result in results {
        match result {
            Reservation::Reserved { attempts_left, .. } => left.push(attempts_left),
            other => assert_eq!(other, Reservation::Exhausted),
        }
    }
    left.sort_unstable();
    assert_eq!(left, [0, 1, 2, 3, 4], "each count was given out once");
}

/// Alive until one millisecond before `expires_at`, dead from then on.
pub async fn a_code_is_good_until_its_last_millisecond<H: Harness>() {
    let world = World::of::<H>().await;
    let (_, contact) = world.customer().await;
    let (handle, _) = world.issue(&contact, NOW).await;
    let dead = NOW.after(TTL);
    let last = dead.before(Duration::from_millis(1));
    assert!(matches!(world.guess(&handle, last).await, Reservation::Reserved { .. }));
    assert_eq!(world.guess(&handle, dead).await, Reservation::Expired);
    assert_eq!(world.find(handle.id).await.expect("found").attempts, 1, "a refused guess is not counted");
}

/// Whoever merely knows the id burns nobody's attempts.
pub async fn a_guess_needs_the_handle<H: Harness>() {
    let world = World::of::<H>().await;
    let (_, contact) = world.customer().await;
    let (handle, _) = world.issue(&contact, NOW).await;
    let (mut stranger, _) = world.samples.issue(&contact, NOW);
    assert_eq!(world.guess(&stranger, NOW).await, Reservation::Gone, "unknown");
    stranger.id = handle.id;
    assert_eq!(world.guess(&stranger, NOW).await, Reservation::Gone, "another's secret");
    assert_eq!(world.find(handle.id).await.expect("found").attempts, 0);
}

/// Gone before already verified before expired before exhausted.
pub async fn refusals_go_by_their_weight<H: Harness>() {
    let world = World::of::<H>().await;
    let (_, contact) = world.customer().await;
    let (dead, later) = (NOW.after(TTL), NOW.after(COOLDOWN));
    let spend = async |handle: &ChallengeHandle| {
        for _ in 0..MAX_ATTEMPTS {
            world.guess(handle, NOW).await;
        }
    };
    let (exhausted, _) = world.issue(&contact, NOW).await;
    spend(&exhausted).await;
    assert_eq!(world.guess(&exhausted, NOW).await, Reservation::Exhausted);
    assert_eq!(world.guess(&exhausted, dead).await, Reservation::Expired);

    let (verified, _) = world.issue(&contact, NOW).await;
    spend(&verified).await;
    world.redeem(&verified, NOW).await;
    for now in [NOW, dead] {
        assert_eq!(world.guess(&verified, now).await, Reservation::AlreadyVerified);
    }
    let (replaced, _) = world.issue(&contact, NOW).await;
    spend(&replaced).await;
    world.reissue(&replaced, &contact, later).await;
    for now in [later, dead] {
        assert_eq!(world.guess(&replaced, now).await, Reservation::Gone);
    }
}

/// A clock that is set back revives no code that was refused as expired.
pub async fn a_code_found_expired_stays_so_when_the_clock_is_set_back<H: Harness>() {
    let world = World::of::<H>().await;
    let (_, contact) = world.customer().await;
    let (handle, _) = world.issue(&contact, NOW).await;
    assert_eq!(world.guess(&handle, NOW.after(TTL)).await, Reservation::Expired);
    for now in [NOW.after(TTL).before(Duration::from_millis(1)), NOW, NOW.before(TTL)] {
        assert_eq!(world.guess(&handle, now).await, Reservation::Expired);
    }
}

/// Nobody's code is guessed like any other; only the account is missing.
pub async fn a_guess_for_nobody_is_counted_as_any_other<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = email("nobody@example.com");
    let (handle, _) = world.issue(&contact, NOW).await;
    let verifier = world.find(handle.id).await.expect("found").challenge.verifier;
    for attempts_left in (0..MAX_ATTEMPTS).rev() {
        let reserved = reserved(&world.guess(&handle, NOW).await);
        assert_eq!(reserved, (verifier, Subject::Nobody, attempts_left, contact.clone()));
    }
    assert_eq!(world.guess(&handle, NOW).await, Reservation::Exhausted);
}

/// A code for one thing is nothing for another.
pub async fn a_guess_needs_the_purpose<H: Harness>() {
    let world = World::of::<H>().await;
    let (_, contact) = world.customer().await;
    let (sign_in, _) = world.issue(&contact, NOW).await;
    let (login, _) = world.send(&contact, None, NOW).await;
    for purpose in [Purpose::PasswordReset, Purpose::NewContact, Purpose::Registration, verification("Login")] {
        assert_eq!(world.guess_for(&purpose, &sign_in, NOW).await, Reservation::Gone);
    }
    for purpose in [Purpose::SignIn, verification("Order")] {
        assert_eq!(world.guess_for(&purpose, &login, NOW).await, Reservation::Gone);
    }
    for handle in [&sign_in, &login] {
        assert_eq!(world.find(handle.id).await.expect("found").attempts, 0);
    }
}
