//! What happens between the place here and the commit there.

use otpd_domain::ports::{
    Addressee, ChallengeStore, Effect, Issued, Once, Redeemed, Reissued, Reservation, StoreError,
};
use otpd_testkit::sample::{COOLDOWN, NOW, RATE, email, redeem, turn, verification};

use super::{Setup, is_alive};

/// Until its message is committed nobody finds the code, and the old one does nothing any more.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_found_once_its_message_is_committed() {
    let (setup, contact) = (Setup::new(100), email("a@example.com"));
    let old = setup.sent(&contact, None).await;
    let (new, sending) = setup.send(&contact, Some(old.id), None);
    setup.until_placed(&new).await;
    assert_eq!(setup.newest(&contact).await, Some(old.id));
    assert!(setup.codes.find(new.id).await.expect("answered").is_none());
    assert_eq!(setup.guess(&new).await, Reservation::Gone);
    // A limit may still deny the new one: until that is decided the old one stands.
    assert!(is_alive(&setup.guess(&old).await));
    setup.records.let_through(1);
    assert!(matches!(sending.await.expect("no panic"), Ok(Issued::Done { .. })));
    assert_eq!(setup.newest(&contact).await, Some(new.id));
    assert!(is_alive(&setup.guess(&new).await));
    assert_eq!(setup.guess(&old).await, Reservation::Gone);
}

/// A place whose message was not committed is given back: the old code stands, and nothing was counted.
#[tokio::test(flavor = "multi_thread")]
async fn a_send_that_fails_leaves_the_old_code() {
    let (setup, contact) = (Setup::new(100), email("a@example.com"));
    let old = setup.sent(&contact, None).await;
    for _ in 0..RATE.sends {
        let (new, sending) = setup.send(&contact, Some(old.id), None);
        setup.records.fail();
        assert!(matches!(sending.await.expect("no panic"), Err(StoreError::Unavailable(_))));
        assert!(!setup.codes.has(new.id));
    }
    assert_eq!(setup.newest(&contact).await, Some(old.id));
    assert!(is_alive(&setup.guess(&old).await));
    setup.sent(&contact, Some(old.id)).await;

    let later = NOW.after(COOLDOWN);
    let (sign_in, issue) = setup.samples.issue(&contact, NOW);
    setup.records.let_through(1);
    setup.codes.issue(issue, NOW).await.expect("issued");
    setup.records.fail();
    assert!(setup.codes.reissue(&sign_in, setup.samples.issue(&contact, later).1, later).await.is_err());
    setup.records.let_through(1);
    let reissued = setup.codes.reissue(&sign_in, setup.samples.issue(&contact, later).1, later).await;
    assert!(matches!(reissued, Ok(Reissued::Done { .. })));
}

/// Others in the same turn wait for the decision: when the first fails, one of them has the turn.
#[tokio::test(flavor = "multi_thread")]
async fn a_turn_that_was_given_back_goes_to_another() {
    let (setup, contact) = (Setup::new(100), email("a@example.com"));
    let (first, failing) = setup.send(&contact, None, None);
    setup.until_placed(&first).await;
    let mut others = Vec::new();
    for _ in 0..10 {
        others.push(setup.send(&contact, None, None).1);
    }
    setup.records.fail();
    assert!(failing.await.expect("no panic").is_err());
    setup.records.let_through(1);
    let mut done = 0;
    for other in others {
        match other.await.expect("no panic").expect("answered") {
            Issued::Done { .. } => done += 1,
            issued => assert_eq!(issued, Issued::Overtaken),
        }
    }
    assert_eq!((done, setup.due().await), (1, 1));
}

/// A person may press "resend" while a back end sends to the same contact: one of the two goes on, and one code lives.
#[tokio::test(flavor = "multi_thread")]
async fn sending_again_beside_a_send_is_decided_after_it() {
    let (setup, contact) = (Setup::new(100), email("a@example.com"));
    let old = setup.sent(&contact, None).await;
    for fails in [true, false] {
        let (new, sending) = setup.send(&contact, Some(old.id), None);
        setup.until_placed(&new).await;
        let (again, mut issue) =
            setup.samples.issue_for(&verification("Login"), Addressee::Anyone, &contact, NOW.after(COOLDOWN));
        issue.turn = Some(turn(Some(old.id)));
        let (codes, presented) = (setup.codes.clone(), old.clone());
        let sent_again = tokio::spawn(async move { codes.reissue(&presented, issue, NOW.after(COOLDOWN)).await });
        if fails {
            setup.records.fail();
            assert!(sending.await.expect("no panic").is_err());
            // Its place is free again: the other one takes it, and fails as well.
            setup.until_placed(&again).await;
            setup.records.fail();
            assert!(sent_again.await.expect("no panic").is_err());
            assert!(is_alive(&setup.guess(&old).await));
        } else {
            setup.records.let_through(1);
            assert!(matches!(sending.await.expect("no panic"), Ok(Issued::Done { .. })));
            assert!(matches!(sent_again.await.expect("no panic"), Ok(Reissued::Gone)));
            assert!(!setup.codes.has(again.id));
            assert!(is_alive(&setup.guess(&new).await));
        }
    }
}

/// The same request waits for the first, too: it is told of a code that there is, or sends itself.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_waits_for_the_first() {
    let (setup, contact) = (Setup::new(100), email("a@example.com"));
    let once = Once { key: [1; 32], fingerprint: [2; 32] };
    let (first, failing) = setup.send(&contact, None, Some(once));
    setup.until_placed(&first).await;
    let (second, sending) = setup.send(&contact, None, Some(once));
    setup.records.fail();
    assert!(failing.await.expect("no panic").is_err());
    setup.until_placed(&second).await;
    let (_, repeating) = setup.send(&contact, None, Some(once));
    setup.records.let_through(1);
    assert!(matches!(sending.await.expect("no panic"), Ok(Issued::Done { .. })));
    assert!(matches!(repeating.await.expect("no panic"), Ok(Issued::Repeated(id)) if id == second.id));
}

/// A caller that hangs up leaves neither a message without a code nor a place that stays taken.
#[tokio::test(flavor = "multi_thread")]
async fn a_send_is_done_to_the_end_when_its_caller_leaves() {
    let (setup, contact) = (Setup::new(100), email("a@example.com"));
    let (handle, sending) = setup.send(&contact, None, None);
    setup.until_placed(&handle).await;
    sending.abort();
    assert!(sending.await.expect_err("broken off").is_cancelled());
    setup.records.let_through(1);
    // The next one in the same turn waits for the decision.
    let (_, next) = setup.send(&contact, None, None);
    assert_eq!(next.await.expect("no panic").expect("answered"), Issued::Overtaken);
    assert_eq!(setup.newest(&contact).await, Some(handle.id));
    assert!(is_alive(&setup.guess(&handle).await));
}

/// After an error nobody knows whether the effect was committed: the code is not good for another one.
#[tokio::test(flavor = "multi_thread")]
async fn a_use_that_fails_leaves_the_code_used() {
    let (setup, contact) = (Setup::new(100), email("a@example.com"));
    let handle = setup.sent(&contact, None).await;
    setup.records.fail();
    assert!(setup.codes.redeem(handle.id, redeem(Effect::Verify), NOW).await.is_err());
    setup.records.let_through(1);
    let again = setup.codes.redeem(handle.id, redeem(Effect::Verify), NOW).await.expect("answered");
    assert_eq!(again, Redeemed::AlreadyVerified);
    assert_eq!(setup.guess(&handle).await, Reservation::AlreadyVerified);
}
