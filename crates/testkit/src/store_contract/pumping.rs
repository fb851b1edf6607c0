//! Blocks of numbers that close when too few of their codes are typed.

use std::time::Duration;

use otpd_domain::Timestamp;
use otpd_domain::audit::AuditEvent;
use otpd_domain::challenge::{ChallengeHandle, Purpose};
use otpd_domain::identifier::{Identifier, PhoneNumber};
use otpd_domain::ports::{Addressee, AuditQuery, Denied, Effect, Issued, LimitedBy};
use otpd_domain::sms::{BlockState, Conversion, GuardPolicy, NumberBlock};

use super::world::{is_done, is_issued, limited};
use super::{Harness, World};
use crate::limits::{guard, sms_charge};
use crate::sample::{NOW, verification};

const MINUTE: Duration = Duration::from_mins(1);
const MILLI: Duration = Duration::from_millis(1);
/// When it is decided of the codes sent at the sample's moment whether they were typed.
const DECIDED: Duration = Duration::from_mins(20);

/// A number of the narrow block +25569423….
fn number(last: u32) -> PhoneNumber {
    PhoneNumber::from_stored(format!("+25569423{last:04}"))
}

fn block(digits: &str) -> NumberBlock {
    NumberBlock::from_stored(digits.to_owned())
}

async fn send(world: &World, number: &PhoneNumber, guard: &GuardPolicy, now: Timestamp) -> (ChallengeHandle, Issued) {
    let charge = sms_charge(number, "0.05", None, Some(guard.clone()));
    world.charged(&Identifier::Phone(number.clone()), charge, now).await
}

/// Sends to so many numbers of the block; the first of them type their codes.
async fn traffic(world: &World, sent: u32, typed: u32, now: Timestamp) {
    for n in 0..sent {
        let (handle, issued) = send(world, &number(n), &guard(), now).await;
        assert!(is_issued(&issued), "{n}: {issued:?}");
        if n < typed {
            assert!(is_done(world.settle(&handle, Effect::Verify, now.after(MINUTE)).await));
        }
    }
}

async fn blocks(world: &World, now: Timestamp) -> Vec<BlockState> {
    world.ports.limits.blocks(&guard(), 10, now).await.expect("answered")
}

/// Judged when the fate of enough codes is known; closed until its time is over, when its counts begin anew.
pub async fn a_block_closes_and_opens_by_time<H: Harness>() {
    let world = World::of::<H>().await;
    traffic(&world, 20, 3, NOW).await;
    assert!(is_issued(&send(&world, &number(100), &guard(), NOW.after(MINUTE)).await.1), "they may still be typed");
    let closed_at = NOW.after(DECIDED);
    let until = closed_at.after(guard().closed_for);
    let denied = limited(LimitedBy::BlockClosed, until);
    let (handle, issued) = send(&world, &number(101), &guard(), closed_at).await;
    assert_eq!(issued, denied);
    assert!(world.find(handle.id).await.is_none(), "the closing is written, the send is not");
    assert_eq!(send(&world, &number(102), &guard(), until.before(MILLI)).await.1, denied);
    let states = blocks(&world, closed_at).await;
    let narrow =
        BlockState { block: block("25569423"), decided: Conversion { sent: 21, typed: 3 }, closed_until: Some(until) };
    let wide = BlockState { block: block("255694"), closed_until: None, ..narrow.clone() };
    assert_eq!(states, [narrow, wide], "the closed one first");
    let elsewhere = PhoneNumber::from_stored("+255694999999".to_owned());
    assert!(is_issued(&send(&world, &elsewhere, &guard(), closed_at).await.1), "its neighbours are not closed");
    assert!(is_issued(&send(&world, &number(103), &guard(), until).await.1));
    assert!(is_issued(&send(&world, &number(104), &guard(), until.after(DECIDED)).await.1), "the counts begin anew");
}

/// Opened by hand it is open at once, and its counts begin anew.
pub async fn a_block_is_opened_by_hand<H: Harness>() {
    let world = World::of::<H>().await;
    traffic(&world, 20, 0, NOW).await;
    let now = NOW.after(DECIDED);
    assert!(!is_issued(&send(&world, &number(100), &guard(), now).await.1));
    let open = async |digits: &str| world.ports.limits.open_block(&block(digits), now).await.expect("answered");
    assert!(!open("255694").await, "that one is not closed");
    assert!(!open("4915").await, "nothing went there");
    assert!(open("25569423").await);
    assert!(!open("25569423").await, "it is open");
    for n in 0..5 {
        assert!(is_issued(&send(&world, &number(n), &guard(), now).await.1));
    }
}

