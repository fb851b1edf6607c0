//! Registering, and sending to those who registered.

use otpd_domain::Timestamp;
use otpd_domain::account::NewAccount;
use otpd_domain::challenge::{Purpose, Subject};
use otpd_domain::identifier::Identifier;
use otpd_domain::message::DeliveryState;
use otpd_domain::ports::{Addressee, Effect, Issued, Origin, Registered, Reservation, Turn};

use super::world::{Registration, after, contacts_of, is_done, rate_is_up, together};
use super::{Harness, World};
use crate::sample::{COOLDOWN, KEEP, NOW, RATE, email, turn};

/// A code for each contact, in one commit; and there is no account yet.
pub async fn a_registration_sends_a_code_to_each_contact<H: Harness>() {
    let world = World::of::<H>().await;
    let given = world.samples.registration(NOW);
    let Registration { id, email, phone } = world.register(&given, NOW).await;
    for (contact, handle) in contacts_of(&given).into_iter().zip([&email, &phone]) {
        let found = world.latest(&Purpose::Registration, &contact).await.expect("found");
        assert_eq!((found.challenge.id, found.subject), (handle.id, Subject::Registration(id)));
        assert_eq!(found.delivery, Some(DeliveryState::Pending { tries: 0 }));
        let guess = world.guess_for(&Purpose::Registration, handle, NOW).await;
        assert!(matches!(guess, Reservation::Reserved { subject, .. } if subject == Subject::Registration(id)));
        assert!(world.ports.accounts.find(&contact).await.expect("answered").is_none());
        assert!(world.ports.accounts.password(&contact).await.expect("answered").is_none());
    }
    let claimed = world.claim(NOW, 10).await;
    assert_eq!(claimed.len(), 2);
    assert!(claimed.iter().all(|message| !message.withheld));
}

/// Its owner is told by a message that goes out; the code is nobody's. The other contact gets a code.
pub async fn the_owner_of_a_contact_is_told_instead<H: Harness>() {
    for active in [true, false] {
        let world = World::of::<H>().await;
        let (account, held) = world.customer().await;
        world.set_active(account, active, NOW).await;
        let mut given = world.samples.registration(NOW);
        let Identifier::Email(address) = &held else { unreachable!("a customer's contact is an address") };
        given.email = address.clone();
        let issues = world.issues_for(&given, NOW).await;
        let notice = issues[0].1.notice.clone().expect("samples have one");
        let Registration { id, email, phone } = world.register_with(&given, issues, NOW).await;
        assert_eq!(world.find(email.id).await.expect("written").subject, Subject::Nobody);
        assert_eq!(world.find(phone.id).await.expect("written").subject, Subject::Registration(id));
        let claimed = world.claim(NOW, 10).await;
        let told = claimed.iter().find(|message| message.channel == held.channel()).expect("a message goes out");
        assert!(!told.withheld);
        assert_eq!(told.recipient_name, Some(world.account(account).await.profile.name));
        assert_eq!(told.sealed, notice.sealed, "the notice, not the code");
    }
}

/// Nobody kills another's code by registering the same contact: both live, the newest is found.
pub async fn registering_again_leaves_the_older_code_alive<H: Harness>() {
    let world = World::of::<H>().await;
    let given = world.samples.registration(NOW);
    let first = world.register(&given, NOW).await;
    let second = world.register(&given, after(1)).await;
    assert_ne!(first.id, second.id);
    for Registration { id, email, .. } in [&first, &second] {
        let guess = world.guess_for(&Purpose::Registration, email, after(1)).await;
        assert!(matches!(guess, Reservation::Reserved { subject, .. } if subject == Subject::Registration(*id)));
    }
    let newest = world.latest(&Purpose::Registration, &contacts_of(&given)[0]).await.expect("found");
    assert_eq!(newest.challenge.id, second.email.id);
    assert_eq!(world.claim(after(1), 10).await.len(), 4);
}

/// All or nothing: one contact out of turn, or used up, and nothing is written for the other.
pub async fn a_registration_out_of_turn_writes_nothing<H: Harness>() {
    let world = World::of::<H>().await;
    let given = world.samples.registration(NOW);
    let first = world.register(&given, NOW).await;
    let mut issues = world.issues_for(&given, after(1)).await;
    issues[1].1.turn = Some(turn(None));
    let issues = issues.into_iter().map(|(_, issue)| issue).collect();
    let registered = world.ports.challenges.register(given.clone(), issues, after(1)).await;
    assert_eq!(registered.expect("answered"), Registered::Overtaken);
    let newest = world.latest(&Purpose::Registration, &contacts_of(&given)[0]).await.expect("found");
    assert_eq!((newest.challenge.id, newest.superseded_at), (first.email.id, None));

    for n in 2..=u64::from(RATE.sends) {
        world.register(&given, after(n)).await;
    }
    let other_email = email("other@example.com");
    let mut other = given.clone();
    let Identifier::Email(address) = &other_email else { unreachable!("it is an address") };
    other.email = address.clone();
    let issues = world.issues_for(&other, after(9)).await.into_iter().map(|(_, issue)| issue).collect();
    let registered = world.ports.challenges.register(other, issues, after(9)).await.expect("answered");
    assert_eq!(registered, Registered::Limited(rate_is_up(NOW.after(RATE.within))));
    assert!(world.latest(&Purpose::Registration, &other_email).await.is_none());
}

