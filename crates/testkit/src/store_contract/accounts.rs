//! People.

use otpd_domain::account::{Account, AccountId, NewAccount, PersonNames, Role};
use otpd_domain::identifier::{EmailAddress, PhoneNumber};
use otpd_domain::ports::{AccountChange, AccountError, AccountQuery};

use super::world::{after, together};
use super::{Harness, World};
use crate::sample::{NOW, email, phone};

/// By id, e-mail and phone, with every field, active or not.
pub async fn an_account_is_found_as_it_was_written<H: Harness>() {
    let world = World::of::<H>().await;
    let accounts = &world.ports.accounts;
    let names = PersonNames { first: "Élodie".to_owned(), last: String::new() };
    for (active, role, language, names) in [
        (true, Role::Customer, None, Some(names)),
        (false, Role::Superuser, Some("ar".to_owned()), None),
        (true, Role::Staff, None, Some(PersonNames::default())),
    ] {
        let profile = NewAccount { active, role, language, names, ..world.samples.account() };
        let id = accounts.create(profile.clone(), after(5)).await.expect("created");
        let expected = Account { id, profile: profile.clone(), created_at: after(5), last_sign_in_at: None };
        assert_eq!(world.account(id).await, expected);
        let by_email = email(profile.email.expect("has one").as_str());
        let by_phone = phone(profile.phone.expect("has one").as_str());
        for contact in [by_email, by_phone] {
            assert_eq!(accounts.find(&contact).await.expect("answered"), Some(expected.clone()));
        }
    }
    assert_eq!(accounts.find(&email("nobody@example.com")).await.expect("answered"), None);
}

/// Another account's e-mail or phone cannot be had, an inactive one's neither.
pub async fn contacts_are_unique<H: Harness>() {
    let world = World::of::<H>().await;
    let accounts = &world.ports.accounts;
    let first = NewAccount { active: false, ..world.samples.account() };
    accounts.create(first.clone(), NOW).await.expect("created");
    let same_email = NewAccount { email: first.email, ..world.samples.account() };
    assert!(matches!(accounts.create(same_email, NOW).await, Err(AccountError::EmailTaken)));
    let same_phone = NewAccount { phone: first.phone, ..world.samples.account() };
    assert!(matches!(accounts.create(same_phone, NOW).await, Err(AccountError::PhoneTaken)));
    assert_eq!(everyone(&world).await.len(), 1);
}

/// Any number of accounts may have no e-mail, and any number no phone.
pub async fn accounts_may_lack_a_contact<H: Harness>() {
    let world = World::of::<H>().await;
    for _ in 0..2 {
        for (no_email, no_phone) in [(true, false), (false, true)] {
            let mut profile = world.samples.account();
            profile.email = profile.email.filter(|_| !no_email);
            profile.phone = profile.phone.filter(|_| !no_phone);
            let id = world.ports.accounts.create(profile.clone(), NOW).await.expect("created");
            assert_eq!(world.account(id).await.profile, profile);
        }
    }
}

/// Every field of the profile, nothing else; the old contacts are free then.
pub async fn an_update_replaces_the_profile<H: Harness>() {
    let world = World::of::<H>().await;
    let accounts = &world.ports.accounts;
    let old = world.samples.account();
    let id = accounts.create(old.clone(), NOW).await.expect("created");
    let new = NewAccount {
        name: "Élodie".to_owned(),
        names: Some(PersonNames { first: "Élodie".to_owned(), last: "Durand".to_owned() }),
        address: String::new(),
        customer_type: "Hotel".to_owned(),
        role: Role::Staff,
        active: false,
        language: Some("ar".to_owned()),
        ..world.samples.account()
    };
    world.update(id, new.clone(), after(5)).await.expect("updated");
    let expected = Account { id, profile: new.clone(), created_at: NOW, last_sign_in_at: None };
    assert_eq!(world.account(id).await, expected);
    world.update(id, new, after(6)).await.expect("its own contacts are not another's");
    accounts.create(old, NOW).await.expect("the old contacts are free");
}