/// A fifth of the codes typed is enough; without a guard nothing closes.
pub async fn a_block_whose_codes_are_typed_stays_open<H: Harness>() {
    let world = World::of::<H>().await;
    traffic(&world, 20, 4, NOW).await;
    assert!(is_issued(&send(&world, &number(100), &guard(), NOW.after(DECIDED)).await.1));
    let world = World::of::<H>().await;
    traffic(&world, 20, 0, NOW).await;
    let charge = sms_charge(&number(100), "0.05", None, None);
    let contact = Identifier::Phone(number(100));
    assert!(is_issued(&world.charged(&contact, charge, NOW.after(DECIDED)).await.1));
}

/// Traffic that is spread over an operator's narrow blocks closes its wide one.
pub async fn a_wide_block_closes_as_a_whole<H: Harness>() {
    let world = World::of::<H>().await;
    let spread = |n: u32| PhoneNumber::from_stored(format!("+255694{:02}{:04}", n % 40, n));
    for n in 0..200 {
        assert!(is_issued(&send(&world, &spread(n), &guard(), NOW).await.1));
    }
    let now = NOW.after(DECIDED);
    let until = now.after(guard().closed_for);
    assert_eq!(send(&world, &spread(77), &guard(), now).await.1, limited(LimitedBy::BlockClosed, until));
    let charge = sms_charge(&spread(500), "0.05", None, Some(guard()));
    let looked = world.ports.limits.look(&charge, now).await.expect("answered");
    assert_eq!(looked, Err(Denied { by: LimitedBy::BlockClosed, retry_at: until }));
    assert_eq!(blocks(&world, now).await[0].block, block("255694"));
}

/// What is asked for by strangers goes nowhere: it costs nothing and closes nothing. A closed block is closed to all.
pub async fn messages_to_nobody_close_no_block<H: Harness>() {
    let world = World::of::<H>().await;
    let ask = async |n, now| {
        let charge = sms_charge(&number(n), "0.05", None, Some(guard()));
        let contact = Identifier::Phone(number(n));
        world.charged_for(&Purpose::SignIn, Addressee::Holder, &contact, charge, now).await.1
    };
    for n in 0..40 {
        assert!(is_issued(&ask(n, NOW).await));
    }
    let now = NOW.after(DECIDED);
    assert!(is_issued(&ask(100, now).await));
    assert!(blocks(&world, now).await.is_empty());
    traffic(&world, 20, 0, now).await;
    let later = now.after(DECIDED);
    let until = later.after(guard().closed_for);
    assert_eq!(ask(101, later).await, limited(LimitedBy::BlockClosed, until));
}

/// The trail says which block was closed and why, once.
pub async fn a_closing_is_in_the_audit_trail<H: Harness>() {
    let world = World::of::<H>().await;
    traffic(&world, 20, 1, NOW).await;
    let now = NOW.after(DECIDED);
    for n in 0..3 {
        send(&world, &number(n), &guard(), now).await;
    }
    let query = AuditQuery { event: Some(AuditEvent::BlockClosed), limit: 10, ..AuditQuery::default() };
    let found = world.ports.audit.list(query).await.expect("answered");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].at, found[0].entry.detail.as_deref()), (now, Some("+25569423…: 1 of 20 typed")));
}

/// A code that is typed counts for the moment of its send, wherever its challenge is kept.
pub async fn typed_codes_count_when_they_were_sent<H: Harness>() {
    let world = World::of::<H>().await;
    let (handle, _) = send(&world, &number(1), &guard(), NOW).await;
    let typed_at = NOW.after(MINUTE * 4);
    let guess = world.guess_for(&verification("Login"), &handle, typed_at).await;
    assert!(matches!(guess, otpd_domain::ports::Reservation::Reserved { .. }));
    assert!(is_done(world.settle(&handle, Effect::Verify, typed_at).await));
    let states = blocks(&world, NOW.after(DECIDED)).await;
    assert!(states.iter().all(|state| state.decided == Conversion { sent: 1, typed: 1 }), "{states:?}");
    assert_eq!(states.len(), 2);
}
