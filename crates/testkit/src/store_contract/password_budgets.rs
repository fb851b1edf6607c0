//! Budgets of guesses at passwords, with the limit of the network.

use std::time::Duration;

use otpd_domain::challenge::Purpose;
use otpd_domain::identifier::Identifier;
use otpd_domain::ports::{GuessBudget, GuessKind, LimitedBy};

use super::world::{after, is_compared, together, told};
use super::{Harness, World};
use crate::limits::{code_budget, limit, rates};
use crate::sample::{NOW, email};

const HOUR: Duration = Duration::from_hours(1);

/// Passwords have a budget apart, taken together with the network's or not at all.
pub async fn passwords_have_a_budget_of_their_own<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = world.customer().await.1;
    let budget =
        GuessBudget { kind: GuessKind::Password, known: Vec::new(), known_rates: rates("1/h"), rates: rates("3/h") };
    let spend = async |contact: &Identifier, network: &str, now| {
        let limits = vec![limit(LimitedBy::Client, network, "5/h")];
        world.ports.limits.spend_guess(contact, budget.clone(), limits, now).await.expect("answered")
    };
    let full = Err(told(NOW.after(HOUR)));
    for _ in 0..2 {
        assert_eq!(spend(&contact, "a", NOW).await.expect("room").len(), 2);
    }
    let right = spend(&contact, "a", NOW).await.expect("room");
    assert_eq!(spend(&contact, "b", after(1)).await, full);
    world.ports.limits.give_back(right).await.expect("given back");
    spend(&contact, "b", NOW).await.expect("the one that was given back");
    assert_eq!(spend(&contact, "b", after(1)).await, full);
    for n in 0..4 {
        let room = spend(&email(&format!("nobody{n}@example.com")), "b", NOW).await;
        assert!(room.is_ok(), "a refused guess took nothing from the network: {n}");
    }
    assert_eq!(spend(&email("nobody@example.com"), "b", after(1)).await, full, "the network's are spent");
    let (handle, _) = world.issue(&contact, NOW).await;
    assert!(
        is_compared(&world.guess_within(&code_budget(Vec::new()), &Purpose::SignIn, &handle, NOW).await),
        "codes are another thing"
    );
}

/// Of many parallel guesses at passwords exactly as many have room.
pub async fn parallel_passwords_never_exceed_the_budget<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = world.customer().await.1;
    let results = together((0..64).map(|_| {
        let (world, contact) = (world.clone(), contact.clone());
        let (kind, known, known_rates) = (GuessKind::Password, Vec::new(), rates("1/h"));
        let budget = GuessBudget { kind, known, known_rates, rates: rates("20/h, 100/d") };
        async move { world.ports.limits.spend_guess(&contact, budget, Vec::new(), NOW).await.expect("answered") }
    }))
    .await;
    assert_eq!(results.iter().filter(|spent| spent.is_ok()).count(), 20);
}
