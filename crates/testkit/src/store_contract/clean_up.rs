//! Deleting what is finished and old.

use std::time::Duration;

use otpd_domain::Timestamp;
use otpd_domain::audit::{AuditEvent, NewAuditEntry};
use otpd_domain::challenge::Purpose;
use otpd_domain::message::DeliveryState;
use otpd_domain::ports::{AuditQuery, CleanedUp, Effect, LimitedBy, Origin, Redeemed, Retention};
use otpd_domain::visitor::Trail;

use super::world::{LEASE, after, is_issued, together};
use super::{Harness, World};
use crate::limits::{charge_to, code_budget, limit};
use crate::sample::{IDLE, LIFETIME, NOW, TTL, accepted, email};

const MILLI: Duration = Duration::from_millis(1);

const RETENTION: Retention = Retention {
    challenges: Duration::from_hours(24),
    sessions: Duration::from_hours(24 * 30),
    messages: Duration::from_hours(48),
    session_idle: IDLE,
    audit: Duration::from_hours(24 * 365),
};

pub(super) async fn clean(world: &World, now: Timestamp) -> CleanedUp {
    world.ports.upkeep.clean_up(RETENTION, now).await.expect("cleaned up")
}

/// Verified or not, the retention counts from their expiry.
pub async fn expired_challenges_go_after_their_retention<H: Harness>() {
    let world = World::of::<H>().await;
    let (_, contact) = world.customer().await;
    let (used, _) = world.issue(&contact, NOW).await;
    world.redeem(&used, NOW).await;
    let (unused, _) = world.issue(&email("nobody@example.com"), NOW).await;
    let (younger, _) = world.issue(&contact, after(1)).await;
    let over = NOW.after(TTL).after(RETENTION.challenges);
    assert_eq!(clean(&world, over.before(MILLI)).await.challenges, 0);
    assert_eq!(clean(&world, over).await.challenges, 2);
    assert!(world.find(used.id).await.is_none());
    assert!(world.find(unused.id).await.is_none());
    assert!(world.find(younger.id).await.is_some());
    assert_eq!(clean(&world, over).await.challenges, 0);
}

/// The retention counts from the end, whichever way it came; live ones stay.
pub async fn ended_expired_and_idle_sessions_go_after_their_retention<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    let ended = world.sign_in(&contact, NOW).await;
    let idle = world.sign_in(&contact, NOW).await;
    let expired = world.sign_in(&contact, NOW).await;
    world.ports.sessions.end(id, ended.id, NOW).await.expect("ended");
    world.ports.sessions.touch(expired.id, NOW.after(LIFETIME)).await.expect("touched");

    for (session, end) in [(ended, NOW), (idle, NOW.after(IDLE)), (expired, NOW.after(LIFETIME))] {
        let over = end.after(RETENTION.sessions);
        let live = world.sign_in(&contact, over.before(MILLI)).await;
        assert_eq!(clean(&world, over.before(MILLI)).await.sessions, 0, "{:?}", session.id);
        assert_eq!(clean(&world, over).await.sessions, 1, "{:?}", session.id);
        assert!(world.signed_in(&live, over).await.is_some());
        world.ports.sessions.touch(live.id, NOW.after(LIFETIME * 4)).await.expect("touched");
    }
}

/// The retention counts from the finish; unfinished ones stay. The challenge outlives its message.
pub async fn finished_messages_go_after_their_retention<H: Harness>() {
    let world = World::of::<H>().await;
    let (sent, _) = world.issue(&email("a@example.com"), NOW).await;
    let claimed = world.claim(NOW, 1).await.remove(0);
    let finish = after(5_000);
    world.record(&claimed, accepted(), finish).await;
    let over = finish.after(RETENTION.messages);
    let keep_challenges = Retention { challenges: RETENTION.messages * 2, ..RETENTION };
    let clean_up = async |now| world.ports.upkeep.clean_up(keep_challenges, now).await.expect("cleaned up");
    world.issue(&email("b@example.com"), over).await;
    assert_eq!(clean_up(over.before(MILLI)).await.messages, 0);
    assert_eq!(world.find(sent.id).await.expect("kept").delivery, Some(DeliveryState::Accepted));
    assert_eq!(clean_up(over).await.messages, 1);
    assert_eq!(world.find(sent.id).await.expect("kept").delivery, None);
    assert_eq!(world.claim(over, 10).await.len(), 1, "the unfinished one is still there");
}

/// A channel without a worker keeps no message for ever.
pub async fn messages_nobody_claimed_are_ended<H: Harness>() {
    let world = World::of::<H>().await;
    let (dead, _) = world.issue(&email("a@example.com"), NOW).await;
    let (alive, _) = world.issue(&email("a@example.com"), after(1)).await;
    clean(&world, NOW.after(TTL)).await;
    assert_eq!(world.find(dead.id).await.expect("kept").delivery, Some(DeliveryState::Expired));
    assert_eq!(world.find(alive.id).await.expect("kept").delivery, Some(DeliveryState::Pending { tries: 0 }));
}

/// One call deletes all there is, however many steps it takes.
pub async fn many_rows_go_in_one_clean_up<H: Harness>() {
    let world = World::of::<H>().await;
    fill(&world, 600).await;
    let now = NOW.after(LIFETIME).after(RETENTION.sessions);
    let cleaned = clean(&world, now).await;
    assert_eq!(cleaned, CleanedUp { challenges: 600, sessions: 600, messages: 600, ..CleanedUp::default() });
    assert_eq!(clean(&world, now).await, CleanedUp::default());
}

