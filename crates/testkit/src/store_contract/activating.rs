//! A registration becomes an account: whoever proves the contact first has it.

use otpd_domain::account::{NewAccount, Role};
use otpd_domain::challenge::{ChallengeHandle, Purpose};
use otpd_domain::password::PasswordHash;
use otpd_domain::ports::{Effect, Redeemed, Reservation};
use otpd_domain::register::NewRegistration;

use super::world::{Registration, after, contacts_of, is_done, opened, together};
use super::{Harness, World};
use crate::sample::{KEEP, NOW, TTL, password_hash};

/// The code was bound to the browser that registered.
const BOUND: Effect = Effect::Activate { client: None, session: None };

/// The code was found by contact, from that network.
fn from(client: &str) -> Effect {
    Effect::Activate { client: Some(Some(client.to_owned())), session: None }
}

async fn password(world: &World, given: &NewRegistration) -> Option<PasswordHash> {
    let [email, _] = contacts_of(given);
    world.ports.accounts.password(&email).await.expect("answered").and_then(|stored| stored.hash)
}

/// An active customer of the registration's id, with its names and password and the one contact that was proven.
pub async fn an_activation_makes_an_account_of_what_was_proven<H: Harness>() {
    let world = World::of::<H>().await;
    let given = world.samples.registration(NOW);
    let Registration { id, email, .. } = world.register(&given, NOW).await;
    let session = world.samples.session(after(5));
    let effect = Effect::Activate { client: None, session: Some(session.clone()) };
    let redeemed = world.settle(&email, effect, after(5)).await;
    let who = world.signed_in(&session, after(5)).await.expect("signed in");
    assert_eq!(redeemed, opened(who.account.id));
    assert_eq!(who.account.id.0, id.0);
    let expected = NewAccount {
        name: given.names.full(),
        names: Some(given.names.clone()),
        email: Some(given.email.clone()),
        phone: None,
        address: String::new(),
        customer_type: given.customer_type.clone(),
        role: Role::Customer,
        active: true,
        language: Some(given.language.clone()),
    };
    assert_eq!((&who.account.profile, who.account.created_at), (&expected, after(5)));
    assert_eq!(password(&world, &given).await, Some(given.password.clone()));
    assert_eq!(world.settle(&email, BOUND, after(5)).await, Redeemed::AlreadyVerified);
}

/// The same code submitted many times makes one account and one session.
pub async fn of_many_parallel_activations_one_is_done<H: Harness>() {
    let world = World::of::<H>().await;
    let Registration { email, .. } = world.register(&world.samples.registration(NOW), NOW).await;
    let results = together((0..50).map(|_| {
        let (world, email) = (world.clone(), email.clone());
        async move { world.settle(&email, BOUND, NOW).await }
    }))
    .await;
    assert_eq!(results.iter().filter(|redeemed| is_done(**redeemed)).count(), 1);
    assert_eq!(results.iter().filter(|redeemed| **redeemed == Redeemed::AlreadyVerified).count(), 49);
}

/// Its other contact joins the account; the password stands.
pub async fn the_second_contact_joins_the_account<H: Harness>() {
    let world = World::of::<H>().await;
    let given = world.samples.registration(NOW);
    let Registration { email, phone, .. } = world.register(&given, NOW).await;
    let Redeemed::Done { account: Some(id), .. } = world.settle(&phone, BOUND, NOW).await else { panic!("refused") };
    assert_eq!(world.account(id).await.profile.email, None);
    assert_eq!(world.settle(&email, from("203.0.113.9"), after(1)).await, opened(id));
    let profile = world.account(id).await.profile;
    assert_eq!((profile.email, profile.phone), (Some(given.email.clone()), given.phone.clone()));
    assert_eq!(password(&world, &given).await, Some(given.password));
}