/// Each sees the same newest codes: one registers.
pub async fn of_many_parallel_registrations_in_one_turn_one_is_done<H: Harness>() {
    let world = World::of::<H>().await;
    let given = world.samples.registration(NOW);
    let mut issued = Vec::new();
    for _ in 0..20 {
        issued.push(world.issues_for(&given, NOW).await.into_iter().map(|(_, issue)| issue).collect::<Vec<_>>());
    }
    let results = together(issued.into_iter().map(|issues| {
        let (world, given) = (world.clone(), given.clone());
        async move { world.ports.challenges.register(given, issues, NOW).await.expect("answered") }
    }))
    .await;
    assert_eq!(results.iter().filter(|registered| matches!(registered, Registered::Done { .. })).count(), 1);
    assert_eq!(results.iter().filter(|registered| **registered == Registered::Overtaken).count(), 19);
    assert_eq!(world.claim(NOW, 100).await.len(), 2);
}

/// One row of numbers: a registration's id is never an account's but its own.
pub async fn accounts_and_registrations_share_their_numbers<H: Harness>() {
    let world = World::of::<H>().await;
    let mut ids = Vec::new();
    for n in 0..3 {
        ids.push(world.customer().await.0.0);
        ids.push(world.register(&world.samples.registration(NOW), after(n)).await.id.0);
    }
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:?}");
}

/// By contact, to the newest registration that gave it and has not proven it; to nobody, when there is none, or its time
/// is over, or an account holds the contact.
pub async fn a_code_sent_again_is_for_the_newest_that_has_not_proven_it<H: Harness>() {
    let world = World::of::<H>().await;
    let given = world.samples.registration(NOW);
    let older = world.register(&given, NOW).await;
    let newer = world.register(&given, after(1)).await;
    let [contact, number] = contacts_of(&given);
    while !world.claim(after(1), 10).await.is_empty() {}
    assert_eq!(send_again(&world, &contact, after(2)).await, (Subject::Registration(newer.id), false));
    let nobody = email("nobody@example.com");
    assert_eq!(send_again(&world, &nobody, after(3)).await, (Subject::Nobody, true), "there is nobody to be told");
    let over = NOW.after(KEEP).after(RATE.within);
    assert_eq!(send_again(&world, &contact, over).await, (Subject::Nobody, true));

    let activate = Effect::Activate { origin: Origin::Bound, session: None };
    assert!(is_done(world.settle(&older.email, activate, after(4)).await));
    assert_eq!(send_again(&world, &contact, over).await, (Subject::Nobody, false), "its owner is told");
    let later = NOW.after(RATE.within);
    assert_eq!(send_again(&world, &number, later).await.0, Subject::Registration(newer.id));
}

/// Of a registration that is an account already, by its other contact, too.
pub async fn a_code_for_the_second_contact_may_be_sent_again<H: Harness>() {
    let world = World::of::<H>().await;
    let given = world.samples.registration(NOW);
    let registered = world.register(&given, NOW).await;
    let activate = Effect::Activate { origin: Origin::Bound, session: None };
    assert!(is_done(world.settle(&registered.email, activate, NOW).await));
    let [contact, number] = contacts_of(&given);
    assert_eq!(send_again(&world, &number, after(1)).await.0, Subject::Registration(registered.id));
    let account = world.ports.accounts.find(&contact).await.expect("answered").expect("there is one");
    let moved = NewAccount { email: None, phone: world.samples.account().phone, ..account.profile };
    world.update(account.id, moved, after(2)).await.expect("updated");
    assert_eq!(send_again(&world, &contact, after(3)).await.0, Subject::Nobody, "it has proven that one");
}

/// Sends to whoever registered the contact; says for whom, and whether the message was withheld.
async fn send_again(world: &World, contact: &Identifier, now: Timestamp) -> (Subject, bool) {
    let seen = world.latest(&Purpose::Registration, contact).await.map(|latest| latest.challenge.id);
    let (_, mut issue) = world.samples.issue_for(&Purpose::Registration, Addressee::Registrant, contact, now);
    issue.turn = Some(Turn { replaces: false, ..turn(seen) });
    issue.notice = Some(world.samples.message(issue.message.id, contact, now));
    let id = issue.message.id;
    let issued = world.ports.challenges.issue(issue, now).await.expect("answered");
    let Issued::Done { subject, .. } = issued else { panic!("{issued:?}") };
    let claimed = world.claim(now, 10).await;
    (subject, claimed.iter().find(|message| message.id == id).expect("a message is due").withheld)
}

/// For that registration; once an account holds the contact its owner is told instead.
pub async fn a_code_sent_again_by_its_handle_stays_with_its_registration<H: Harness>() {
    let world = World::of::<H>().await;
    let given = world.samples.registration(NOW);
    let first = world.register(&given, NOW).await;
    let [contact, _] = contacts_of(&given);
    let again = async |old: &_, now| {
        let addressee = Addressee::Registration(first.id);
        let (handle, mut issue) = world.samples.issue_for(&Purpose::Registration, addressee, &contact, now);
        issue.notice = Some(world.samples.message(issue.message.id, &contact, now));
        world.ports.challenges.reissue(old, issue, now).await.expect("answered");
        (world.find(handle.id).await.expect("written").subject, handle)
    };
    let now = NOW.after(COOLDOWN);
    let (subject, second) = again(&first.email, now).await;
    assert_eq!(subject, Subject::Registration(first.id));
    let mut profile = world.samples.account();
    profile.email = Some(given.email.clone());
    world.ports.accounts.create(profile, now).await.expect("created");
    let (subject, _) = again(&second, now.after(COOLDOWN)).await;
    assert_eq!(subject, Subject::Nobody);
}
