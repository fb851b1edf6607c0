//! The figures: exact, and of accounts only.

use std::time::Duration;

use otpd_domain::Timestamp;
use otpd_domain::identifier::Identifier;
use otpd_domain::message::TryOutcome;
use otpd_domain::ports::{Effect, Stats, Tally};

use super::clean_up::clean;
use super::world::{LEASE, after};
use super::{Harness, World};
use crate::sample::{COOLDOWN, IDLE, NOW, TTL, accepted, email, phone};

async fn stats(world: &World, day_start: Timestamp, now: Timestamp) -> Stats {
    world.ports.upkeep.stats(day_start, now).await.expect("answered")
}

/// A new account's two contacts.
async fn contacts(world: &World) -> (Identifier, Identifier) {
    let (id, email) = world.customer().await;
    let profile = world.account(id).await.profile;
    (email, phone(profile.phone.expect("samples have one").as_str()))
}

/// All zero, and no rate and no median to tell.
pub async fn an_empty_store_has_no_figures<H: Harness>() {
    let world = World::of::<H>().await;
    let stats = stats(&world, NOW, NOW).await;
    assert_eq!(stats, Stats::default());
    assert_eq!(stats.all.success_rate(), None);
}

/// Verified, alive, or died unverified: by time, or replaced by a newer code.
pub async fn challenges_are_counted_by_what_became_of_them<H: Harness>() {
    let world = World::of::<H>().await;
    let (by_email, by_phone) = contacts(&world).await;
    world.sign_in(&by_email, NOW).await;
    world.sign_in(&by_phone, NOW).await;
    world.issue(&by_phone, NOW).await;
    let (replaced, _) = world.issue(&by_email, NOW).await;
    world.reissue(&replaced, &by_email, NOW.after(COOLDOWN)).await;

    let now = NOW.after(COOLDOWN);
    let seen = stats(&world, NOW, now).await;
    let figures = |tally: Tally| (tally.total, tally.verified, tally.expired, tally.live);
    assert_eq!(figures(seen.email), (3, 1, 1, 1));
    assert_eq!(figures(seen.sms), (2, 1, 0, 1));
    assert_eq!(figures(seen.all), (5, 2, 1, 2));

    let seen = stats(&world, NOW, NOW.after(TTL)).await;
    assert_eq!(figures(seen.email), (3, 1, 1, 1), "the newer code lives on");
    assert_eq!(figures(seen.sms), (2, 1, 1, 0));
    let seen = stats(&world, NOW, now.after(TTL)).await;
    assert_eq!(figures(seen.all), (5, 2, 3, 0));
    assert!((seen.all.success_rate().expect("decided ones") - 0.4).abs() < 1e-9);
}

/// Pending, accepted, or given up: refused, failed, expired.
pub async fn messages_are_counted_by_what_became_of_them<H: Harness>() {
    let world = World::of::<H>().await;
    let (by_email, by_phone) = contacts(&world).await;
    let outcomes = [accepted(), TryOutcome::Refused, TryOutcome::Failed, TryOutcome::Expired];
    for (n, outcome) in (0..).zip(outcomes) {
        world.issue(&by_email, after(n)).await;
        let claimed = world.claim(after(n), 1).await.remove(0);
        world.record(&claimed, outcome, after(n)).await;
    }
    world.issue(&by_phone, after(10)).await;
    world.issue(&by_phone, after(11)).await;
    world.claim(after(10), 1).await.remove(0);
    let seen = stats(&world, NOW, after(20)).await;
    let figures = |tally: Tally| (tally.messages_pending, tally.messages_accepted, tally.messages_failed);
    assert_eq!(figures(seen.email), (0, 1, 3));
    assert_eq!(figures(seen.sms), (2, 0, 0), "waiting or being tried");
    assert_eq!(figures(seen.all), (2, 1, 3));
}

/// Neither their challenges nor their messages, before and after they are deleted.
pub async fn codes_for_nobody_are_not_counted<H: Harness>() {
    let world = World::of::<H>().await;
    world.issue(&email("nobody@example.com"), NOW).await;
    world.issue(&phone("+919876543210"), NOW).await;
    let claimed = world.claim(NOW, 1).await.remove(0);
    world.record(&claimed, accepted(), NOW).await;
    assert_eq!(stats(&world, NOW, after(1)).await, Stats::default());
    let later = NOW.after(Duration::from_hours(24 * 90));
    clean(&world, later).await;
    assert_eq!(clean(&world, later.after(IDLE * 3)).await.messages, 1);
    assert_eq!(stats(&world, NOW, later).await, Stats::default());
}

