//! Codes that contacts find: one live one for a contact and a purpose, sent in turn and at a rate.

use std::time::Duration;

use otpd_domain::challenge::{ChallengeId, Purpose, Subject};
use otpd_domain::message::DeliveryState;
use otpd_domain::ports::{Addressee, Effect, Issued, Reissued, Reservation, Sends, Turn};

use super::world::{after, done, is_done, rate_is_up, together};
use super::{Harness, World};
use crate::sample::{COOLDOWN, NOW, RATE, TTL, email, phone, turn, verification};

const MILLI: Duration = Duration::from_millis(1);

/// For whoever reads it, whether or not there is an account; and the contact finds it.
pub async fn a_send_is_for_anyone_and_found_by_its_contact<H: Harness>() {
    let world = World::of::<H>().await;
    let (_, held) = world.customer().await;
    for contact in [held, email("a@example.com"), phone("+919876543210")] {
        let (handle, issued) = world.send(&contact, None, NOW).await;
        assert_eq!(issued, done(Subject::Anyone, 1, NOW));
        let latest = world.latest(&verification("Login"), &contact).await.expect("found");
        assert_eq!((latest.challenge.id, latest.subject), (handle.id, Subject::Anyone));
        assert_eq!(format!("{latest:?}"), format!("{:?}", world.find(handle.id).await.expect("found")));
    }
    let claimed = world.claim(NOW, 10).await;
    assert_eq!(claimed.len(), 3);
    assert!(claimed.iter().all(|message| !message.withheld && message.recipient_name.is_none()));
}

/// The one before is dead, its unsent message ended.
pub async fn a_send_replaces_the_one_before<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = email("a@example.com");
    let (old, _) = world.send(&contact, None, NOW).await;
    let (new, issued) = world.send(&contact, Some(old.id), after(5)).await;
    assert_eq!(issued, done(Subject::Anyone, 2, NOW));
    assert_eq!(world.newest(&contact).await, Some(new.id));
    let dead = world.find(old.id).await.expect("kept");
    assert_eq!((dead.superseded_at, dead.delivery), (Some(after(5)), Some(DeliveryState::Expired)));
    assert_eq!(world.guess_for(&verification("Login"), &old, after(5)).await, Reservation::Gone);
    let alive = world.guess_for(&verification("Login"), &new, after(5)).await;
    assert!(matches!(alive, Reservation::Reserved { subject: Subject::Anyone, .. }));
    assert_eq!(world.claim(after(5), 10).await.len(), 1, "one message is due");
}

/// What died by itself, or was used, stays what it is.
pub async fn a_send_leaves_a_dead_one_as_it_is<H: Harness>() {
    let world = World::of::<H>().await;
    let (expired, used) = (email("a@example.com"), email("b@example.com"));
    let (first, _) = world.send(&expired, None, NOW).await;
    assert!(matches!(world.send(&expired, Some(first.id), NOW.after(TTL)).await.1, Issued::Done { .. }));
    assert_eq!(world.find(first.id).await.expect("kept").superseded_at, None);
    let (first, _) = world.send(&used, None, NOW).await;
    assert!(is_done(world.settle(&first, Effect::Verify, NOW).await));
    assert!(matches!(world.send(&used, Some(first.id), after(1)).await.1, Issued::Done { .. }));
    let found = world.find(first.id).await.expect("kept");
    assert_eq!((found.verified_at, found.superseded_at), (Some(NOW), None));
}

/// Whoever saw an older one, or none, or one that was never there, writes nothing.
pub async fn a_send_out_of_turn_writes_nothing<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = email("a@example.com");
    let unknown = ChallengeId::from_bytes([7; 16]);
    assert_eq!(world.send(&contact, Some(unknown), NOW).await.1, Issued::Overtaken);
    let (first, _) = world.send(&contact, None, NOW).await;
    let (second, _) = world.send(&contact, Some(first.id), after(1)).await;
    for stale in [None, Some(first.id), Some(unknown)] {
        let (handle, issued) = world.send(&contact, stale, after(2)).await;
        assert_eq!(issued, Issued::Overtaken);
        assert!(world.find(handle.id).await.is_none());
    }
    assert_eq!(world.newest(&contact).await, Some(second.id));
    assert_eq!(world.find(second.id).await.expect("stands").superseded_at, None);
    assert_eq!(world.claim(after(2), 10).await.len(), 1);
}

