//! Issuing a challenge, and finding it again.

use otpd_domain::challenge::{ChallengeId, Subject};
use otpd_domain::message::DeliveryState;
use otpd_domain::ports::Issued;

use super::{Harness, World};
use crate::sample::{NOW, email, phone};

/// `issue` finds the active account that holds the identifier: by e-mail or by phone.
pub async fn an_issue_is_for_the_active_account_that_has_the_contact<H: Harness>() {
    let world = World::of::<H>().await;
    world.customer().await;
    let (id, _) = world.customer().await;
    let profile = world.account(id).await.profile;
    let by_email = email(profile.email.expect("has one").as_str());
    let by_phone = phone(profile.phone.expect("has one").as_str());
    for contact in [by_email, by_phone] {
        let (_, issue) = world.samples.issue(&contact, NOW);
        assert_eq!(
            world.ports.challenges.issue(issue, NOW).await.expect("issued"),
            Issued::Done { subject: Subject::Account(id), sends: None }
        );
    }
}

/// When nobody has the contact, challenge and message are written all the same, the message withheld.
pub async fn an_issue_for_nobody_is_written_all_the_same_and_withheld<H: Harness>() {
    let world = World::of::<H>().await;
    world.customer().await;
    let (handle, issue) = world.samples.issue(&email("nobody@example.com"), NOW);
    assert_eq!(
        world.ports.challenges.issue(issue, NOW).await.expect("issued"),
        Issued::Done { subject: Subject::Nobody, sends: None }
    );
    let found = world.find(handle.id).await.expect("written");
    assert_eq!(found.delivery, Some(DeliveryState::Pending { tries: 0 }));
    let claimed = world.claim(NOW, 10).await;
    assert_eq!(claimed.len(), 1);
    assert!(claimed[0].withheld);
    assert_eq!(claimed[0].recipient_name, None);
}

/// An inactive account's contact is nobody's.
pub async fn an_issue_for_a_disabled_account_is_as_for_nobody<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    world.set_active(id, false, NOW).await;
    let (_, issue) = world.samples.issue(&contact, NOW);
    assert_eq!(
        world.ports.challenges.issue(issue, NOW).await.expect("issued"),
        Issued::Done { subject: Subject::Nobody, sends: None }
    );
    assert!(world.claim(NOW, 10).await[0].withheld);
}

/// `find` gives the challenge as issued, with its counts and the state of its message.
pub async fn an_issue_is_found_as_it_was_written<H: Harness>() {
    let world = World::of::<H>().await;
    for contact in [email("a@example.com"), phone("+919876543210")] {
        let (handle, mut issue) = world.samples.issue(&contact, NOW);
        issue.challenge.resends = 3;
        world.ports.challenges.issue(issue.clone(), NOW).await.expect("issued");
        let found = world.find(handle.id).await.expect("found");
        assert_eq!(format!("{:?}", found.challenge), format!("{:?}", issue.challenge));
        assert!(found.belongs_to(&handle));
        assert_eq!((found.attempts, found.verified_at, found.superseded_at), (0, None, None));
        assert_eq!(found.delivery, Some(DeliveryState::Pending { tries: 0 }));
    }
}

/// Challenge and message are committed together or not at all.
pub async fn an_issue_that_fails_leaves_nothing<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = email("a@example.com");
    let (first, message) = world.issue(&contact, NOW).await;
    let (second, mut issue) = world.samples.issue(&contact, NOW);
    issue.challenge.message_id = message;
    issue.message.id = message;
    assert!(world.ports.challenges.issue(issue, NOW).await.is_err(), "the message's id is taken");
    assert!(world.find(second.id).await.is_none());
    let (_, mut issue) = world.samples.issue(&contact, NOW);
    issue.challenge.id = first.id;
    assert!(world.ports.challenges.issue(issue, NOW).await.is_err(), "the challenge's id is taken");
    assert_eq!(world.claim(NOW, 10).await.len(), 1);
}

/// `find` of an unknown id is `None`.
pub async fn an_unknown_challenge_is_not_found<H: Harness>() {
    let world = World::of::<H>().await;
    world.issue(&email("a@example.com"), NOW).await;
    assert!(world.find(ChallengeId::from_bytes([7; 16])).await.is_none());
}
