//! What text messages cost, and the ceiling of a day.

use std::time::Duration;

use otpd_domain::Timestamp;
use otpd_domain::challenge::Purpose;
use otpd_domain::identifier::{Identifier, PhoneNumber};
use otpd_domain::message::{Receipt, SmsSize, TryOutcome};
use otpd_domain::ports::{Addressee, Charge, LimitedBy};
use otpd_domain::sms::{Money, SmsSpending};

use super::world::{after, is_issued, limited, together};
use super::{Harness, World};
use crate::limits::sms_charge;
use crate::sample::{NOW, accepted, email};

const DAY: Duration = Duration::from_hours(24);
const MILLI: Duration = Duration::from_millis(1);

fn number(last: u32) -> PhoneNumber {
    PhoneNumber::from_stored(format!("+2556942{last:05}"))
}

fn spending(messages: u64, spent: &str) -> SmsSpending {
    SmsSpending { messages, spent: Money::parse(spent).expect("an amount") }
}

async fn spent(world: &World, now: Timestamp) -> SmsSpending {
    world.ports.limits.sms_spending(now).await.expect("answered")
}

/// A message for anyone at 0.06 a segment, as long as the day has less than that ceiling.
fn dear(number: &PhoneNumber, ceiling: &str) -> Charge {
    sms_charge(number, "0.06", Some(ceiling), None)
}

/// The first midnight of UTC after the sample's moment, 22:13:20.
fn midnight() -> Timestamp {
    NOW.after(Duration::from_secs(3_600 + 46 * 60 + 40))
}

/// However many come at once, no more is spent than there is; at midnight of UTC there is money again.
pub async fn the_ceiling_holds_under_parallel_load_and_until_midnight<H: Harness>() {
    let world = World::of::<H>().await;
    let send = async |world: World, n: u32, now: Timestamp| {
        let number = number(n);
        world.charged(&Identifier::Phone(number.clone()), dear(&number, "1"), now).await.1
    };
    let results = together((0..64).map(|n| send(world.clone(), n, NOW))).await;
    assert_eq!(results.iter().filter(|issued| is_issued(issued)).count(), 16);
    let denied = limited(LimitedBy::Ceiling, midnight());
    assert!(results.iter().all(|issued| is_issued(issued) || *issued == denied));
    assert_eq!(spent(&world, NOW).await, spending(16, "0.96"));
    assert_eq!(send(world.clone(), 70, midnight().before(MILLI)).await, denied);
    assert!(is_issued(&send(world.clone(), 71, midnight()).await));
    assert_eq!(spent(&world, midnight()).await, spending(1, "0.06"));
    let mail = world.charged(&email("a@example.com"), Charge::default(), NOW).await.1;
    assert!(is_issued(&mail), "mail goes on");
}

/// A message to nobody costs nothing; once the ceiling is reached it is denied like any other.
pub async fn messages_to_nobody_cost_nothing_and_are_denied_alike<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, _) = world.customer().await;
    let known = world.account(id).await.profile.phone.expect("samples have one");
    let send = async |number: &PhoneNumber, now| {
        let contact = Identifier::Phone(number.clone());
        world.charged_for(&Purpose::SignIn, Addressee::Holder, &contact, dear(number, "0.12"), now).await.1
    };
    for n in 0..5 {
        assert!(is_issued(&send(&number(n), NOW).await));
    }
    assert_eq!(spent(&world, NOW).await, SmsSpending::default());
    for n in 1..=2 {
        assert!(is_issued(&send(&known, after(n)).await));
    }
    assert_eq!(spent(&world, NOW).await, spending(2, "0.12"));
    for number in [known, number(9)] {
        assert_eq!(send(&number, after(3)).await, limited(LimitedBy::Ceiling, midnight()));
    }
}

/// The owner of a contact who is told instead is told by a message that costs as much.
pub async fn a_notice_costs_as_much_as_a_code<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, _) = world.customer().await;
    let held = world.account(id).await.profile.phone.expect("samples have one");
    let contact = Identifier::Phone(held.clone());
    let (_, mut issue) = world.samples.issue_for(&Purpose::NewContact, Addressee::Nobody, &contact, NOW);
    issue.notice = Some(world.samples.message(issue.message.id, &contact, NOW));
    issue.charge = dear(&held, "1");
    world.ports.challenges.issue(issue, NOW).await.expect("issued");
    assert_eq!(spent(&world, NOW).await, spending(1, "0.06"));
}

/// The first segment is paid for with the send, the others when they are known; twice reported is paid once.
pub async fn further_segments_are_paid_when_they_are_known<H: Harness>() {
    let world = World::of::<H>().await;
    let number = number(1);
    let contact = Identifier::Phone(number.clone());
    assert!(is_issued(&world.charged(&contact, dear(&number, "1"), NOW).await.1));
    let message = world.claim(NOW, 1).await.remove(0);
    let segments = Some(SmsSize { count: 3, unicode: false });
    let outcome = TryOutcome::Accepted(Receipt { transport: "twilio".to_owned(), reference: None, segments });
    for _ in 0..2 {
        world.record(&message, outcome.clone(), after(5)).await;
    }
    assert_eq!(spent(&world, NOW).await, spending(1, "0.18"));
    assert!(is_issued(&world.charged(&contact, dear(&number, "1"), after(6)).await.1));
    let message = world.claim(after(6), 1).await.remove(0);
    world.record(&message, outcome, midnight()).await;
    assert_eq!(spent(&world, NOW).await, spending(2, "0.24"));
    assert_eq!(spent(&world, midnight()).await, spending(0, "0.12"), "of the day on which they went out");
}

/// Where there are no prices, mail and text messages cost nothing, however long.
pub async fn what_has_no_price_costs_nothing<H: Harness>() {
    let world = World::of::<H>().await;
    let number = number(1);
    let free = sms_charge(&number, "0", None, None);
    assert!(is_issued(&world.charged(&Identifier::Phone(number), free, NOW).await.1));
    world.issue(&email("a@example.com"), NOW).await;
    for message in world.claim(NOW, 2).await {
        world.record(&message, accepted(), NOW).await;
    }
    assert_eq!(spent(&world, NOW).await, spending(1, "0"));
    assert_eq!(spent(&world, NOW.after(DAY)).await, SmsSpending::default());
}
