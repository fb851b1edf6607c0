//! Passwords: signing in with one, and choosing a new one with a code.

use otpd_domain::account::AccountId;
use otpd_domain::challenge::{ChallengeHandle, Purpose};
use otpd_domain::identifier::Identifier;
use otpd_domain::password::PasswordHash;
use otpd_domain::ports::{Addressee, Effect, PasswordProof, Redeemed};
use otpd_domain::session::NewSession;
use otpd_domain::visitor::Trail;

use super::world::{after, is_done, opened};
use super::{Harness, World};
use crate::sample::{IDLE, NOW, email, password_hash, phone};

/// A code with which that contact's account may choose a password.
async fn reset_code(world: &World, contact: &Identifier) -> ChallengeHandle {
    let (handle, issue) = world.samples.issue_for(&Purpose::PasswordReset, Addressee::Holder, contact, NOW);
    world.ports.challenges.issue(issue, NOW).await.expect("issued");
    handle
}

fn choose(password: &PasswordHash) -> Effect {
    Effect::SetPassword { hash: password.clone(), session: None, notices: Vec::new() }
}

/// A customer with a password.
async fn customer(world: &World) -> (AccountId, Identifier, PasswordHash) {
    let (id, contact) = world.customer().await;
    let password = password_hash("the first one");
    let code = reset_code(world, &contact).await;
    assert_eq!(world.settle(&code, choose(&password), NOW).await, opened(id));
    (id, contact, password)
}

async fn stored(world: &World, contact: &Identifier) -> Option<PasswordHash> {
    world.ports.accounts.password(contact).await.expect("answered").expect("there is an account").hash
}

/// The right password of that account.
fn proof(account: AccountId, proven_by: &PasswordHash) -> PasswordProof {
    let (proven_by, trail) = (proven_by.clone(), Trail::default());
    PasswordProof { account, proven_by, rehashed: None, spent: Vec::new(), trail }
}

async fn log_in(world: &World, account: AccountId, proven_by: &PasswordHash) -> (NewSession, bool) {
    let session = world.samples.session(NOW);
    let open = world.ports.sessions.open(proof(account, proven_by), session.clone(), None, NOW);
    (session, open.await.expect("answered"))
}

/// By either contact, active or not, with or without a password.
pub async fn a_log_in_finds_the_hash_by_contact<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    let find = async |contact: &Identifier| world.ports.accounts.password(contact).await.expect("answered");
    let found = find(&contact).await.expect("found");
    assert_eq!((found.account, found.active, found.hash), (id, true, None));
    let password = password_hash("the first one");
    let code = reset_code(&world, &contact).await;
    world.settle(&code, choose(&password), NOW).await;
    world.set_active(id, false, NOW).await;
    let number = world.account(id).await.profile.phone.expect("samples have one");
    for contact in [contact, phone(number.as_str())] {
        let found = find(&contact).await.expect("found");
        assert_eq!((found.account, found.active, found.hash.as_ref()), (id, false, Some(&password)));
    }
    assert!(find(&email("nobody@example.com")).await.is_none());
}

/// The password is set, all sessions end, one opens, and the owner is told at once.
pub async fn a_reset_ends_all_sessions_and_tells_the_owner<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    let (old, code) = (world.sign_in(&contact, NOW).await, reset_code(&world, &contact).await);
    while !world.claim(NOW, 10).await.is_empty() {}
    let (fresh, password) = (world.samples.session(after(5)), password_hash("a new one"));
    let notice = world.samples.notice(&contact, after(5));
    let effect =
        Effect::SetPassword { hash: password.clone(), session: Some(fresh.clone()), notices: vec![notice.clone()] };
    assert_eq!(world.settle(&code, effect, after(5)).await, opened(id));
    assert_eq!(stored(&world, &contact).await, Some(password));
    assert!(world.signed_in(&old, after(5)).await.is_none());
    assert!(world.signed_in(&fresh, after(5)).await.is_some());
    let told = world.claim(after(5), 10).await.remove(0);
    assert_eq!((told.id, told.withheld), (notice.id, false));
    assert_eq!(told.recipient_name, Some(world.account(id).await.profile.name));
    assert_eq!(world.settle(&code, choose(&password_hash("once more")), after(6)).await, Redeemed::AlreadyVerified);
}

/// Between the guess and now the account was disabled.
pub async fn a_reset_of_a_disabled_account_changes_nothing<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact, password) = customer(&world).await;
    let code = reset_code(&world, &contact).await;
    world.set_active(id, false, NOW).await;
    assert_eq!(world.settle(&code, choose(&password_hash("another")), NOW).await, Redeemed::Refused);
    assert_eq!(stored(&world, &contact).await, Some(password));
}

/// The session opens and the one it replaces ends, in one step.
pub async fn a_log_in_opens_a_session_in_place_of_another<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, _, password) = customer(&world).await;
    let (first, opened) = log_in(&world, id, &password).await;
    assert!(opened && world.signed_in(&first, NOW).await.is_some());
    assert_eq!(world.account(id).await.last_sign_in_at, Some(NOW));
    let (others, _) = world.customer().await;
    let (second, sessions) = (world.samples.session(NOW), &world.ports.sessions);
    let open = sessions.open(proof(id, &password), second.clone(), Some(first.id), NOW).await;
    assert!(open.expect("answered"));
    assert!(world.signed_in(&first, NOW).await.is_none());
    let found = sessions.find_any(second.id, NOW, NOW.before(IDLE)).await.expect("answered").expect("lives");
    assert_eq!((found.id, found.account_id), (second.id, id));
    assert!(sessions.find_any(first.id, NOW, NOW.before(IDLE)).await.expect("answered").is_none(), "ended");
    assert!(world.sessions(others, NOW).await.is_empty());
}

/// The password was replaced, or the account disabled, while the old one was compared.
pub async fn a_log_in_with_what_no_longer_holds_opens_nothing<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact, old) = customer(&world).await;
    let code = reset_code(&world, &contact).await;
    let new = password_hash("a new one");
    assert!(is_done(world.settle(&code, choose(&new), NOW).await));
    assert!(!log_in(&world, id, &old).await.1);
    world.set_active(id, false, NOW).await;
    assert!(!log_in(&world, id, &new).await.1);
    let (without, _) = world.customer().await;
    assert!(!log_in(&world, without, &new).await.1, "it has no password");
    assert!(!log_in(&world, AccountId(4_711), &new).await.1, "there is no such account");
    world.set_active(id, true, NOW).await;
    assert!(world.sessions(id, NOW).await.is_empty());
    assert!(log_in(&world, id, &new).await.1);
}

/// The same password in a stronger form takes the old one's place, if the session opens.
pub async fn a_log_in_may_bring_a_better_hash<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact, old) = customer(&world).await;
    let better = PasswordHash::from_stored("test$better".to_owned());
    let open = async |proven_by: &PasswordHash| {
        let proof = PasswordProof { rehashed: Some(better.clone()), ..proof(id, proven_by) };
        world.ports.sessions.open(proof, world.samples.session(NOW), None, NOW).await.expect("answered")
    };
    assert!(!open(&password_hash("wrong")).await);
    assert_eq!(stored(&world, &contact).await.as_ref(), Some(&old));
    assert!(open(&old).await);
    assert_eq!(stored(&world, &contact).await, Some(better.clone()));
    assert!(!open(&old).await);
}

/// A profile's change leaves the password as it is.
pub async fn an_update_leaves_the_password<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact, password) = customer(&world).await;
    world.set_active(id, false, NOW).await;
    world.set_active(id, true, NOW).await;
    assert_eq!(stored(&world, &contact).await, Some(password));
}