/// Neither a disabled account nor one that has got another contact of that kind meanwhile.
pub async fn the_second_contact_joins_no_account_that_moved_on<H: Harness>() {
    let world = World::of::<H>().await;
    let given = world.samples.registration(NOW);
    let Registration { email, phone, .. } = world.register(&given, NOW).await;
    let Redeemed::Done { account: Some(id), .. } = world.settle(&email, BOUND, NOW).await else { panic!("refused") };
    world.set_active(id, false, NOW).await;
    assert_eq!(world.settle(&phone, BOUND, NOW).await, Redeemed::Refused);
    let mut profile = world.account(id).await.profile;
    profile.active = true;
    profile.phone = world.samples.account().phone;
    world.ports.accounts.update(id, profile.clone(), NOW).await.expect("updated");
    assert_eq!(world.settle(&phone, BOUND, NOW).await, Redeemed::Refused);
    assert_eq!(world.account(id).await.profile, profile);
}

/// Between the guess and now the contact went to an account: the code is not used up, nothing is made.
pub async fn a_contact_that_was_taken_activates_nothing<H: Harness>() {
    let world = World::of::<H>().await;
    let given = world.samples.registration(NOW);
    let Registration { email, phone, .. } = world.register(&given, NOW).await;
    let owner = NewAccount { email: Some(given.email.clone()), ..world.samples.account() };
    let owner = world.ports.accounts.create(owner, NOW).await.expect("created");
    assert_eq!(world.settle(&email, BOUND, NOW).await, Redeemed::Refused);
    assert_eq!(world.find(email.id).await.expect("kept").verified_at, None);
    assert_eq!(password(&world, &given).await, None);
    let Redeemed::Done { account: Some(id), .. } = world.settle(&phone, BOUND, NOW).await else { panic!("refused") };
    assert_ne!(id, owner);
    assert_eq!(world.account(id).await.profile.email, None, "the owner keeps it");
}

/// Who registered a victim's address first has nothing once the victim proves it.
pub async fn an_attacker_who_was_first_has_nothing<H: Harness>() {
    let world = World::of::<H>().await;
    let (attackers, victims) = rivals(&world);
    let attacker = world.register(&attackers, NOW).await;
    let victim = world.register(&victims, after(1)).await;
    assert_eq!(world.guess_for(&Purpose::Registration, &attacker.email, after(2)).await, Reservation::Gone);
    let Redeemed::Done { account: Some(id), password_void } =
        world.settle(&victim.email, from("198.51.100.7"), after(2)).await
    else {
        panic!("refused")
    };
    assert!(!password_void, "it came from where it was registered");
    assert_eq!((id.0, world.account(id).await.profile.name), (victim.id.0, victims.names.full()));
    assert_eq!(password(&world, &victims).await, Some(victims.password.clone()));
    // What is left of the attacker's is the number they own.
    let Redeemed::Done { account: Some(other), .. } = world.settle(&attacker.phone, BOUND, after(3)).await else {
        panic!("refused")
    };
    assert_eq!(world.account(other).await.profile.email, None);
    assert_eq!(world.account(id).await.profile.email, Some(victims.email));
}

/// The newest code is the attacker's registration's, but the victim reads and types it: nobody can tell whose password
/// it is, so it is void, and the victim's account is the victim's to set one for.
pub async fn a_contested_password_is_void<H: Harness>() {
    for (client, void) in [("198.51.100.7", true), ("192.0.2.66", false)] {
        let world = World::of::<H>().await;
        let (attackers, victims) = rivals(&world);
        world.register(&victims, NOW).await;
        let attacker = world.register(&attackers, after(1)).await;
        let redeemed = world.settle(&attacker.email, from(client), after(2)).await;
        let Redeemed::Done { account: Some(id), password_void } = redeemed else { panic!("{redeemed:?}") };
        assert_eq!((id.0, password_void), (attacker.id.0, void));
        assert_eq!(password(&world, &attackers).await.is_none(), void);
    }
}

