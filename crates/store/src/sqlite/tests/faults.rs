//! A full disk, a failing commit, another process in the way.

use std::os::unix::fs::FileExt;
use std::time::Duration;

use otpd_domain::challenge::Purpose;
use otpd_domain::identifier::Identifier;
use otpd_domain::ports::{AccountStore, ChallengeStore, Issue, Issued, Reservation, SessionStore, StoreError};
use otpd_testkit::limits::{ample_budget, contact_charge};
use otpd_testkit::sample::{IDLE, NOW, Sampler, email, open, redeem};
use rusqlite::Connection;

use super::{Pause, fresh, until_queued};
use crate::sqlite::lock::beside;
use crate::sqlite::{Options, SqliteStore};

/// Found out at the commit only.
const POISON: &str = "PRAGMA defer_foreign_keys = ON; INSERT INTO sessions (id, account_id, secret_hash, created_at, \
     last_seen_at, expires_at, user_agent) VALUES (x'01', 4711, x'', 0, 0, 0, '')";

/// When the commit fails, nobody of the group is told that it was done, and nothing was.
#[tokio::test(flavor = "multi_thread")]
async fn a_failed_commit_undoes_the_whole_group() {
    let (_folder, store) = fresh(Options::default());
    let samples = Sampler::default();
    let pause = Pause::of(&store);
    let poison = |connection: &Connection| connection.execute_batch(POISON);
    let (handle, issue) = samples.issue(&email("a@example.com"), NOW);
    let (issued, poisoned, ()) = tokio::join!(store.issue(issue.clone(), NOW), store.write(poison), async {
        until_queued(&store, 2).await;
        pause.end();
    });
    assert!(matches!(issued, Err(StoreError::Unavailable(_))));
    assert!(matches!(poisoned, Err(StoreError::Unavailable(_))));
    assert!(ChallengeStore::find(&store, handle.id).await.expect("read").is_none());
    store.issue(issue, NOW).await.expect("the writer recovered by itself");
    assert!(ChallengeStore::find(&store, handle.id).await.expect("read").is_some());
}

/// What was spent in a group that was not committed is not spent, although the process remembers where it would lie; and when
/// another row comes to lie there, it is not taken for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_failed_commit_spends_nothing() {
    let (_folder, store) = fresh(Options::default());
    let samples = Sampler::default();
    let issue =
        |contact: &Identifier| Issue { charge: contact_charge(contact, "1/h", &[]), ..samples.issue(contact, NOW).1 };
    let (first, second) = (email("a@example.com"), email("b@example.com"));
    let pause = Pause::of(&store);
    let poison = |connection: &Connection| connection.execute_batch(POISON);
    let (issued, poisoned, ()) = tokio::join!(store.issue(issue(&first), NOW), store.write(poison), async {
        until_queued(&store, 2).await;
        pause.end();
    });
    assert!(issued.is_err() && poisoned.is_err());
    for contact in [&second, &first] {
        assert!(matches!(store.issue(issue(contact), NOW).await, Ok(Issued::Done { .. })), "{contact:?}");
        assert!(matches!(store.issue(issue(contact), NOW).await, Ok(Issued::Limited(_))), "{contact:?}");
    }
    assert!(matches!(store.issue(issue(&second), NOW).await, Ok(Issued::Limited(_))));
}

/// A full disk refuses writes with nothing half-written, reads go on, and all is well once there is room.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_writes_until_there_is_room() {
    let (_folder, store) = fresh(Options::default());
    let samples = Sampler::default();
    let (first, issue) = samples.issue(&email("a@example.com"), NOW);
    store.issue(issue, NOW).await.expect("issued");
    limit_pages(&store, 1).await;
    let mut refused = Vec::new();
    for _ in 0..100 {
        let (handle, issue) = samples.issue(&email("a@example.com"), NOW);
        if let Err(error) = store.issue(issue.clone(), NOW).await {
            assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
            refused.push((handle, issue));
        }
    }
    assert!(refused.len() > 50, "the disk was never full");
    for (handle, _) in &refused {
        assert!(ChallengeStore::find(&store, handle.id).await.expect("reads go on").is_none());
    }
    assert!(
        matches!(
            store.reserve_guess(&first, &Purpose::SignIn, &ample_budget(), NOW).await,
            Ok(Reservation::Reserved { .. })
        ),
        "needs no room"
    );

    limit_pages(&store, 1_000_000).await;
    for (handle, issue) in refused {
        store.issue(issue, NOW).await.expect("there is room again");
        assert!(ChallengeStore::find(&store, handle.id).await.expect("read").is_some());
    }
}

/// The file may have so many pages; SQLite takes what it has by now when that is more.
async fn limit_pages(store: &SqliteStore, pages: i64) {
    let set = move |connection: &Connection| {
        connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))
    };
    store.write(set).await.expect("set");
}

