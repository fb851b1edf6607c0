//! Messages on their way.

use std::collections::BTreeSet;
use std::time::Duration;

use otpd_domain::account::NewAccount;
use otpd_domain::identifier::Channel;
use otpd_domain::message::{ClaimedMessage, DeliveryState, TryOutcome};

use super::world::{BOTH, LEASE, after, together};
use super::{Harness, World};
use crate::sample::{NOW, TTL, accepted, email, phone};

const MILLI: Duration = Duration::from_millis(1);

fn ids(messages: &[ClaimedMessage]) -> Vec<otpd_domain::message::MessageId> {
    messages.iter().map(|message| message.id).collect()
}

/// Over both channels, up to the limit; and a message is due at once.
pub async fn the_longest_due_message_is_given_out_first<H: Harness>() {
    let world = World::of::<H>().await;
    let mut issued = Vec::new();
    for n in 0..6 {
        let contact = if n % 2 == 0 { email("a@example.com") } else { phone("+919876543210") };
        issued.push(world.issue(&contact, after(n * 10)).await.1);
    }
    assert!(world.claim(NOW.before(MILLI), 10).await.is_empty(), "nothing is due before it was put in");
    assert_eq!(ids(&world.claim(NOW, 10).await), issued[..1]);
    assert_eq!(ids(&world.claim(after(50), 2).await), issued[1..3]);
    assert_eq!(ids(&world.claim(after(50), 10).await), issued[3..]);
    assert!(world.claim(after(50), 0).await.is_empty());
}

/// Sealed content, deadline, lease, counts, and the account's name and language.
pub async fn a_message_carries_what_its_greeting_needs<H: Harness>() {
    let world = World::of::<H>().await;
    let profile = NewAccount { language: Some("ar".to_owned()), ..world.samples.account() };
    world.ports.accounts.create(profile.clone(), NOW).await.expect("created");
    let contact = phone(profile.phone.expect("has one").as_str());
    let (_, issue) = world.samples.issue(&contact, NOW);
    world.ports.challenges.issue(issue.clone(), NOW).await.expect("issued");
    let claimed = world.claim(after(5), 10).await.remove(0);
    assert_eq!((claimed.id, claimed.channel), (issue.message.id, Channel::Sms));
    assert_eq!((claimed.sealed, claimed.expires_at), (issue.message.sealed, issue.message.expires_at));
    assert_eq!(claimed.leased_until, after(5).after(LEASE));
    assert_eq!((claimed.tries, claimed.ambiguous_tries, claimed.withheld), (0, 0, false));
    assert_eq!(claimed.recipient_name, Some(profile.name));
    assert_eq!(claimed.recipient_language.as_deref(), Some("ar"));
}

/// While a worker has it nobody else gets it; when the worker died it is given out again, untried.
pub async fn a_leased_message_is_not_given_out_again_before_its_lease_ends<H: Harness>() {
    let world = World::of::<H>().await;
    world.issue(&email("a@example.com"), NOW).await;
    let first = world.claim(NOW, 10).await.remove(0);
    let lease_end = NOW.after(LEASE);
    assert!(world.claim(lease_end.before(MILLI), 10).await.is_empty());
    let second = world.claim(lease_end, 10).await.remove(0);
    assert_eq!((second.id, second.tries), (first.id, 0));
    assert!(second.leased_until > first.leased_until);
}

/// Each message goes to one worker, and all of them go.
pub async fn parallel_workers_never_get_the_same_message<H: Harness>() {
    let world = World::of::<H>().await;
    let mut issued = BTreeSet::new();
    for n in 0..200 {
        issued.insert(world.issue(&email("a@example.com"), after(n)).await.1);
    }
    let claimed = together((0..20).map(|_| {
        let world = world.clone();
        async move { world.claim(after(1_000), 10).await }
    }))
    .await;
    let all: Vec<_> = claimed.iter().flat_map(|messages| ids(messages)).collect();
    assert_eq!(all.len(), 200);
    assert_eq!(BTreeSet::from_iter(all), issued);
}

/// A paused transport's messages stay where they are.
pub async fn only_the_channels_asked_for_are_given_out<H: Harness>() {
    let world = World::of::<H>().await;
    world.issue(&email("a@example.com"), NOW).await;
    let (_, sms) = world.issue(&phone("+919876543210"), after(1)).await;
    let outbox = &world.ports.outbox;
    assert!(outbox.claim_due(&[], after(1), LEASE, 10).await.expect("answered").is_empty());
    assert_eq!(outbox.next_due_at(&[]).await.expect("answered"), None);
    assert_eq!(outbox.next_due_at(&[Channel::Sms]).await.expect("answered"), Some(after(1)));
    let claimed = outbox.claim_due(&[Channel::Sms], after(1), LEASE, 10).await.expect("answered");
    assert_eq!(ids(&claimed), [sms]);
    assert_eq!(world.claim(after(1), 10).await.len(), 1, "the e-mail is still there");
}