/// Whoever was signed in through the old contact is no longer; other changes leave sessions alone.
pub async fn a_contact_that_changes_ends_the_sessions<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    let session = world.sign_in(&contact, NOW).await;
    let before = world.account(id).await.profile;
    world
        .update(id, NewAccount { address: "9 Hill Road".to_owned(), ..before.clone() }, after(1))
        .await
        .expect("updated");
    assert!(world.signed_in(&session, after(2)).await.is_some());
    world.update(id, NewAccount { email: world.samples.account().email, ..before }, after(3)).await.expect("updated");
    assert!(world.signed_in(&session, after(4)).await.is_none());
}

/// A refused update changes neither the profile nor the sessions.
pub async fn an_update_to_a_taken_contact_changes_nothing<H: Harness>() {
    let world = World::of::<H>().await;
    let (other, _) = world.customer().await;
    let others = world.account(other).await.profile;
    let (id, contact) = world.customer().await;
    let session = world.sign_in(&contact, NOW).await;
    let before = world.account(id).await;
    let fresh = || NewAccount { active: false, ..world.samples.account() };
    let refused = world.update(id, NewAccount { email: others.email.clone(), ..fresh() }, NOW).await;
    assert!(matches!(refused, Err(AccountError::EmailTaken)));
    let refused = world.update(id, NewAccount { phone: others.phone.clone(), ..fresh() }, NOW).await;
    assert!(matches!(refused, Err(AccountError::PhoneTaken)));
    assert_eq!(world.account(id).await, before);
    assert!(world.signed_in(&session, NOW).await.is_some());
}

/// `get` and `update` of an unknown id say so.
pub async fn an_unknown_account_is_not_found<H: Harness>() {
    let world = World::of::<H>().await;
    world.customer().await;
    let unknown = AccountId(4_711);
    assert!(matches!(world.ports.accounts.get(unknown).await, Err(AccountError::NotFound)));
    let (before, after) = (world.samples.account(), world.samples.account());
    let updated = world.ports.accounts.update(unknown, change(&before, &after), NOW).await;
    assert!(matches!(updated, Err(AccountError::NotFound)));
}

/// In the order of ids, each page going on where the last one ended.
pub async fn accounts_are_listed_in_pages<H: Harness>() {
    let world = World::of::<H>().await;
    let mut created = Vec::new();
    for _ in 0..7 {
        created.push(world.customer().await.0);
    }
    created.sort_unstable();
    let mut listed = Vec::new();
    let mut after = None;
    // Three pages hold them all; a fourth tells that there are no more.
    for _ in 0..4 {
        let query = AccountQuery { after, limit: 3, ..AccountQuery::default() };
        let page = world.ports.accounts.list(query).await.expect("listed");
        assert!(page.len() <= 3);
        after = page.last().map(|account| account.id).or(after);
        listed.extend(page.iter().map(|account| account.id));
    }
    assert_eq!(listed, created);
    let none = AccountQuery { limit: 0, ..AccountQuery::default() };
    assert!(world.ports.accounts.list(none).await.expect("listed").is_empty());
}

/// By role, by activity, by part of name, e-mail or phone in any case, and by all of these.
pub async fn accounts_are_listed_by_role_activity_and_text<H: Harness>() {
    let world = World::of::<H>().await;
    let person = |name: &str, email: &str, phone: &str, role, active| NewAccount {
        name: name.to_owned(),
        email: Some(EmailAddress::from_stored(email.to_owned())),
        phone: Some(PhoneNumber::from_stored(phone.to_owned())),
        role,
        active,
        ..world.samples.account()
    };
    for profile in [
        person("Élodie Durand", "elodie@example.com", "+33612345678", Role::Customer, true),
        person("Amit 100%", "amit@example.org", "+919876543210", Role::Staff, true),
        person("Zoë", "zoe_z@example.org", "+255694230173", Role::Customer, false),
    ] {
        world.ports.accounts.create(profile, NOW).await.expect("created");
    }
    let names = async |role, active, containing: Option<&str>| {
        let query = AccountQuery { after: None, limit: 10, role, active, containing: containing.map(str::to_owned) };
        let found = world.ports.accounts.list(query).await.expect("listed");
        found.into_iter().map(|account| account.profile.name).collect::<Vec<_>>()
    };
    assert_eq!(names(Some(Role::Customer), None, None).await, ["Élodie Durand", "Zoë"]);
    assert_eq!(names(Some(Role::Superuser), None, None).await, [""; 0]);
    assert_eq!(names(None, Some(false), None).await, ["Zoë"]);
    assert_eq!(names(None, Some(true), None).await, ["Élodie Durand", "Amit 100%"]);
    assert_eq!(names(None, None, Some("éLODIE dur")).await, ["Élodie Durand"]);
    assert_eq!(names(None, None, Some("EXAMPLE.ORG")).await, ["Amit 100%", "Zoë"]);
    assert_eq!(names(None, None, Some("+9198765")).await, ["Amit 100%"]);
    assert_eq!(names(None, None, Some("%")).await, ["Amit 100%"], "no wildcards");
    assert_eq!(names(None, None, Some("_")).await, ["Zoë"], "no wildcards");
    assert_eq!(names(Some(Role::Customer), Some(false), Some("example")).await, ["Zoë"]);
    assert_eq!(names(None, None, Some("nobody")).await, [""; 0]);
}