/// There is no doubt where the code was bound to the registering browser, where nobody else registered, where the other
/// came from the same place, or where the other's time is over.
pub async fn an_uncontested_password_stands<H: Harness>() {
    let elsewhere = "203.0.113.9";
    let check = async |world: World, handle: ChallengeHandle, given: NewRegistration, effect, now| {
        let redeemed = world.settle(&handle, effect, now).await;
        assert!(matches!(redeemed, Redeemed::Done { password_void: false, .. }), "{redeemed:?}");
        assert_eq!(password(&world, &given).await, Some(given.password));
    };
    let world = World::of::<H>().await;
    let (first, second) = rivals(&world);
    world.register(&first, NOW).await;
    let bound = world.register(&second, after(1)).await;
    check(world, bound.email, second, BOUND, after(2)).await;

    let world = World::of::<H>().await;
    let (alone, _) = rivals(&world);
    let handle = world.register(&alone, NOW).await.email;
    check(world, handle, alone, from(elsewhere), after(2)).await;

    let world = World::of::<H>().await;
    let (mut first, second) = rivals(&world);
    first.client.clone_from(&second.client);
    world.register(&first, NOW).await;
    let handle = world.register(&second, after(1)).await.email;
    check(world, handle, second, from(elsewhere), after(2)).await;

    let world = World::of::<H>().await;
    let (mut first, second) = rivals(&world);
    first.expires_at = after(2);
    world.register(&first, NOW).await;
    let handle = world.register(&second, after(1)).await.email;
    check(world, handle, second, from(elsewhere), after(2)).await;
}

/// The code may live, but what it is about does not.
pub async fn a_registration_whose_time_is_over_activates_nothing<H: Harness>() {
    let world = World::of::<H>().await;
    let mut given = world.samples.registration(NOW);
    given.expires_at = NOW.after(TTL / 2);
    let Registration { email, phone, .. } = world.register(&given, NOW).await;
    assert_eq!(world.settle(&email, BOUND, given.expires_at).await, Redeemed::Refused);
    assert!(is_done(world.settle(&phone, BOUND, given.expires_at.before(TTL / 4)).await));
    assert!(given.expires_at < NOW.after(KEEP));
}

/// A decoy activates nothing, and a code for one thing does not do another.
pub async fn an_effect_needs_its_own_kind_of_subject<H: Harness>() {
    let world = World::of::<H>().await;
    let given = world.samples.registration(NOW);
    let owner = NewAccount { email: Some(given.email.clone()), ..world.samples.account() };
    let owner = world.ports.accounts.create(owner, NOW).await.expect("created");
    let Registration { email: decoy, phone, .. } = world.register(&given, NOW).await;
    assert_eq!(world.settle(&decoy, BOUND, NOW).await, Redeemed::Refused);
    let set_password = || Effect::SetPassword { hash: password_hash("x"), session: None, notices: Vec::new() };
    for effect in [set_password(), Effect::ChangeContact { notices: Vec::new() }] {
        assert_eq!(world.settle(&phone, effect, NOW).await, Redeemed::Refused);
    }
    assert_eq!(world.redeem(&phone, NOW).await.1, Redeemed::Refused);
    let [held, _] = contacts_of(&given);
    let (sign_in, _) = world.issue(&held, NOW).await;
    assert_eq!(world.settle(&sign_in, BOUND, NOW).await, Redeemed::Refused);
    assert!(world.sessions(owner, NOW).await.is_empty());
    assert!(is_done(world.settle(&phone, BOUND, NOW).await), "none of that used the code up");
}

/// Two registrations of one address, from two networks, with passwords and numbers of their own.
fn rivals(world: &World) -> (NewRegistration, NewRegistration) {
    let mut attackers = world.samples.registration(NOW);
    let mut victims = world.samples.registration(NOW);
    attackers.email = victims.email.clone();
    attackers.client = Some("192.0.2.66".to_owned());
    victims.client = Some("198.51.100.7".to_owned());
    (attackers, victims)
}