/// From `expires_at` on it is pointless: never given out, ended as expired.
pub async fn a_dead_message_is_ended_instead_of_given_out<H: Harness>() {
    let world = World::of::<H>().await;
    let (alive, _) = world.issue(&email("a@example.com"), after(1)).await;
    let (dead, _) = world.issue(&email("b@example.com"), NOW).await;
    let claimed = world.claim(NOW.after(TTL), 10).await;
    assert_eq!(ids(&claimed), [world.find(alive.id).await.expect("found").challenge.message_id]);
    assert_eq!(world.find(dead.id).await.expect("found").delivery, Some(DeliveryState::Expired));
    assert!(world.claim(NOW, 10).await.is_empty(), "the clock was set back");
}

/// However many died, a single call gives out those behind them.
pub async fn dead_messages_do_not_hide_living_ones<H: Harness>() {
    let world = World::of::<H>().await;
    for _ in 0..300 {
        world.issue(&email("a@example.com"), NOW).await;
    }
    let (_, alive) = world.issue(&email("a@example.com"), after(1)).await;
    assert_eq!(ids(&world.claim(NOW.after(TTL), 10).await), [alive]);
    assert_eq!(world.next_due_at().await, Some(NOW.after(TTL).after(LEASE)));
}

/// Accepted, refused, failed and expired end it.
pub async fn final_outcomes_end_a_message<H: Harness>() {
    for (outcome, state) in final_outcomes() {
        let world = World::of::<H>().await;
        let (handle, _) = world.issue(&email("a@example.com"), NOW).await;
        let claimed = world.claim(NOW, 1).await.remove(0);
        world.record(&claimed, outcome, after(5)).await;
        assert_eq!(world.find(handle.id).await.expect("found").delivery, Some(state));
        assert!(world.claim(NOW.after(LEASE), 10).await.is_empty());
        assert_eq!(world.next_due_at().await, None);
    }
}

fn final_outcomes() -> [(TryOutcome, DeliveryState); 4] {
    [
        (accepted(), DeliveryState::Accepted),
        (TryOutcome::Refused, DeliveryState::Refused),
        (TryOutcome::Failed, DeliveryState::Failed),
        (TryOutcome::Expired, DeliveryState::Expired),
    ]
}

/// Whatever is recorded or released afterwards.
pub async fn an_ended_message_stays_as_it_is<H: Harness>() {
    let world = World::of::<H>().await;
    let (handle, _) = world.issue(&email("a@example.com"), NOW).await;
    let claimed = world.claim(NOW, 1).await.remove(0);
    world.record(&claimed, accepted(), after(1)).await;
    let retry = TryOutcome::Retry { at: after(2), ambiguous: true, deferred: false };
    for (outcome, _) in final_outcomes() {
        world.record(&claimed, outcome, after(2)).await;
    }
    world.record(&claimed, retry, after(2)).await;
    world.ports.outbox.release(vec![(claimed.id, claimed.leased_until)]).await.expect("answered");
    assert_eq!(world.find(handle.id).await.expect("found").delivery, Some(DeliveryState::Accepted));
    assert!(world.claim(NOW.after(LEASE), 10).await.is_empty());
}

/// Not before, and the next worker knows how many tries there were and how many ended in doubt.
pub async fn a_retry_is_due_at_its_moment_and_counted<H: Harness>() {
    let world = World::of::<H>().await;
    let (handle, _) = world.issue(&email("a@example.com"), NOW).await;
    let mut now = NOW;
    for (tries, ambiguous, doubts) in [(1, false, 0), (2, true, 1), (3, true, 2)] {
        let claimed = world.claim(now, 1).await.remove(0);
        assert_eq!(claimed.tries, tries - 1);
        let at = now.after(Duration::from_secs(7));
        world.record(&claimed, TryOutcome::Retry { at, ambiguous, deferred: false }, now).await;
        assert_eq!(world.next_due_at().await, Some(at));
        assert_eq!(world.find(handle.id).await.expect("found").delivery, Some(DeliveryState::Pending { tries }));
        assert!(world.claim(at.before(MILLI), 1).await.is_empty());
        let again = world.claim(at, 1).await.remove(0);
        assert_eq!((again.tries, again.ambiguous_tries), (tries, doubts));
        world.ports.outbox.release(vec![(again.id, again.leased_until)]).await.expect("released");
        now = at;
    }
}