/// Uniqueness holds when all come at once.
pub async fn of_many_parallel_creations_with_one_contact_one_is_done<H: Harness>() {
    let world = World::of::<H>().await;
    let wanted = world.samples.account().email;
    let results = together((0..30).map(|_| {
        let profile = NewAccount { email: wanted.clone(), ..world.samples.account() };
        let world = world.clone();
        async move { world.ports.accounts.create(profile, NOW).await }
    }))
    .await;
    assert_eq!(results.iter().filter(|created| created.is_ok()).count(), 1);
    assert_eq!(results.iter().filter(|created| matches!(created, Err(AccountError::EmailTaken))).count(), 29);
    assert_eq!(everyone(&world).await.len(), 1);
}

async fn everyone(world: &World) -> Vec<Account> {
    let query = AccountQuery { limit: 1_000, ..AccountQuery::default() };
    world.ports.accounts.list(query).await.expect("listed")
}

fn change(before: &NewAccount, after: &NewAccount) -> AccountChange {
    AccountChange { before: before.clone(), after: after.clone(), notices: Vec::new() }
}

/// A change made from a profile that is no longer the stored one would undo another's: it is refused.
pub async fn an_update_of_what_was_changed_meanwhile_changes_nothing<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    let session = world.sign_in(&contact, NOW).await;
    let read = world.account(id).await.profile;
    let theirs = NewAccount { address: "1 Hill Road".to_owned(), ..read.clone() };
    let accounts = &world.ports.accounts;
    accounts.update(id, change(&read, &theirs), NOW).await.expect("updated");
    let notices = vec![world.samples.notice(&contact, NOW)];
    let late = AccountChange { notices, ..change(&read, &NewAccount { active: false, ..read.clone() }) };
    assert!(matches!(accounts.update(id, late, NOW).await, Err(AccountError::Changed)));
    assert_eq!(world.account(id).await.profile, theirs);
    assert!(world.signed_in(&session, NOW).await.is_some());
    assert_eq!(world.claim(NOW, 10).await.len(), 1, "the sign-in's message only");
    let others = world.samples.account();
    assert!(matches!(accounts.update(id, change(&others, &others), NOW).await, Err(AccountError::Changed)));
}

/// Of many who read the same profile one changes it.
pub async fn of_many_parallel_updates_of_one_profile_one_is_done<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, _) = world.customer().await;
    let read = world.account(id).await.profile;
    let results = together((0..20).map(|n| {
        let change = change(&read, &NewAccount { address: format!("{n} Hill Road"), ..read.clone() });
        let world = world.clone();
        async move { world.ports.accounts.update(id, change, NOW).await }
    }))
    .await;
    assert_eq!(results.iter().filter(|updated| updated.is_ok()).count(), 1);
    assert_eq!(results.iter().filter(|updated| matches!(updated, Err(AccountError::Changed))).count(), 19);
}

/// The notices go out with the change, written with the account's name.
pub async fn an_update_writes_its_notices<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    let before = world.account(id).await.profile;
    let notice = world.samples.notice(&contact, NOW);
    let after = NewAccount { name: "Another".to_owned(), email: world.samples.account().email, ..before.clone() };
    let change = AccountChange { before, after, notices: vec![notice.clone()] };
    world.ports.accounts.update(id, change, NOW).await.expect("updated");
    let told = world.claim(NOW, 10).await.remove(0);
    assert_eq!((told.id, told.withheld, told.recipient_name.as_deref()), (notice.id, false, Some("Another")));
}
