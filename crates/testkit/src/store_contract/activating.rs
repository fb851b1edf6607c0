//! A registration becomes an account: whoever proves the contact first has it.

use otpd_domain::account::{NewAccount, Role};
use otpd_domain::password::PasswordHash;
use otpd_domain::ports::{Effect, Origin, Redeemed};
use otpd_domain::register::NewRegistration;
use otpd_domain::session::SessionId;

use super::world::{Registration, after, contacts_of, is_done, opened, together};
use super::{Harness, World};
use crate::sample::{KEEP, NOW, TTL, password_hash};

/// The code was bound to the browser that registered.
const BOUND: Effect = Effect::Activate { origin: Origin::Bound, session: None };

/// The code was found by contact, from that network.
fn from(client: &str) -> Effect {
    Effect::Activate { origin: Origin::Network(Some(client.to_owned())), session: None }
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
    let effect = Effect::Activate { origin: Origin::Bound, session: Some(session.clone()) };
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

/// A number that somebody else registered, too, joins only by the code that the registering browser holds: its owner may
/// have typed the newest code she got, which was a stranger's.
pub async fn a_contact_that_others_registered_joins_no_account_by_itself<H: Harness>() {
    let world = World::of::<H>().await;
    let victims = world.samples.registration(NOW);
    let attackers = NewRegistration { phone: victims.phone.clone(), ..world.samples.registration(NOW) };
    world.register(&victims, NOW).await;
    let attacker = world.register(&attackers, after(1)).await;
    let Redeemed::Done { account: Some(id), .. } = world.settle(&attacker.email, BOUND, after(2)).await else {
        panic!("refused")
    };
    let same_network = from(attackers.client.as_deref().expect("a network"));
    assert_eq!(world.settle(&attacker.phone, same_network, after(3)).await, Redeemed::Refused);
    assert_eq!(world.account(id).await.profile.phone, None);
}

/// Neither a disabled account nor one that has got another contact of that kind meanwhile.
pub async fn the_second_contact_joins_no_account_that_moved_on<H: Harness>() {
    let world = World::of::<H>().await;
    let given = world.samples.registration(NOW);
    let Registration { email, phone, .. } = world.register(&given, NOW).await;
    let Redeemed::Done { account: Some(id), .. } = world.settle(&email, BOUND, NOW).await else { panic!("refused") };
    world.set_active(id, false, NOW).await;
    assert_eq!(world.settle(&phone, BOUND, NOW).await, Redeemed::Refused);
    let phone_of_another = world.samples.account().phone;
    let profile = NewAccount { active: true, phone: phone_of_another, ..world.account(id).await.profile };
    world.update(id, profile.clone(), NOW).await.expect("updated");
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

/// Who registered a victim's address first has nothing once the victim proves it, nor when the address is free again.
pub async fn an_attacker_who_was_first_has_nothing<H: Harness>() {
    let world = World::of::<H>().await;
    let (attackers, victims) = rivals(&world);
    let attacker = world.register(&attackers, NOW).await;
    let victim = world.register(&victims, after(1)).await;
    let redeemed = world.settle(&victim.email, from("198.51.100.7"), after(2)).await;
    let Redeemed::Done { account: Some(id), password_void: false } = redeemed else { panic!("{redeemed:?}") };
    assert_eq!((id.0, world.account(id).await.profile.name), (victim.id.0, victims.names.full()));
    assert_eq!(password(&world, &victims).await, Some(victims.password.clone()));
    assert_eq!(world.settle(&attacker.email, BOUND, after(3)).await, Redeemed::Refused);
    let moved = NewAccount { email: world.samples.account().email, ..world.account(id).await.profile };
    world.update(id, moved, after(4)).await.expect("updated");
    assert_eq!(world.settle(&attacker.email, BOUND, after(5)).await, Redeemed::Refused);
    // What is left of the attacker's is the number they own.
    let redeemed = world.settle(&attacker.phone, BOUND, after(6)).await;
    let Redeemed::Done { account: Some(other), .. } = redeemed else { panic!("{redeemed:?}") };
    assert_eq!(world.account(other).await.profile.email, None);
}

/// The newest code is the attacker's registration's, but the victim reads and types it: nobody can tell whose registration
/// it is. The account is made without its password, and its other contact, the attacker's, joins nothing.
pub async fn a_contested_registration_gives_nothing_but_the_contact<H: Harness>() {
    for client in [Some("198.51.100.7"), None] {
        let world = World::of::<H>().await;
        let (attackers, victims) = rivals(&world);
        world.register(&victims, NOW).await;
        let attacker = world.register(&attackers, after(1)).await;
        let origin = Origin::Network(client.map(str::to_owned));
        let redeemed = world.settle(&attacker.email, Effect::Activate { origin, session: None }, after(2)).await;
        let Redeemed::Done { account: Some(id), password_void: true } = redeemed else { panic!("{redeemed:?}") };
        assert_eq!(id.0, attacker.id.0);
        assert_eq!(password(&world, &attackers).await, None);
        let profile = world.account(id).await.profile;
        assert_eq!((profile.name.as_str(), profile.names), (attackers.email.as_str(), None), "a stranger's name");
        assert_eq!(world.settle(&attacker.phone, BOUND, after(3)).await, Redeemed::Refused);
        assert_eq!(world.account(id).await.profile.phone, None);
    }
}

/// One that is over, or an account by its other contact, contests it as one that waits does; so does one from nobody
/// knows where.
pub async fn any_registration_from_elsewhere_contests<H: Harness>() {
    let elsewhere = || from("203.0.113.9");
    for rival in ["over", "activated", "unknown"] {
        let world = World::of::<H>().await;
        let (mut others, given) = rivals(&world);
        match rival {
            "over" => others.expires_at = after(2),
            "unknown" => others.client = None,
            _ => {}
        }
        let other = world.register(&others, NOW).await;
        let registered = world.register(&given, after(1)).await;
        if rival == "activated" {
            assert!(is_done(world.settle(&other.phone, BOUND, after(1)).await));
        }
        let redeemed = world.settle(&registered.email, elsewhere(), after(2)).await;
        assert!(matches!(redeemed, Redeemed::Done { password_void: true, .. }), "{rival}: {redeemed:?}");
    }
}

/// A contact in doubt joins no account that is there already.
pub async fn a_contested_contact_joins_no_account<H: Harness>() {
    let world = World::of::<H>().await;
    let (attackers, victims) = rivals(&world);
    world.register(&victims, NOW).await;
    let attacker = world.register(&attackers, after(1)).await;
    let redeemed = world.settle(&attacker.phone, BOUND, after(2)).await;
    let Redeemed::Done { account: Some(id), .. } = redeemed else { panic!("{redeemed:?}") };
    assert_eq!(world.settle(&attacker.email, from("198.51.100.7"), after(3)).await, Redeemed::Refused);
    assert_eq!(world.account(id).await.profile.email, None);
    assert_eq!(world.find(attacker.email.id).await.expect("kept").verified_at, None);
}

/// There is no doubt where the code was bound to the registering browser, where it came back from where it was registered,
/// where nobody else registered, or where the other came from the same place.
pub async fn an_uncontested_password_stands<H: Harness>() {
    let elsewhere = || from("203.0.113.9");
    for (rival, effect) in [
        (Some("192.0.2.66"), BOUND),
        (Some("192.0.2.66"), from("198.51.100.7")),
        (None, elsewhere()),
        (Some("198.51.100.7"), elsewhere()),
    ] {
        let world = World::of::<H>().await;
        let (mut others, given) = rivals(&world);
        if let Some(client) = rival {
            others.client = Some(client.to_owned());
            world.register(&others, NOW).await;
        }
        let registered = world.register(&given, after(1)).await;
        let redeemed = world.settle(&registered.email, effect, after(2)).await;
        assert!(matches!(redeemed, Redeemed::Done { password_void: false, .. }), "{redeemed:?}");
        assert_eq!(password(&world, &given).await, Some(given.password));
        assert!(is_done(world.settle(&registered.phone, BOUND, after(3)).await), "its other contact is its own");
    }
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
    for effect in [set_password(), Effect::ChangeContact { keep: SessionId::from_bytes([7; 16]), notices: Vec::new() }]
    {
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