/// A put-off by the recipient's side is told apart from a trouble of the channel, and remembered until the end.
pub async fn what_the_recipient_put_off_is_told_apart<H: Harness>() {
    let world = World::of::<H>().await;
    let (handle, _) = world.issue(&email("a@example.com"), NOW).await;
    let claimed = world.claim(NOW, 1).await.remove(0);
    let at = NOW.after(Duration::from_secs(7));
    world.record(&claimed, TryOutcome::Retry { at, ambiguous: false, deferred: true }, NOW).await;
    assert_eq!(world.find(handle.id).await.expect("found").delivery, Some(DeliveryState::Deferred));
    let again = world.claim(at, 1).await.remove(0);
    world.record(&again, TryOutcome::Retry { at, ambiguous: false, deferred: false }, at).await;
    let delivery = world.find(handle.id).await.expect("found").delivery;
    assert_eq!(delivery, Some(DeliveryState::Deferred), "whatever comes later");
    assert!(world.claim(claimed.expires_at, 1).await.is_empty());
    assert_eq!(world.find(handle.id).await.expect("found").delivery, Some(DeliveryState::Deferred), "died waiting");
}

/// The slow worker's news is old: another has the message.
pub async fn a_retry_of_an_outdated_lease_changes_nothing<H: Harness>() {
    let world = World::of::<H>().await;
    let (handle, _) = world.issue(&email("a@example.com"), NOW).await;
    let slow = world.claim(NOW, 1).await.remove(0);
    let now = NOW.after(LEASE);
    let current = world.claim(now, 1).await.remove(0);
    world.record(&slow, TryOutcome::Retry { at: now, ambiguous: true, deferred: false }, now).await;
    assert!(world.claim(now, 1).await.is_empty(), "the newer lease holds");
    assert_eq!(world.find(handle.id).await.expect("found").delivery, Some(DeliveryState::Pending { tries: 0 }));
    world.record(&current, TryOutcome::Retry { at: now, ambiguous: false, deferred: false }, now).await;
    let again = world.claim(now, 1).await.remove(0);
    assert_eq!((again.tries, again.ambiguous_tries), (1, 0));
}

/// It was handed over all the same: nobody shall send it once more.
pub async fn a_late_success_of_an_outdated_lease_ends_the_message<H: Harness>() {
    let world = World::of::<H>().await;
    let (handle, _) = world.issue(&email("a@example.com"), NOW).await;
    let slow = world.claim(NOW, 1).await.remove(0);
    let now = NOW.after(LEASE);
    world.claim(now, 1).await.remove(0);
    world.record(&slow, accepted(), now).await;
    assert_eq!(world.find(handle.id).await.expect("found").delivery, Some(DeliveryState::Accepted));
    assert!(world.claim(now.after(LEASE), 1).await.is_empty());
}

/// Another worker gets them at once, as if they had never been leased; all in one call.
pub async fn released_messages_are_due_at_once_and_untried<H: Harness>() {
    let world = World::of::<H>().await;
    for n in 0..5 {
        world.issue(&email("a@example.com"), after(n)).await;
    }
    let claimed = world.claim(after(10), 10).await;
    let (back, kept) = claimed.split_at(3);
    let leases = back.iter().map(|message| (message.id, message.leased_until)).collect();
    world.ports.outbox.release(leases).await.expect("released");
    let again = world.claim(after(10), 10).await;
    assert_eq!(ids(&again), ids(back));
    assert!(again.iter().all(|message| message.tries == 0));
    assert_eq!(kept.len(), 2);
}

/// Giving back what another has by now changes nothing.
pub async fn a_release_of_an_outdated_lease_changes_nothing<H: Harness>() {
    let world = World::of::<H>().await;
    world.issue(&email("a@example.com"), NOW).await;
    let old = world.claim(NOW, 1).await.remove(0);
    let now = NOW.after(LEASE);
    world.claim(now, 1).await.remove(0);
    world.ports.outbox.release(vec![(old.id, old.leased_until)]).await.expect("answered");
    assert!(world.claim(now, 1).await.is_empty());
}

/// The earliest of waiting ones, retries and leases.
pub async fn the_next_due_moment_counts_leases<H: Harness>() {
    let world = World::of::<H>().await;
    assert_eq!(world.next_due_at().await, None);
    world.issue(&email("a@example.com"), NOW).await;
    world.issue(&phone("+919876543210"), after(7)).await;
    assert_eq!(world.next_due_at().await, Some(NOW));
    let first = world.claim(NOW, 1).await.remove(0);
    assert_eq!(world.next_due_at().await, Some(after(7)));
    world.claim(after(7), 1).await.remove(0);
    assert_eq!(world.next_due_at().await, Some(first.leased_until));
    world.record(&first, accepted(), after(8)).await;
    assert_eq!(world.ports.outbox.next_due_at(&BOTH).await.expect("answered"), Some(after(7).after(LEASE)));
}