/// Two commands at once delete and count each row once.
pub async fn parallel_clean_ups_count_nothing_twice<H: Harness>() {
    let world = World::of::<H>().await;
    fill(&world, 300).await;
    let now = NOW.after(LIFETIME).after(RETENTION.sessions);
    let all = together((0..3).map(|_| {
        let world = world.clone();
        async move { clean(&world, now).await }
    }))
    .await;
    let sum = |of: fn(&CleanedUp) -> u64| all.iter().map(of).sum::<u64>();
    assert_eq!((sum(|c| c.challenges), sum(|c| c.sessions), sum(|c| c.messages)), (300, 300, 300));
    let stats = world.ports.upkeep.stats(NOW, now).await.expect("answered");
    assert_eq!((stats.all.total, stats.all.verified, stats.all.messages_accepted), (300, 300, 300));
}

/// That many sign-ins of one account, their messages sent.
async fn fill(world: &World, many: u64) {
    let (_, contact) = world.customer().await;
    for n in 0..many {
        world.sign_in(&contact, after(n)).await;
    }
    let claimed = world.claim(after(many), 10_000).await;
    let tries = claimed.iter().map(|message| (message.id, message.leased_until, accepted())).collect();
    world.ports.outbox.record_tries(tries, after(many).after(LEASE / 2)).await.expect("recorded");
}

/// The account remembers its last sign-in when all its sessions are deleted.
pub async fn the_last_sign_in_outlives_its_session<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    world.sign_in(&contact, NOW).await;
    world.sign_in(&contact, after(5)).await;
    let now = NOW.after(LIFETIME * 4);
    assert_eq!(clean(&world, now).await.sessions, 2);
    assert_eq!(world.account(id).await.last_sign_in_at, Some(after(5)));
    world.sign_in(&contact, now).await;
    assert_eq!(world.account(id).await.last_sign_in_at, Some(now));
}

/// `ping` succeeds while the store works.
pub async fn the_store_answers_a_ping<H: Harness>() {
    let world = World::of::<H>().await;
    world.ports.upkeep.ping().await.expect("answered");
}

/// A while after their time is over; of those that became accounts nothing is lost, and they are not counted.
pub async fn old_registrations_go<H: Harness>() {
    let world = World::of::<H>().await;
    let given = world.samples.registration(NOW);
    world.register(&given, NOW).await;
    let activated = world.register(&world.samples.registration(NOW), after(1)).await;
    let effect = Effect::Activate { origin: Origin::Bound, session: None };
    let Redeemed::Done { account: Some(account), .. } = world.settle(&activated.email, effect, after(1)).await else {
        panic!("refused")
    };
    let over = given.expires_at.after(RETENTION.challenges);
    assert_eq!(clean(&world, over.before(MILLI)).await.registrations, 0);
    assert_eq!(clean(&world, over).await.registrations, 1);
    assert_eq!(clean(&world, over).await.registrations, 0);
    assert_eq!(world.account(account).await.id, account);
}

/// Ledgers go when no rate looks back so far any more, and not before.
pub async fn limits_go_when_nothing_of_them_counts<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = email("a@example.com");
    let short = charge_to(&[limit(LimitedBy::Client, "short", "1/h")]);
    let long = charge_to(&[limit(LimitedBy::Client, "long", "1/h"), limit(LimitedBy::Client, "long", "5/d")]);
    for charge in [short.clone(), long.clone()] {
        assert!(is_issued(&world.charged(&contact, charge, NOW).await.1));
    }
    let (handle, _) = world.issue(&contact, NOW).await;
    world.guess_within(&code_budget(Vec::new()), &Purpose::SignIn, &handle, NOW).await;
    let hour = NOW.after(Duration::from_hours(1));
    assert_eq!(clean(&world, hour.before(MILLI)).await.ledgers, 0);
    assert!(!is_issued(&world.charged(&contact, short.clone(), hour.before(MILLI)).await.1));
    assert_eq!(clean(&world, hour).await.ledgers, 1);
    assert!(is_issued(&world.charged(&contact, short, hour).await.1));
    let day = NOW.after(Duration::from_hours(24));
    assert_eq!(clean(&world, day.before(MILLI)).await.ledgers, 1, "the short one again");
    assert_eq!(clean(&world, day).await.ledgers, 2, "the long one, and the budget of the contact");
}

/// However many there are, and none that is younger.
pub async fn old_lines_of_the_trail_go<H: Harness>() {
    let world = World::of::<H>().await;
    let note = async |at| {
        let entry = NewAuditEntry::new(AuditEvent::RoleSet, Trail::default());
        world.ports.audit.append(entry, at).await.expect("noted");
    };
    for n in 0..300 {
        note(after(n)).await;
    }
    note(after(1_000)).await;
    let over = after(299).after(RETENTION.audit);
    assert_eq!(clean(&world, NOW.after(RETENTION.audit).before(MILLI)).await.audit, 0);
    assert_eq!(clean(&world, over).await.audit, 300);
    let left = world.ports.audit.list(AuditQuery { limit: 10, ..AuditQuery::default() }).await.expect("answered");
    assert_eq!(left.iter().map(|line| line.at).collect::<Vec<_>>(), [after(1_000)]);
}
