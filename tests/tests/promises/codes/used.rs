//! How often a code works, and how often it may be guessed, at every door that is no page. Those of the pages are in `guesses.rs`.

use otpd_tests::{Otpd, Settings};

use crate::doors::{pending_everywhere, wrong};

/// A server whose codes are all in the database, and a key for the native API.
async fn otpd() -> (Otpd, String) {
    let otpd = Otpd::start(Settings::new().with("registration.store", "database")).await;
    let key = otpd.api_key("verifications,sign-ins").await;
    (otpd, key)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_100_parallel_right_codes_one_is_taken_at_every_door() {
    let (otpd, key) = otpd().await;
    for pending in pending_everywhere(&otpd, &key).await {
        let door = pending.check.door;
        let replies = pending.check.ask_at_once(vec![pending.code.clone(); 100]).await;
        let taken = replies.iter().filter(|reply| reply.status == 200).count();
        assert_eq!(taken, 1, "{door}: {:?}", replies.iter().map(|reply| reply.status).collect::<Vec<_>>());
        assert!(replies.iter().all(|reply| reply.status == 200 || (400..500).contains(&reply.status)), "{door}");
        assert_ne!(pending.check.ask(&pending.code).await.status, 200, "{door}: and never again");
    }
    // One at each door.
    assert_eq!(otpd.database().value::<u32>("SELECT count(*) FROM challenges WHERE verified_at IS NOT NULL", []), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_200_parallel_wrong_guesses_five_are_compared_at_every_door() {
    let (otpd, key) = otpd().await;
    for pending in pending_everywhere(&otpd, &key).await {
        let door = pending.check.door;
        let replies = pending.check.ask_at_once(vec![wrong(&pending.code); 200]).await;
        assert!(replies.iter().all(|reply| (400..500).contains(&reply.status)), "{door}");
        let counted = "SELECT attempts FROM challenges WHERE identifier = ?1";
        assert_eq!(otpd.database().value::<u32>(counted, [pending.contact]), 5, "{door}");
        assert_ne!(pending.check.ask(&pending.code).await.status, 200, "{door}: the right one comes too late");
    }
    let used = "SELECT count(*) FROM challenges WHERE verified_at IS NOT NULL";
    assert_eq!(otpd.database().value::<u32>(used, []), 0);
}