/// All saw the same one: one send is done, and one message goes out.
pub async fn of_twenty_parallel_sends_in_one_turn_one_is_done<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = email("a@example.com");
    let mut seen = None;
    for round in 0..3 {
        let now = after(round);
        let results = together((0..20).map(|_| {
            let (world, contact) = (world.clone(), contact.clone());
            async move { world.send(&contact, seen, now).await.1 }
        }))
        .await;
        assert_eq!(results.iter().filter(|issued| matches!(issued, Issued::Done { .. })).count(), 1);
        assert_eq!(results.iter().filter(|issued| **issued == Issued::Overtaken).count(), 19);
        seen = world.newest(&contact).await;
    }
    assert_eq!(world.claim(after(3), 100).await.len(), 1);
}

/// As many as the rate says, and one more in the millisecond in which the first leaves.
pub async fn the_rate_holds_to_the_millisecond<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = email("a@example.com");
    let mut newest = None;
    for sent in 0..u64::from(RATE.sends) {
        let (handle, issued) = world.send(&contact, newest, after(sent * 1_000)).await;
        assert_eq!(issued, done(Subject::Anyone, u32::try_from(sent).expect("few") + 1, NOW));
        newest = Some(handle.id);
    }
    let free = NOW.after(RATE.within);
    for now in [after(3_000), free.before(MILLI)] {
        let (handle, issued) = world.send(&contact, newest, now).await;
        assert_eq!(issued, Issued::Limited(rate_is_up(free)));
        assert!(world.find(handle.id).await.is_none());
    }
    assert_eq!(world.newest(&contact).await, newest, "nothing was written");
    assert_eq!(world.send(&contact, newest, free).await.1, done(Subject::Anyone, RATE.sends, after(1_000)));
}

/// A code that was used, cancelled or replaced was sent all the same.
pub async fn the_rate_counts_whatever_became_of_the_codes<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = email("a@example.com");
    let (used, _) = world.send(&contact, None, NOW).await;
    assert!(is_done(world.settle(&used, Effect::Verify, NOW).await));
    let (cancelled, _) = world.send(&contact, Some(used.id), NOW).await;
    assert!(world.ports.challenges.cancel(&cancelled, NOW).await.expect("answered"));
    let (replaced, _) = world.send(&contact, Some(cancelled.id), NOW).await;
    let (_, issued) = world.send(&contact, Some(replaced.id), after(1)).await;
    assert_eq!(issued, Issued::Limited(rate_is_up(NOW.after(RATE.within))));
}

/// Another contact or another purpose has its own turn and its own rate.
pub async fn contacts_and_purposes_are_counted_apart<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = email("a@example.com");
    let mut newest = None;
    for _ in 0..RATE.sends {
        newest = Some(world.send(&contact, newest, NOW).await.0.id);
    }
    assert_eq!(world.send(&email("b@example.com"), None, NOW).await.1, done(Subject::Anyone, 1, NOW));
    for purpose in [verification("Order"), Purpose::Registration] {
        let (_, mut issue) = world.samples.issue_for(&purpose, Addressee::Anyone, &contact, NOW);
        issue.turn = Some(turn(None));
        let issued = world.ports.challenges.issue(issue, NOW).await.expect("answered");
        assert!(matches!(issued, Issued::Done { sends: Some(Sends { made: 1, .. }), .. }), "{issued:?}");
    }
    assert_eq!(world.newest(&contact).await, newest);
    assert_eq!(world.claim(NOW, 10).await.len(), 4, "none replaced one of another purpose");
}

