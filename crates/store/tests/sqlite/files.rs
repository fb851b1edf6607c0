//! The files on the disk: who may read them, what a crash leaves, what an erased message leaves.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use otpd_domain::challenge::Purpose;
use otpd_domain::identifier::Channel;
use otpd_domain::ports::{
    AccountStore, ChallengeStore, Outbox, Redeemed, Reservation, SessionStore, StoreError, Upkeep,
};
use otpd_store::sqlite::{LockError, Options, SqliteStore};
use otpd_testkit::limits::ample_budget;
use otpd_testkit::sample::{IDLE, NOW, Sampler, accepted, email, open, redeem};
use otpd_testkit::{NoBell, TestHasher, TestProofs, TestTokens};

use crate::support::Folder;

const BOTH: [Channel; 2] = [Channel::Email, Channel::Sms];
const LEASE: Duration = Duration::from_secs(30);

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it exists").permissions().mode() & 0o777
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_the_owner_may_read_the_files() {
    let folder = Folder::new();
    let store = folder.store();
    AccountStore::create(&store, Sampler::default().account(), NOW).await.expect("created");
    let _lock = store.lock_for_serving().expect("locked");
    for name in ["otpd.db", "otpd.db-wal", "otpd.db-shm", "otpd.db.lock"] {
        assert_eq!(mode(&folder.path(name)), 0o600, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_is_in_the_modes_that_durability_needs() {
    let folder = Folder::new();
    let store = folder.store();
    let connection = rusqlite::Connection::open(store.path()).expect("opened");
    let journal: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0)).expect("read");
    assert_eq!(journal, "wal");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_server_on_one_file() {
    let folder = Folder::new();
    let (first, second) = (folder.store(), folder.store());
    let lock = first.lock_for_serving().expect("free");
    assert!(matches!(second.lock_for_serving(), Err(LockError::Held(path)) if path == folder.database()));
    drop(lock);
    second.lock_for_serving().expect("free again");
}

/// What a killed server leaves: the files as they are at that moment.
fn as_after_a_crash(folder: &Folder, copy: &Folder) {
    for name in ["otpd.db", "otpd.db-wal"] {
        fs::copy(folder.path(name), copy.path(name)).expect("copied");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_was_acknowledged_survives_a_crash() {
    let (folder, copy) = (Folder::new(), Folder::new());
    let (store, samples) = (folder.store(), Sampler::default());
    let profile = samples.account();
    let id = AccountStore::create(&store, profile.clone(), NOW).await.expect("created");
    let contact = email(profile.email.expect("has one").as_str());
    let (used, issue) = samples.issue(&contact, NOW);
    store.issue(issue, NOW).await.expect("issued");
    let session = samples.session(NOW);
    assert!(matches!(
        store.redeem(used.id, redeem(open(session.clone())), NOW).await.expect("answered"),
        Redeemed::Done { .. }
    ));
    let (guessed, issue) = samples.issue(&contact, NOW);
    store.issue(issue, NOW).await.expect("issued");
    store.reserve_guess(&guessed, &Purpose::SignIn, &ample_budget(), NOW).await.expect("reserved");
    as_after_a_crash(&folder, &copy);

    let after = copy.store();
    assert!(SessionStore::find(&after, session.id, NOW, NOW.before(IDLE)).await.expect("read").is_some());
    assert_eq!(AccountStore::get(&after, id).await.expect("found").last_sign_in_at, Some(NOW));
    let found = ChallengeStore::find(&after, guessed.id).await.expect("read").expect("kept");
    assert_eq!(found.attempts, 1);
    assert_eq!(after.claim_due(&BOTH, NOW, LEASE, 10).await.expect("claimed").len(), 2);
}

/// Each remembers what its guess read of the code; whether it was used since, the file says.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_guessed_at_in_two_processes_is_used_once() {
    let (folder, samples) = (Folder::new(), Sampler::default());
    let stores = [folder.store(), folder.store()];
    let profile = samples.account();
    AccountStore::create(&stores[0], profile.clone(), NOW).await.expect("created");
    let (handle, issue) = samples.issue(&email(profile.email.expect("has one").as_str()), NOW);
    stores[0].issue(issue, NOW).await.expect("issued");
    for store in &stores {
        let guess = store.reserve_guess(&handle, &Purpose::SignIn, &ample_budget(), NOW).await.expect("answered");
        assert!(matches!(guess, Reservation::Reserved { .. }), "{guess:?}");
    }
    let mut redeemed = Vec::new();
    for store in &stores {
        redeemed.push(store.redeem(handle.id, redeem(open(samples.session(NOW))), NOW).await.expect("answered"));
    }
    assert!(matches!(redeemed[0], Redeemed::Done { .. }));
    assert_eq!(redeemed[1], Redeemed::AlreadyVerified);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_leases_of_a_dead_process_are_given_back() {
    let (folder, copy) = (Folder::new(), Folder::new());
    let (store, samples) = (folder.store(), Sampler::default());
    for _ in 0..150 {
        store.issue(samples.issue(&email("a@example.com"), NOW).1, NOW).await.expect("issued");
    }
    let leased = store.claim_due(&BOTH, NOW, LEASE, 140).await.expect("claimed");
    let sent = vec![(leased[0].id, leased[0].leased_until, accepted())];
    store.record_tries(sent, NOW).await.expect("recorded");
    as_after_a_crash(&folder, &copy);

    let after = copy.store();
    let lock = after.lock_for_serving().expect("free");
    assert_eq!(after.recover(&lock).await.expect("recovered"), 139);
    assert_eq!(after.recover(&lock).await.expect("recovered"), 0);
    assert_eq!(after.claim_due(&BOTH, NOW, LEASE, 1_000).await.expect("claimed").len(), 149);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_message_leaves_no_copy_in_the_file() {
    let folder = Folder::new();
    let (store, samples) = (folder.store(), Sampler::default());
    let mut sealed = Vec::new();
    for n in 0..200 {
        let (_, issue) = samples.issue(&email("a@example.com"), NOW.after(Duration::from_millis(n)));
        sealed.push(issue.message.sealed.bytes.clone());
        store.issue(issue, NOW).await.expect("issued");
    }
    let now = NOW.after(Duration::from_secs(1));
    let claimed = store.claim_due(&BOTH, now, LEASE, 200).await.expect("claimed");
    let tries = claimed.into_iter().take(199).map(|message| (message.id, message.leased_until, accepted()));
    store.record_tries(tries.collect(), now).await.expect("recorded");
    store.close().await;
    let file = fs::read(folder.database()).expect("read");
    let copies = |bytes: &[u8]| file.windows(bytes.len()).filter(|window| *window == bytes).count();
    assert_eq!(copies(&sealed[199]), 1, "the unsent one is there");
    assert_eq!(sealed[..199].iter().filter(|bytes| copies(&bytes[..16]) > 0).count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_store_leaves_one_file_and_answers_nothing() {
    let folder = Folder::new();
    let store = folder.store();
    let ports = store.ports(Arc::new(NoBell), Arc::new(TestHasher), Arc::new(TestTokens), Arc::new(TestProofs));
    ports.accounts.create(Sampler::default().account(), NOW).await.expect("created");
    store.close().await;
    assert!(folder.database().exists());
    for name in ["otpd.db-wal", "otpd.db-shm"] {
        assert!(!folder.path(name).exists(), "{name}");
    }
    assert!(matches!(ports.upkeep.ping().await, Err(StoreError::Unavailable(_))));
    assert!(matches!(
        ports.sessions.touch(Sampler::default().session(NOW).id, NOW).await,
        Err(StoreError::Unavailable(_))
    ));
    store.close().await;
    let again = SqliteStore::open(&folder.database(), Options::default()).expect("opened");
    again.ping().await.expect("answers");
}