/// Codes for whoever reads them and for those who registered count as those for accounts; notices carry no code.
pub async fn codes_of_every_purpose_are_counted<H: Harness>() {
    let world = World::of::<H>().await;
    let (verified, _) = world.send(&email("a@example.com"), None, NOW).await;
    world.settle(&verified, Effect::Verify, after(4_000)).await;
    let (replaced, _) = world.send(&email("b@example.com"), None, NOW).await;
    world.send(&email("b@example.com"), Some(replaced.id), NOW).await;
    let (cancelled, _) = world.send(&phone("+919876543210"), None, NOW).await;
    world.ports.challenges.cancel(&cancelled, NOW).await.expect("answered");
    let mut given = world.samples.registration(NOW);
    let (holder, _) = world.customer().await;
    given.email = world.account(holder).await.profile.email.expect("samples have one");
    world.register(&given, NOW).await;

    let seen = stats(&world, NOW, after(5_000)).await;
    let figures = |tally: Tally| (tally.total, tally.verified, tally.expired, tally.live);
    assert_eq!(figures(seen.email), (3, 1, 1, 1));
    assert_eq!(figures(seen.sms), (2, 0, 1, 1));
    assert_eq!(seen.email.median_millis_to_verify, Some(4_000));
    let messages = |tally: Tally| (tally.messages_pending, tally.messages_accepted, tally.messages_failed);
    assert_eq!((messages(seen.email), messages(seen.sms)), ((3, 0, 1), (1, 0, 1)), "the notice is a message, too");
    let later = NOW.after(Duration::from_hours(24 * 90));
    clean(&world, later).await;
    clean(&world, later.after(IDLE * 3)).await;
    assert_eq!(figures(stats(&world, NOW, later).await.all), (5, 1, 4, 0));
}

/// At `day_start` itself, and only what was issued since.
pub async fn today_begins_when_it_is_said_to<H: Harness>() {
    let world = World::of::<H>().await;
    let (by_email, by_phone) = contacts(&world).await;
    world.issue(&by_email, after(0)).await;
    world.issue(&by_email, after(1_000)).await;
    world.issue(&by_phone, after(1_000)).await;
    for (day_start, today) in [(after(0), 3), (after(1), 2), (after(1_000), 2), (after(1_001), 0)] {
        assert_eq!(stats(&world, day_start, after(2_000)).await.all.today, today);
    }
    assert_eq!(stats(&world, after(1), after(2_000)).await.email.today, 1);
}

/// From request to verification, by channel; of an even number the mean of the middle two.
pub async fn the_median_is_the_middle_of_the_waits<H: Harness>() {
    let world = World::of::<H>().await;
    let (by_email, by_phone) = contacts(&world).await;
    for (contact, waits) in [(&by_email, &[9_000, 1_000, 4_001][..]), (&by_phone, &[20_000, 30_000][..])] {
        for wait in waits {
            let (handle, _) = world.issue(contact, NOW).await;
            world.redeem(&handle, after(*wait)).await;
        }
    }
    world.issue(&by_email, NOW).await;
    let seen = stats(&world, NOW, after(60_000)).await;
    assert_eq!(seen.email.median_millis_to_verify, Some(4_001));
    assert_eq!(seen.sms.median_millis_to_verify, Some(25_000));
    assert_eq!(seen.all.median_millis_to_verify, Some(9_000));
}

/// Totals count what was deleted; "today" too, should the retention be shorter than the day.
pub async fn the_figures_outlive_a_clean_up<H: Harness>() {
    let world = World::of::<H>().await;
    let (by_email, by_phone) = contacts(&world).await;
    world.sign_in(&by_email, NOW).await;
    world.issue(&by_phone, NOW).await;
    world.sign_in(&by_phone, NOW).await;
    for message in world.claim(NOW, 2).await {
        world.record(&message, accepted(), NOW).await;
    }
    world.claim(NOW.after(LEASE), 10).await;
    let now = NOW.after(Duration::from_hours(72));
    clean(&world, now).await;
    let first = stats(&world, NOW.before(COOLDOWN), now).await;
    let figures = |tally: Tally| (tally.total, tally.verified, tally.expired, tally.live);
    assert_eq!(figures(first.email), (1, 1, 0, 0));
    assert_eq!(figures(first.sms), (2, 1, 1, 0));
    let messages = |tally: Tally| (tally.messages_pending, tally.messages_accepted, tally.messages_failed);
    assert_eq!(messages(first.all), (0, 2, 1));
    assert_eq!(first.all.today, 3);

    world.issue(&by_email, now).await;
    let much_later = now.after(Duration::from_hours(24 * 60));
    clean(&world, much_later).await;
    let second = stats(&world, now, much_later).await;
    assert_eq!(figures(second.all), (4, 2, 2, 0));
    assert_eq!(messages(second.all), (0, 2, 2));
    assert_eq!(second.all.median_millis_to_verify, None, "no wait is kept");
    assert_eq!(stats(&world, much_later, much_later).await.all.today, 0);
}
