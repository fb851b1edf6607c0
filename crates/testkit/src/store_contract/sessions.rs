//! Signed-in browsers.

use std::time::Duration;

use otpd_domain::ports::Redeemed;
use otpd_domain::session::SessionId;

use super::world::after;
use super::{Harness, World};
use crate::sample::{IDLE, LIFETIME, NOW};

const MILLI: Duration = Duration::from_millis(1);

/// `find` gives session and account as they were written.
pub async fn a_session_is_found_with_its_account<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    let opened = world.sign_in(&contact, NOW).await;
    let who = world.signed_in(&opened, NOW).await.expect("found");
    assert_eq!(who.account, world.account(id).await);
    assert_eq!((who.session.id, who.session.account_id), (opened.id, id));
    assert_eq!(who.session.secret_hash, opened.secret_hash);
    assert_eq!((who.session.created_at, who.session.last_seen_at), (NOW, NOW));
    assert_eq!((who.session.expires_at, &who.session.user_agent), (opened.expires_at, &opened.user_agent));
    let unknown = SessionId::from_bytes([7; 16]);
    assert!(world.ports.sessions.find(unknown, NOW, NOW.before(IDLE)).await.expect("answered").is_none());
}

/// Dead at `expires_at` whatever happens, and when it was not seen after `idle_since`.
pub async fn a_session_ends_at_its_time_and_when_idle<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    let session = world.sign_in(&contact, NOW).await;
    let idle = NOW.after(IDLE);
    assert!(world.signed_in(&session, idle.before(MILLI)).await.is_some());
    assert!(world.signed_in(&session, idle).await.is_none());
    assert!(world.sessions(id, idle).await.is_empty());

    let end = NOW.after(LIFETIME);
    world.ports.sessions.touch(session.id, end.before(MILLI)).await.expect("touched");
    assert!(world.signed_in(&session, end.before(MILLI)).await.is_some());
    assert_eq!(world.sessions(id, end.before(MILLI)).await.len(), 1);
    assert!(world.signed_in(&session, end).await.is_none());
    assert!(world.sessions(id, end).await.is_empty());
}

/// Each use counts anew, but never backwards.
pub async fn a_touch_keeps_a_session_alive_and_never_moves_back<H: Harness>() {
    let world = World::of::<H>().await;
    let (_, contact) = world.customer().await;
    let session = world.sign_in(&contact, NOW).await;
    let later = NOW.after(IDLE / 2);
    for moment in [later, NOW, NOW.before(IDLE)] {
        world.ports.sessions.touch(session.id, moment).await.expect("touched");
        let who = world.signed_in(&session, later).await.expect("alive");
        assert_eq!(who.session.last_seen_at, later);
    }
    assert!(world.signed_in(&session, NOW.after(IDLE)).await.is_some());
}

/// Neither an ended nor an unknown session comes to life by being used.
pub async fn a_touch_does_not_revive<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    let session = world.sign_in(&contact, NOW).await;
    world.ports.sessions.end(id, session.id, NOW).await.expect("ended");
    world.ports.sessions.touch(session.id, after(1)).await.expect("answered");
    world.ports.sessions.touch(SessionId::from_bytes([7; 16]), after(1)).await.expect("answered");
    for now in [NOW, after(1), NOW.before(MILLI)] {
        assert!(world.signed_in(&session, now).await.is_none());
    }
    assert!(world.sessions(id, after(1)).await.is_empty());
}

/// Only live ones, only this account's, the latest used first.
pub async fn live_sessions_are_listed_by_their_last_use<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    let (_, anothers_contact) = world.customer().await;
    world.sign_in(&anothers_contact, NOW).await;
    let mut sessions = Vec::new();
    for n in 0..4 {
        sessions.push(world.sign_in(&contact, after(n)).await);
    }
    let [first, second, third, fourth] = sessions.as_slice() else { unreachable!("four were opened") };
    world.ports.sessions.touch(second.id, after(100)).await.expect("touched");
    world.ports.sessions.end(id, third.id, after(5)).await.expect("ended");
    let listed = world.sessions(id, after(200)).await;
    let ids: Vec<_> = listed.iter().map(|session| session.id).collect();
    assert_eq!(ids, [second.id, fourth.id, first.id]);
    assert!(listed.iter().all(|session| session.account_id == id));
    assert_eq!(listed[0].secret_hash, second.secret_hash);
}

/// True once; false for another account, a second time, and an unknown one.
pub async fn a_session_is_ended_once_and_by_its_account_only<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    let (other, _) = world.customer().await;
    let session = world.sign_in(&contact, NOW).await;
    let sessions = &world.ports.sessions;
    assert!(!sessions.end(other, session.id, NOW).await.expect("answered"));
    assert!(world.signed_in(&session, NOW).await.is_some());
    assert!(sessions.end(id, session.id, NOW).await.expect("answered"));
    assert!(world.signed_in(&session, NOW).await.is_none());
    assert!(!sessions.end(id, session.id, NOW).await.expect("answered"));
    assert!(!sessions.end(id, SessionId::from_bytes([7; 16]), NOW).await.expect("answered"));
}

/// `end_all` spares the one to keep and other accounts', and says how many it ended.
pub async fn all_sessions_but_one_are_ended<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    let (_, anothers_contact) = world.customer().await;
    let anothers = world.sign_in(&anothers_contact, NOW).await;
    let kept = world.sign_in(&contact, NOW).await;
    let ended = world.sign_in(&contact, NOW).await;
    world.sign_in(&contact, NOW).await;
    let sessions = &world.ports.sessions;
    assert_eq!(sessions.end_all(id, Some(kept.id), NOW).await.expect("answered"), 2);
    assert!(world.signed_in(&ended, NOW).await.is_none());
    assert!(world.signed_in(&kept, NOW).await.is_some());
    assert_eq!(sessions.end_all(id, None, NOW).await.expect("answered"), 1);
    assert!(world.sessions(id, NOW).await.is_empty());
    assert_eq!(sessions.end_all(id, None, NOW).await.expect("answered"), 0);
    assert!(world.signed_in(&anothers, NOW).await.is_some());
}

/// Sessions end in the same step in which their account is disabled, and do not come back with it.
pub async fn disabling_an_account_ends_its_sessions_for_good<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    let session = world.sign_in(&contact, NOW).await;
    world.set_active(id, true, NOW).await;
    assert!(world.signed_in(&session, NOW).await.is_some(), "a change that leaves it active ends nothing");
    world.set_active(id, false, NOW).await;
    assert!(world.signed_in(&session, NOW).await.is_none());
    assert!(world.sessions(id, NOW).await.is_empty());
    world.set_active(id, true, NOW).await;
    assert!(world.signed_in(&session, NOW).await.is_none());
    assert!(world.sessions(id, NOW).await.is_empty());
}

/// However the two meet, a disabled account has no live session.
pub async fn disabling_and_redeeming_at_once_leave_no_live_session<H: Harness>() {
    let world = World::of::<H>().await;
    for _ in 0..20 {
        let (id, contact) = world.customer().await;
        let (handle, _) = world.issue(&contact, NOW).await;
        let disabling = {
            let world = world.clone();
            tokio::spawn(async move { world.set_active(id, false, NOW).await })
        };
        let (session, redeemed) = world.redeem(&handle, NOW).await;
        disabling.await.expect("no panic");
        assert_ne!(redeemed, Redeemed::AlreadyVerified);
        assert!(world.signed_in(&session, NOW).await.is_none());
        assert!(world.sessions(id, NOW).await.is_empty());
    }
}
