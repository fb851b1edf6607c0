//! The same request twice sends once.

use otpd_domain::challenge::Subject;
use otpd_domain::ports::{Issued, Once};

use super::world::{after, done, together};
use super::{Harness, World};
use crate::sample::{NOW, RATE, email, turn, verification};

const ONCE: Once = Once { key: [1; 32], fingerprint: [2; 32] };

/// Told of the first time's challenge, whoever's turn it is and however many were sent meanwhile.
pub async fn the_same_request_is_answered_with_what_it_made<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = email("a@example.com");
    let (first, issued) = world.send_once(&contact, None, ONCE, NOW).await;
    assert_eq!(issued, done(Subject::Anyone, 1, NOW));
    let (again, issued) = world.send_once(&contact, Some(first.id), ONCE, after(1)).await;
    assert_eq!(issued, Issued::Repeated(first.id));
    assert!(world.find(again.id).await.is_none());
    assert_eq!(world.claim(after(1), 10).await.len(), 1);

    let mut newest = first.id;
    for _ in 1..RATE.sends {
        newest = world.send(&contact, Some(newest), after(2)).await.0.id;
    }
    for seen in [None, Some(newest)] {
        assert_eq!(world.send_once(&contact, seen, ONCE, after(3)).await.1, Issued::Repeated(first.id));
    }
}

/// A caller that uses its key for something else is told so.
pub async fn another_request_with_the_same_key_is_refused<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = email("a@example.com");
    let (first, _) = world.send_once(&contact, None, ONCE, NOW).await;
    let other = Once { fingerprint: [3; 32], ..ONCE };
    for (contact, seen) in [(contact.clone(), Some(first.id)), (email("b@example.com"), None)] {
        assert_eq!(world.send_once(&contact, seen, other, NOW).await.1, Issued::KeyReused);
    }
    assert_eq!(world.newest(&contact).await, Some(first.id));
    let another_key = Once { key: [4; 32], ..other };
    assert!(matches!(world.send_once(&contact, Some(first.id), another_key, NOW).await.1, Issued::Done { .. }));
}

/// One sends, all are told of the same challenge.
pub async fn of_twenty_parallel_same_requests_one_sends<H: Harness>() {
    let world = World::of::<H>().await;
    let results = together((0..20).map(|_| {
        let world = world.clone();
        async move { world.send_once(&email("a@example.com"), None, ONCE, NOW).await }
    }))
    .await;
    let sent: Vec<_> = results.iter().filter(|(_, issued)| matches!(issued, Issued::Done { .. })).collect();
    assert_eq!(sent.len(), 1);
    let repeated = Issued::Repeated(sent[0].0.id);
    assert_eq!(results.iter().filter(|(_, issued)| *issued == repeated).count(), 19);
    assert_eq!(world.claim(NOW, 100).await.len(), 1);
}

/// A request that was not done is not remembered.
pub async fn a_request_that_made_nothing_may_come_again<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = email("a@example.com");
    let (first, _) = world.send(&contact, None, NOW).await;
    assert_eq!(world.send_once(&contact, None, ONCE, NOW).await.1, Issued::Overtaken);
    assert!(matches!(world.send_once(&contact, Some(first.id), ONCE, NOW).await.1, Issued::Done { .. }));

    let fresh = Once { key: [5; 32], ..ONCE };
    let (_, mut clash) = world.samples.issue(&contact, NOW);
    clash.challenge.id = first.id;
    clash.challenge.purpose = verification("Login");
    clash.turn = Some(turn(world.newest(&contact).await));
    clash.once = Some(fresh);
    assert!(world.ports.challenges.issue(clash, NOW).await.is_err());
    let seen = world.newest(&contact).await;
    assert!(matches!(world.send_once(&contact, seen, fresh, NOW).await.1, Issued::Done { .. }));
}
