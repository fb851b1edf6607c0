//! The audit trail.

use std::time::Duration;

use otpd_domain::account::AccountId;
use otpd_domain::audit::{AuditEntry, AuditEvent, NewAuditEntry};
use otpd_domain::challenge::{ChallengeHandle, Purpose};
use otpd_domain::ports::{Addressee, AuditQuery, Effect, Origin, PasswordProof, Redemption};
use otpd_domain::visitor::{Door, Trail};

use super::world::{after, is_done};
use super::{Harness, World};
use crate::sample::{NOW, email, password_hash, phone};

fn trail() -> Trail {
    Trail { door: Door::NativeApi, client: Some("192.0.2.7".to_owned()) }
}

async fn list(world: &World, query: AuditQuery) -> Vec<AuditEntry> {
    world.ports.audit.list(query).await.expect("answered")
}

async fn all(world: &World) -> Vec<AuditEntry> {
    list(world, AuditQuery { limit: 1_000, ..AuditQuery::default() }).await
}

/// Polls until there are so many lines.
async fn until_noted(world: &World, lines: usize) -> Vec<AuditEntry> {
    for _ in 0..1_000 {
        let found = all(world).await;
        if found.len() >= lines {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{lines} lines were never written");
}

async fn redeem(world: &World, handle: &ChallengeHandle, effect: Effect) -> bool {
    let redemption = Redemption { effect, spent: None, trail: trail() };
    is_done(world.ports.challenges.redeem(handle.id, redemption, after(5)).await.expect("answered"))
}

/// Every effect leaves a line in its own step, with the contact masked; a verification for a back end leaves none, nor
/// does an effect that is refused.
pub async fn a_use_of_a_code_is_noted<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    let (handle, _) = world.issue(&contact, NOW).await;
    let effect = Effect::OpenSession { session: world.samples.session(after(5)), replaces: None };
    assert!(redeem(&world, &handle, effect.clone()).await);
    let found = all(&world).await;
    assert_eq!(found.len(), 1);
    let entry = NewAuditEntry::new(AuditEvent::SignedIn, trail()).of_account(id).of_contact(&contact);
    assert_eq!((found[0].at, found[0].times, &found[0].entry), (after(5), 1, &entry));
    assert!(!found[0].entry.contact.as_ref().expect("noted").contains(contact.as_str()), "masked");
    assert!(!redeem(&world, &handle, effect.clone()).await, "used");
    let (decoy, _) = world.issue(&email("nobody@example.com"), NOW).await;
    assert!(!redeem(&world, &decoy, effect).await);
    let (login, _) = world.send(&contact, None, NOW).await;
    assert!(redeem(&world, &login, Effect::Verify).await);
    assert_eq!(all(&world).await.len(), 1);
}

/// Activations, passwords and contacts are noted by their own names.
pub async fn each_effect_has_its_own_name<H: Harness>() {
    let world = World::of::<H>().await;
    let registered = world.register(&world.samples.registration(NOW), NOW).await;
    let activate = Effect::Activate { origin: Origin::Bound, session: None };
    assert!(redeem(&world, &registered.email, activate).await);
    let found = all(&world).await;
    let account = Some(AccountId(registered.id.0));
    assert_eq!((found[0].entry.event, found[0].entry.account), (AuditEvent::Activated, account));
    let (id, contact) = world.customer().await;
    let (purpose, addressee) = (Purpose::PasswordReset, Addressee::Holder);
    let (handle, issue) = world.samples.issue_for(&purpose, addressee, &contact, NOW);
    world.ports.challenges.issue(issue, NOW).await.expect("issued");
    let hash = password_hash("a new one");
    let choose = Effect::SetPassword { hash: hash.clone(), session: None, notices: Vec::new() };
    assert!(redeem(&world, &handle, choose).await);
    let session = world.sign_in(&contact, NOW).await;
    let (purpose, moved) = (Purpose::NewContact, phone("+919876500001"));
    let addressee = Addressee::NewContactOf(id);
    let (handle, issue) = world.samples.issue_for(&purpose, addressee, &moved, NOW);
    world.ports.challenges.issue(issue, NOW).await.expect("issued");
    assert!(redeem(&world, &handle, Effect::ChangeContact { keep: session.id, notices: Vec::new() }).await);
    let spent = Vec::new();
    let proof = PasswordProof { account: id, proven_by: hash, rehashed: None, spent, trail: trail() };
    let open = |proof| world.ports.sessions.open(proof, world.samples.session(NOW), None, after(9));
    assert!(open(proof.clone()).await.expect("answered"));
    assert!(!open(PasswordProof { proven_by: password_hash("wrong"), ..proof }).await.expect("answered"));
    let events: Vec<_> = all(&world).await.into_iter().map(|line| line.entry.event).collect();
    let expected = [
        AuditEvent::LoggedIn,
        AuditEvent::ContactChanged,
        AuditEvent::SignedIn,
        AuditEvent::PasswordSet,
        AuditEvent::Activated,
    ];
    assert_eq!(events, expected, "the latest first");
}

/// Failures alike within a second are one line that says how often; others are lines of their own.
pub async fn failures_alike_are_counted<H: Harness>() {
    let world = World::of::<H>().await;
    let wrong = NewAuditEntry::new(AuditEvent::WrongCode, trail()).of_contact(&email("a@example.com"));
    let limited = NewAuditEntry::new(AuditEvent::SendRefused, trail()).saying("cooldown");
    for n in 0..5 {
        world.ports.audit.note(wrong.clone(), after(n));
    }
    world.ports.audit.note(limited.clone(), after(9));
    world.ports.audit.note(wrong.clone(), after(60_000));
    let found = until_noted(&world, 3).await;
    let mut told: Vec<_> = found.iter().map(|line| (line.at, line.times, line.entry.clone())).collect();
    told.sort_by_key(|(at, ..)| *at);
    assert_eq!(told, [(NOW, 5, wrong.clone()), (after(9), 1, limited), (after(60_000), 1, wrong)]);
}

/// A flood of different ones fills neither memory nor disk, and how many were left out is said.
pub async fn a_flood_is_cut_short_and_counted<H: Harness>() {
    let world = World::of::<H>().await;
    for n in 0..5_000 {
        let contact =
            NewAuditEntry { contact: Some(format!("{n}")), ..NewAuditEntry::new(AuditEvent::WrongCode, trail()) };
        world.ports.audit.note(contact, after(n));
    }
    let mut noted = 0;
    for _ in 0..1_000 {
        let found = list(&world, AuditQuery { limit: 10_000, ..AuditQuery::default() }).await;
        noted = found.iter().map(|line| line.times).sum();
        if noted == 5_000 {
            assert!(found.len() < 2_500, "{}", found.len());
            assert!(found.iter().any(|line| line.entry.event == AuditEvent::LeftOut));
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{noted} of 5000 were accounted for");
}

/// What staff does is there when the call returns; the trail is read in pages, and by what is asked for.
pub async fn the_trail_is_read_by_what_is_asked_for<H: Harness>() {
    let world = World::of::<H>().await;
    for n in 0..6_i64 {
        let event = if n % 2 == 0 { AuditEvent::RoleSet } else { AuditEvent::AccountChanged };
        let entry = NewAuditEntry::new(event, trail()).of_account(AccountId(n % 3)).saying(format!("{n}"));
        world.ports.audit.append(entry, after(n.unsigned_abs())).await.expect("noted");
    }
    let details = async |query: AuditQuery| -> Vec<String> {
        list(&world, query).await.into_iter().filter_map(|line| line.entry.detail).collect()
    };
    let query = || AuditQuery { limit: 10, ..AuditQuery::default() };
    assert_eq!(details(query()).await, ["5", "4", "3", "2", "1", "0"]);
    assert_eq!(details(AuditQuery { account: Some(AccountId(1)), ..query() }).await, ["4", "1"]);
    assert_eq!(details(AuditQuery { event: Some(AuditEvent::RoleSet), ..query() }).await, ["4", "2", "0"]);
    assert_eq!(details(AuditQuery { since: Some(after(4)), ..query() }).await, ["5", "4"]);
    let first = list(&world, AuditQuery { limit: 4, ..query() }).await;
    assert_eq!(details(AuditQuery { before: Some(first[3].number), ..query() }).await, ["1", "0"]);
}
