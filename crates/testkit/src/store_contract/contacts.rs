//! Giving an account another address or number.

use otpd_domain::account::AccountId;
use otpd_domain::challenge::{ChallengeHandle, Purpose, Subject};
use otpd_domain::identifier::{EmailAddress, Identifier};
use otpd_domain::ports::{Addressee, Effect, Issued, Origin, Redeemed};
use otpd_domain::session::SessionId;

use super::world::{after, contacts_of, is_done, opened};
use super::{Harness, World};
use crate::sample::{NOW, email, password_hash, phone};

/// A code sent to a new contact of that account.
async fn code_for(world: &World, account: AccountId, contact: &Identifier) -> (ChallengeHandle, Subject) {
    let addressee = Addressee::NewContactOf(account);
    let (handle, mut issue) = world.samples.issue_for(&Purpose::NewContact, addressee, contact, NOW);
    issue.notice = Some(world.samples.message(issue.message.id, contact, NOW));
    match world.ports.challenges.issue(issue, NOW).await.expect("issued") {
        Issued::Done { subject, .. } => (handle, subject),
        other => panic!("{other:?}"),
    }
}

/// Asked for by a session of no account.
fn change() -> Effect {
    Effect::ChangeContact { keep: SessionId::from_bytes([7; 16]), notices: Vec::new() }
}

/// In place of the one of that kind; the other stays, and the old one is free and told.
pub async fn a_proven_contact_takes_the_place_of_the_old_one<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, old) = world.customer().await;
    let before = world.account(id).await.profile;
    let new = email("new@example.com");
    let (code, subject) = code_for(&world, id, &new).await;
    assert_eq!(subject, Subject::Account(id));
    let sent = world.claim(NOW, 10).await.remove(0);
    assert_eq!((sent.withheld, sent.recipient_name), (false, Some(before.name.clone())));
    let notice = world.samples.notice(&old, after(5));
    let effect = Effect::ChangeContact { keep: SessionId::from_bytes([7; 16]), notices: vec![notice.clone()] };
    assert_eq!(world.settle(&code, effect, after(5)).await, opened(id));
    let profile = world.account(id).await.profile;
    assert_eq!(profile.email.as_ref().map(EmailAddress::as_str), Some("new@example.com"));
    assert_eq!(profile.phone, before.phone);
    let told = world.claim(after(5), 10).await.remove(0);
    assert_eq!((told.id, told.withheld, told.recipient_name), (notice.id, false, Some(before.name)));
    let find = async |contact| world.ports.accounts.find(contact).await.expect("answered");
    assert!(find(&old).await.is_none());
    assert_eq!(find(&new).await.map(|account| account.id), Some(id));

    let number = phone("+255694230173");
    let (code, _) = code_for(&world, id, &number).await;
    assert_eq!(world.settle(&code, change(), after(6)).await, opened(id));
    assert_eq!(find(&number).await.map(|account| account.id), Some(id));
}

/// Where another has it, that one's owner is told, and no code is right.
pub async fn a_contact_of_another_account_is_not_given<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, own) = world.customer().await;
    let (_, anothers) = world.customer().await;
    let (decoy, subject) = code_for(&world, id, &anothers).await;
    assert_eq!(subject, Subject::Nobody);
    assert!(!world.claim(NOW, 10).await[0].withheld, "its owner is told");
    assert_eq!(world.settle(&decoy, change(), NOW).await, Redeemed::Refused);
    assert_eq!(code_for(&world, id, &own).await.1, Subject::Account(id), "one's own is no other's");
    world.set_active(id, false, NOW).await;
    assert_eq!(code_for(&world, id, &email("new@example.com")).await.1, Subject::Nobody);
}

/// Between the guess and now another account got the contact, or this one was disabled.
pub async fn a_contact_that_went_elsewhere_is_refused<H: Harness>() {
    let world = World::of::<H>().await;
    let ((id, old), (other, _)) = (world.customer().await, world.customer().await);
    let new = email("new@example.com");
    let (code, _) = code_for(&world, id, &new).await;
    let (others, _) = code_for(&world, other, &new).await;
    world.set_active(id, false, NOW).await;
    assert_eq!(world.settle(&code, change(), NOW).await, Redeemed::Refused);
    world.set_active(id, true, NOW).await;
    assert!(is_done(world.settle(&others, change(), NOW).await));
    assert_eq!(world.settle(&code, change(), NOW).await, Redeemed::Refused);
    assert_eq!(world.find(code.id).await.expect("kept").verified_at, None);
    assert_eq!(world.ports.accounts.find(&old).await.expect("answered").map(|account| account.id), Some(id));
}

/// A code that went to a contact which the account has given up opens nothing and changes nothing.
pub async fn a_code_to_a_contact_given_up_is_refused<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, old) = world.customer().await;
    let (sign_in, _) = world.issue(&old, NOW).await;
    let (reset, issue) = world.samples.issue_for(&Purpose::PasswordReset, Addressee::Holder, &old, NOW);
    world.ports.challenges.issue(issue, NOW).await.expect("issued");
    let (code, _) = code_for(&world, id, &email("new@example.com")).await;
    assert!(is_done(world.settle(&code, change(), NOW).await));
    assert_eq!(world.redeem(&sign_in, NOW).await.1, Redeemed::Refused);
    let effect = Effect::SetPassword { hash: password_hash("x"), session: None, notices: Vec::new() };
    assert_eq!(world.settle(&reset, effect, NOW).await, Redeemed::Refused);
    assert!(world.sessions(id, NOW).await.is_empty());
}

/// Whoever else was signed in is out; the session that asked goes on.
pub async fn a_change_of_contact_ends_the_other_sessions<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    let (asking, other) = (world.sign_in(&contact, NOW).await, world.sign_in(&contact, NOW).await);
    let (_, anothers_contact) = world.customer().await;
    let anothers = world.sign_in(&anothers_contact, NOW).await;
    let (code, _) = code_for(&world, id, &email("new@example.com")).await;
    let effect = Effect::ChangeContact { keep: asking.id, notices: Vec::new() };
    assert!(is_done(world.settle(&code, effect, NOW).await));
    assert!(world.signed_in(&asking, NOW).await.is_some());
    assert!(world.signed_in(&other, NOW).await.is_none());
    assert!(world.signed_in(&anothers, NOW).await.is_some());
}

/// Whoever registered it and waits can activate nothing with it, even when it is free again.
pub async fn registrations_lose_a_contact_that_was_proven_for_an_account<H: Harness>() {
    let world = World::of::<H>().await;
    let given = world.samples.registration(NOW);
    let registered = world.register(&given, NOW).await;
    let ((id, old), [contact, _]) = (world.customer().await, contacts_of(&given));
    for new in [contact, old] {
        let (code, _) = code_for(&world, id, &new).await;
        assert!(is_done(world.settle(&code, change(), NOW).await));
    }
    let activate = Effect::Activate { origin: Origin::Bound, session: None };
    assert_eq!(world.settle(&registered.email, activate.clone(), NOW).await, Redeemed::Refused);
    assert!(is_done(world.settle(&registered.phone, activate, NOW).await));
}