/// The clock does not decide which came last.
pub async fn the_newest_is_the_last_one_sent_though_the_clock_was_set_back<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = email("a@example.com");
    let (first, _) = world.send(&contact, None, NOW).await;
    let earlier = NOW.before(TTL / 2);
    let (second, issued) = world.send(&contact, Some(first.id), earlier).await;
    assert_eq!(issued, done(Subject::Anyone, 2, earlier), "one of the future counts, too");
    assert_eq!(world.newest(&contact).await, Some(second.id));
    assert_eq!(world.send(&contact, Some(first.id), earlier).await.1, Issued::Overtaken);
    assert!(matches!(world.send(&contact, Some(second.id), earlier).await.1, Issued::Done { .. }));
}

/// Codes of pages are their browsers' own: contacts do not find them, and one does not replace another.
pub async fn codes_of_pages_are_not_found_by_contact<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    for purpose in [Purpose::SignIn, Purpose::PasswordReset, Purpose::NewContact] {
        let mut handles = Vec::new();
        for _ in 0..2 {
            let addressee = Addressee::NewContactOf(id);
            let (handle, issue) = world.samples.issue_for(&purpose, addressee, &contact, NOW);
            let issued = world.ports.challenges.issue(issue, NOW).await.expect("issued");
            assert_eq!(issued, Issued::Done { subject: Subject::Account(id), sends: None });
            handles.push(handle);
        }
        assert!(world.latest(&purpose, &contact).await.is_none(), "{purpose:?}");
        for handle in &handles {
            assert!(matches!(world.guess_for(&purpose, handle, NOW).await, Reservation::Reserved { .. }));
        }
    }
}

/// A code sent again by its handle is the newest for its contact; the rate counts it and holds for it, too.
pub async fn a_reissue_takes_a_turn_of_its_own<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = email("a@example.com");
    let again = async |old: &_, now| {
        let (handle, mut issue) = world.samples.issue_for(&verification("Login"), Addressee::Anyone, &contact, now);
        issue.turn = Some(turn(None));
        (handle, world.ports.challenges.reissue(old, issue, now).await.expect("answered"))
    };
    let (mut newest, _) = world.send(&contact, None, NOW).await;
    let first = newest.clone();
    let mut now = NOW;
    for _ in 1..RATE.sends {
        now = now.after(COOLDOWN);
        let (next, reissued) = again(&newest, now).await;
        assert_eq!(reissued, Reissued::Done { subject: Subject::Anyone }, "whosever turn it is");
        assert_eq!(world.newest(&contact).await, Some(next.id));
        assert_eq!(world.send(&contact, Some(newest.id), now).await.1, Issued::Overtaken);
        newest = next;
    }
    let retry_at = NOW.after(RATE.within);
    now = now.after(COOLDOWN);
    assert_eq!(world.send(&contact, Some(newest.id), now).await.1, Issued::Limited(rate_is_up(retry_at)));
    assert_eq!(again(&newest, now.before(MILLI)).await.1, Reissued::TooSoon { resend_at: now });
    assert_eq!(again(&newest, now).await.1, Reissued::Limited(rate_is_up(retry_at)));
    assert_eq!(again(&first, now).await.1, Reissued::Gone);
    assert_eq!(world.newest(&contact).await, Some(newest.id), "it stands");
    assert!(matches!(again(&newest, retry_at).await.1, Reissued::Done { .. }));
}

/// Where the caller says so, the one before stays alive: the newest is found all the same.
pub async fn a_send_may_leave_the_one_before_alive<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = email("a@example.com");
    let (old, _) = world.send(&contact, None, NOW).await;
    let (new, mut issue) = world.samples.issue_for(&verification("Login"), Addressee::Anyone, &contact, after(1));
    issue.turn = Some(Turn { replaces: false, ..turn(Some(old.id)) });
    let issued = world.ports.challenges.issue(issue, after(1)).await.expect("answered");
    assert_eq!(issued, done(Subject::Anyone, 2, NOW));
    assert_eq!(world.newest(&contact).await, Some(new.id));
    for handle in [&old, &new] {
        let guess = world.guess_for(&verification("Login"), handle, after(1)).await;
        assert!(matches!(guess, Reservation::Reserved { .. }));
    }
    assert_eq!(world.claim(after(1), 10).await.len(), 2);
}
