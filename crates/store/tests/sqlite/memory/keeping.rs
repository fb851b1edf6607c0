//! How much is kept, how long, and where.

use std::sync::Arc;
use std::time::Duration;

use otpd_domain::challenge::Purpose;
use otpd_domain::identifier::{Channel, Identifier};
use otpd_domain::message::DeliveryState;
use otpd_domain::policy::MAX_TTL;
use otpd_domain::ports::{
    Addressee, ChallengeStore, Effect, Issued, Once, Outbox, Records, Redeemed, Reissued, Upkeep,
};
use otpd_store::memory::ByPurpose;
use otpd_testkit::limits::ample_budget;
use otpd_testkit::sample::{COOLDOWN, NOW, RATE, TTL, email, redeem, verification};

use super::{Setup, is_alive};

/// Live codes never make room; what is older than any code and any rate does.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_memory_refuses_new_codes_and_keeps_the_old() {
    let setup = Setup::new(3);
    setup.records.let_through(100);
    let mut handles = Vec::new();
    for n in 0..3 {
        let (handle, issue) = setup.samples.issue(&email("a@example.com"), NOW.after(Duration::from_secs(n)));
        setup.codes.issue(issue, NOW).await.expect("there is room");
        handles.push(handle);
    }
    let keep = MAX_TTL.max(RATE.within);
    let issue = async |now| setup.codes.issue(setup.samples.issue(&email("b@example.com"), now).1, now).await;
    for now in [NOW, NOW.after(TTL), NOW.after(keep).before(Duration::from_millis(1))] {
        let refused = issue(now).await.expect_err("full");
        assert!(refused.to_string().contains("3 codes are kept in memory"), "{refused}");
    }
    let (given, registration_issues) =
        (setup.samples.registration(NOW), Vec::from([setup.samples.issue(&email("c@example.com"), NOW).1]));
    assert!(setup.codes.register(given, registration_issues, NOW).await.is_err());
    assert_eq!(setup.due().await, 3, "nothing was sent for those refused");
    assert!(handles.iter().all(|handle| setup.codes.has(handle.id)));

    issue(NOW.after(keep)).await.expect("the oldest made room");
    assert!(!setup.codes.has(handles[0].id) && setup.codes.has(handles[1].id));
    assert!(issue(NOW.after(keep)).await.is_err());
}

/// What made room is forgotten altogether: its contact has no newest code, and its request is a new one.
#[tokio::test(flavor = "multi_thread")]
async fn what_made_room_leaves_nothing_behind() {
    let (setup, contact) = (Setup::new(1), email("a@example.com"));
    setup.records.let_through(100);
    let once = Once { key: [1; 32], fingerprint: [2; 32] };
    let (_, sending) = setup.send(&contact, None, Some(once));
    assert!(matches!(sending.await.expect("no panic"), Ok(Issued::Done { .. })));
    let later = NOW.after(MAX_TTL.max(RATE.within));
    setup.codes.issue(setup.samples.issue(&contact, later).1, later).await.expect("there is room");
    assert_eq!(setup.newest(&contact).await, None);
    let (_, mut issue) = setup.samples.issue_for(&verification("Login"), Addressee::Anyone, &contact, later);
    issue.once = Some(once);
    let much_later = later.after(MAX_TTL.max(RATE.within));
    assert!(matches!(setup.codes.issue(issue, much_later).await, Ok(Issued::Done { .. })));
}