/// While a command holds the file longer than we wait, writes are refused; then they go on.
#[tokio::test(flavor = "multi_thread")]
async fn another_process_in_the_way_is_waited_for_and_then_reported() {
    let patience = Duration::from_millis(50);
    let (_folder, store) = fresh(Options { busy_timeout: patience, ..Options::default() });
    let samples = Sampler::default();
    let other = Connection::open(store.path()).expect("opened");
    other.execute_batch("BEGIN IMMEDIATE").expect("locked");
    let refused = AccountStore::create(&store, samples.account(), NOW).await;
    assert!(matches!(refused, Err(otpd_domain::ports::AccountError::Store(StoreError::Unavailable(_)))));
    other.execute_batch("COMMIT").expect("unlocked");
    AccountStore::create(&store, samples.account(), NOW).await.expect("created");
}

/// What cannot be read back is said to be corrupt, not guessed at.
#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_word_in_a_row_is_corrupt() {
    let (_folder, store) = fresh(Options::default());
    let id = AccountStore::create(&store, Sampler::default().account(), NOW).await.expect("created");
    store.write(|connection| connection.execute("UPDATE accounts SET role = 'king'", [])).await.expect("written");
    let read = AccountStore::get(&store, id).await;
    assert!(matches!(read, Err(otpd_domain::ports::AccountError::Store(StoreError::Corrupt(_)))), "{read:?}");
}

/// Whatever set the mark (another program, a repair by hand): an inactive account is not signed in.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_disabled_by_other_means_is_not_signed_in() {
    let (_folder, store) = fresh(Options::default());
    let samples = Sampler::default();
    let profile = samples.account();
    let contact = email(profile.email.as_ref().expect("has one").as_str());
    AccountStore::create(&store, profile, NOW).await.expect("created");
    let (handle, issue) = samples.issue(&contact, NOW);
    store.issue(issue, NOW).await.expect("issued");
    let session = samples.session(NOW);
    store.redeem(handle.id, redeem(open(session.clone())), NOW).await.expect("redeemed");
    let signed_in = async || SessionStore::find(&store, session.id, NOW, NOW.before(IDLE)).await.expect("read");
    assert!(signed_in().await.is_some());
    store.write(|connection| connection.execute("UPDATE accounts SET active = 0", [])).await.expect("written");
    assert!(signed_in().await.is_none());
}

/// The log is copied and started anew while writing goes on: it does not grow for ever. A long read only puts it off.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_started_anew_under_load() {
    let (_folder, store) = fresh(Options { checkpoint_pages: 100, ..Options::default() });
    let samples = Sampler::default();
    issue_together(&store, &samples).await;
    let reader = Connection::open(store.path()).expect("opened");
    reader.execute_batch("BEGIN; SELECT count(*) FROM challenges").expect("reading");
    let seen = times_begun_anew(&store);
    for _ in 0..20 {
        issue_together(&store, &samples).await;
    }
    assert!(times_begun_anew(&store) <= seen + 1, "the reader still needs it");
    reader.execute_batch("COMMIT").expect("read");
    for _ in 0..2_000 {
        issue_together(&store, &samples).await;
        if times_begun_anew(&store) >= seen + 4 {
            return;
        }
    }
    panic!("the log only grows");
}

/// Nor does it grow when operations come one by one, each of which may touch many rows.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_started_anew_after_lone_operations() {
    let (_folder, store) = fresh(Options { checkpoint_pages: 100, ..Options::default() });
    let samples = Sampler::default();
    let issue = async || store.issue(samples.issue(&email("a@example.com"), NOW).1, NOW).await.expect("issued");
    issue().await;
    let seen = times_begun_anew(&store);
    for made in 1..120 {
        issue().await;
        if times_begun_anew(&store) > seen {
            return;
        }
        // By then there is something to copy, which takes a moment.
        if made > 60 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    panic!("nobody looked at the log");
}

async fn issue_together(store: &SqliteStore, samples: &Sampler) {
    let issues = (0..100).map(|_| {
        let (store, (_, issue)) = (store.clone(), samples.issue(&email("a@example.com"), NOW));
        tokio::spawn(async move { store.issue(issue, NOW).await })
    });
    for issued in issues.collect::<Vec<_>>() {
        issued.await.expect("no panic").expect("issued");
    }
}

/// The log's header counts it, from byte 12 on (<https://sqlite.org/fileformat2.html#walformat>).
fn times_begun_anew(store: &SqliteStore) -> u32 {
    let log = std::fs::File::open(beside(store.path(), "-wal")).expect("there is a log");
    let mut count = [0; 4];
    log.read_exact_at(&mut count, 12).expect("it has a header");
    u32::from_be_bytes(count)
}