/// New codes go by their purpose; a handle finds its code wherever it is.
#[tokio::test(flavor = "multi_thread")]
async fn codes_go_by_their_purpose_and_are_found_by_their_handle() {
    let setup = Setup::new(100);
    setup.records.let_through(100);
    let store = setup.records.store.clone();
    let (memory, rest) = (Arc::new(setup.codes.clone()), Arc::new(store.clone()));
    let before = ByPurpose::new(Arc::clone(&memory), vec![verification("Login")], Arc::clone(&rest) as Arc<_>);
    let after = ByPurpose::new(memory, vec![Purpose::Registration], rest);
    let contact = email("a@example.com");
    let mut handles = Vec::new();
    for purpose in [verification("Login"), verification("Order")] {
        let (handle, issue) = setup.samples.issue_for(&purpose, Addressee::Anyone, &contact, NOW);
        before.issue(issue, NOW).await.expect("issued");
        let latest = before.latest(&purpose, &contact).await.expect("answered").expect("found");
        assert_eq!(latest.challenge.id, handle.id);
        handles.push((purpose, handle));
    }
    assert!(setup.codes.has(handles[0].1.id) && !setup.codes.has(handles[1].1.id));
    assert!(store.find(handles[0].1.id).await.expect("answered").is_none());
    // The configuration was changed since.
    let later = NOW.after(COOLDOWN);
    for (purpose, handle) in handles {
        assert_eq!(after.find(handle.id).await.expect("answered").expect("found").challenge.purpose, purpose);
        assert!(is_alive(&after.reserve_guess(&handle, &purpose, &ample_budget(), NOW).await.expect("answered")));
        let (next, issue) = setup.samples.issue_for(&purpose, Addressee::Anyone, &contact, later);
        assert!(matches!(after.reissue(&handle, issue, later).await, Ok(Reissued::Done { .. })));
        let redeemed = after.redeem(next.id, redeem(Effect::Verify), later).await.expect("answered");
        assert!(matches!(redeemed, Redeemed::Done { .. }));
        assert!(!after.cancel(&next, later).await.expect("answered"));
    }
    let given = setup.samples.registration(NOW);
    let registered = Identifier::Email(given.email.clone());
    let (handle, issue) = setup.samples.issue_for(&Purpose::Registration, Addressee::Registrant, &registered, NOW);
    after.register(given, vec![issue], NOW).await.expect("answered");
    assert!(setup.codes.has(handle.id));
}

/// A restart ends the codes; what was not sent of them is not sent any more.
#[tokio::test(flavor = "multi_thread")]
async fn messages_of_codes_that_died_with_their_process_expire() {
    let (setup, contact) = (Setup::new(100), email("a@example.com"));
    let handle = setup.sent(&contact, None).await;
    let lost = setup.codes.find(handle.id).await.expect("answered").expect("found").challenge.message_id;
    let kept = setup.samples.issue(&contact, NOW).1;
    let kept_message = kept.message.id;
    ChallengeStore::issue(&setup.records.store, kept, NOW).await.expect("issued");
    setup.records.store.close().await;

    let store = setup.folder.store();
    let lock = store.lock_for_serving().expect("free");
    assert_eq!(store.recover(&lock).await.expect("recovered"), 0, "nothing was leased");
    let claimed = store.claim_due(&[Channel::Email], NOW, COOLDOWN, 10).await.expect("claimed");
    assert_eq!(claimed.iter().map(|message| message.id).collect::<Vec<_>>(), [kept_message]);
    assert_eq!(store.delivery_state(lost).await.expect("answered"), Some(DeliveryState::Expired));
    let stats = store.stats(NOW, NOW).await.expect("answered");
    assert_eq!((stats.email.live, stats.email.expired), (0, 1));
}

/// Of a code in memory nothing but the encrypted message is on the disk.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_code_is_on_the_disk() {
    let setup = Setup::new(100);
    let handle = setup.sent(&email("somebody@example.com"), None).await;
    let found = setup.codes.find(handle.id).await.expect("answered").expect("found");
    setup.records.store.close().await;
    let file = std::fs::read(setup.folder.database()).expect("read");
    let holds = |bytes: &[u8]| file.windows(bytes.len()).any(|window| window == bytes);
    assert!(holds(found.challenge.message_id.as_bytes()), "the message is there");
    assert!(!holds(&found.challenge.verifier.bytes) && !holds(&found.challenge.secret_hash));
    assert!(!holds(b"somebody@example.com"));
}
