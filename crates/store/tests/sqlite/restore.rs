//! Putting a backup in the database's place.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use otpd_domain::challenge::{Purpose, Subject};
use otpd_domain::identifier::{Channel, Identifier};
use otpd_domain::ports::{
    AccountStore, Addressee, ChallengeStore, Issued, Outbox, Redeemed, Reservation, SessionStore, Upkeep,
};
use otpd_domain::session::NewSession;
use otpd_store::sqlite::{
    LockError, MigrateError, RestoreError, Restored, SqliteStore, backup_to, migrate_to, restore_from,
};
use otpd_testkit::limits::ample_budget;
use otpd_testkit::sample::{IDLE, NOW, Sampler, email, open, redeem, verification};
use rusqlite::Connection;

use crate::support::Folder;

/// A database with an account, a live code, an unsent message and a session, and its backup.
struct Backup {
    folder: Folder,
    file: PathBuf,
    samples: Sampler,
    contact: Identifier,
    code: otpd_domain::challenge::ChallengeHandle,
    session: NewSession,
}

impl Backup {
    async fn make() -> Self {
        let folder = Folder::new();
        let (store, samples) = (folder.store(), Sampler::default());
        let profile = samples.account();
        let contact = email(profile.email.clone().expect("has one").as_str());
        AccountStore::create(&store, profile, NOW).await.expect("created");
        let session = sign_in(&store, &samples, &contact).await;
        let (code, issue) = samples.issue(&contact, NOW);
        store.issue(issue, NOW).await.expect("issued");
        let file = folder.path("backup.db");
        backup_to(&folder.database(), &file, &mut |_| {}).expect("backed up");
        store.close().await;
        Self { folder, file, samples, contact, code, session }
    }
}

async fn sign_in(store: &SqliteStore, samples: &Sampler, contact: &Identifier) -> NewSession {
    let (handle, issue) = samples.issue(contact, NOW);
    store.issue(issue, NOW).await.expect("issued");
    let session = samples.session(NOW);
    assert!(matches!(
        store.redeem(handle.id, redeem(open(session.clone())), NOW).await.expect("answered"),
        Redeemed::Done { .. }
    ));
    session
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_brings_the_accounts_back_and_voids_the_rest() {
    let backup = Backup::make().await;
    let store = backup.folder.store();
    let later = AccountStore::create(&store, backup.samples.account(), NOW).await.expect("created");
    store.close().await;

    let restored = restore_from(&backup.file, &backup.folder.database(), NOW).expect("restored");
    let expected = Restored { accounts: 1, codes_voided: 1, messages_dropped: 2, sessions_ended: 1, limits_kept: true };
    assert_eq!(restored, expected);
    let store = backup.folder.store();
    assert!(AccountStore::get(&store, later).await.is_err(), "made after the backup");
    let account = AccountStore::find(&store, &backup.contact).await.expect("read").expect("kept");
    assert_eq!(account.last_sign_in_at, Some(NOW));
    let guess = store.reserve_guess(&backup.code, &Purpose::SignIn, &ample_budget(), NOW).await.expect("answered");
    assert_eq!(guess, Reservation::Gone);
    assert!(SessionStore::find(&store, backup.session.id, NOW, NOW.before(IDLE)).await.expect("read").is_none());
    let all = [Channel::Email, Channel::Sms];
    assert!(store.claim_due(&all, NOW, Duration::from_secs(30), 10).await.expect("claimed").is_empty());
    let sealed: i64 = Connection::open(store.path())
        .and_then(|connection| connection.query_row("SELECT max(length(sealed)) FROM outbox", [], |row| row.get(0)))
        .expect("read");
    assert_eq!(sealed, 0, "erased");
    sign_in(&store, &backup.samples, &backup.contact).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_makes_a_missing_database() {
    let (backup, other) = (Backup::make().await, Folder::new());
    restore_from(&backup.file, &other.database(), NOW).expect("restored");
    other.store().ping().await.expect("answers");
}

/// The old database's log must not be taken for the new one's.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_a_killed_server_left_is_gone() {
    let backup = Backup::make().await;
    let killed = Folder::new();
    {
        let store = killed.store();
        for _ in 0..50 {
            AccountStore::create(&store, backup.samples.account(), NOW).await.expect("created");
        }
        for name in ["otpd.db", "otpd.db-wal"] {
            fs::copy(killed.path(name), backup.folder.path(name)).expect("copied");
        }
    }
    restore_from(&backup.file, &backup.folder.database(), NOW).expect("restored");
    let store = backup.folder.store();
    let query = otpd_domain::ports::AccountQuery { limit: 1_000, ..Default::default() };
    assert_eq!(AccountStore::list(&store, query).await.expect("listed").len(), 1);
}

/// A damaged database is the usual reason for a restore, and its log cannot be closed in order.
#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_database_and_its_log_are_replaced() {
    let (backup, damaged) = (Backup::make().await, Folder::new());
    fs::write(damaged.database(), "damaged".repeat(1_000)).expect("written");
    for name in ["otpd.db-wal", "otpd.db-shm"] {
        fs::write(damaged.path(name), "left over").expect("written");
    }
    restore_from(&backup.file, &damaged.database(), NOW).expect("restored");
    assert!(!damaged.path("otpd.db-wal").exists() && !damaged.path("otpd.db-shm").exists());
    let account = AccountStore::find(&damaged.store(), &backup.contact).await.expect("read");
    assert!(account.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_restored_under_a_running_server() {
    let backup = Backup::make().await;
    let store = backup.folder.store();
    let _lock = store.lock_for_serving().expect("locked");
    let refused = restore_from(&backup.file, &backup.folder.database(), NOW);
    assert!(matches!(refused, Err(RestoreError::Lock(LockError::Held(_)))));
    assert!(SessionStore::find(&store, backup.session.id, NOW, NOW.before(IDLE)).await.expect("read").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_or_foreign_file_is_refused_and_the_database_stays() {
    let backup = Backup::make().await;
    let database = backup.folder.database();
    let restore = |file: &PathBuf| restore_from(file, &database, NOW).expect_err("refused");
    let write = |name: &str, bytes: &[u8]| {
        let path = backup.folder.path(name);
        fs::write(&path, bytes).expect("written");
        path
    };
    let whole = fs::read(&backup.file).expect("read");
    let mut scrambled = whole.clone();
    scrambled[3 * 2_048..].iter_mut().for_each(|byte| *byte ^= 0x55);
    for file in [write("scrambled", &scrambled), write("cut", &whole[..whole.len() / 2]), write("text", b"hello")] {
        let refused = restore(&file);
        assert!(matches!(refused, RestoreError::Damaged(_)), "{refused}");
    }
    assert!(matches!(restore(&write("empty", b"")), RestoreError::Empty(_)));
    assert!(matches!(restore(&backup.folder.path("missing")), RestoreError::Io { .. }));
    assert!(matches!(restore(&database), RestoreError::SameFile(_)));
    fs::write(backup.folder.path("text-wal"), b"a log").expect("written");
    assert!(matches!(restore(&backup.folder.path("text")), RestoreError::NotABackup(_)));

    assert!(!backup.folder.path("otpd.db.restoring").exists());
    let store = backup.folder.store();
    assert!(SessionStore::find(&store, backup.session.id, NOW, NOW.before(IDLE)).await.expect("read").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_backup_is_migrated_and_a_newer_one_refused() {
    let folder = Folder::new();
    let old = folder.path("old.db");
    migrate_to(&old, Some(3)).expect("up");
    let connection = Connection::open(&old).expect("opened");
    connection.pragma_update(None, "journal_mode", "DELETE").expect("one file");
    drop(connection);
    restore_from(&old, &folder.database(), NOW).expect("restored");
    folder.store().ping().await.expect("answers");

    let newer = folder.path("newer.db");
    fs::copy(&old, &newer).expect("copied");
    let connection = Connection::open(&newer).expect("opened");
    connection.execute("UPDATE schema_migrations SET version = version + 100", []).expect("changed");
    drop(connection);
    let refused = restore_from(&newer, &folder.database(), NOW);
    assert!(matches!(refused, Err(RestoreError::Schema(MigrateError::Changed { .. } | MigrateError::Newer { .. }))));
}

/// Codes of registrations and verifications, too; who waited for an activation asks for another code.
#[tokio::test(flavor = "multi_thread")]
async fn codes_of_every_purpose_are_voided() {
    let folder = Folder::new();
    let (store, samples) = (folder.store(), Sampler::default());
    let given = samples.registration(NOW);
    let contact = Identifier::Email(given.email.clone());
    let issue = |purpose: &Purpose, addressee| samples.issue_for(purpose, addressee, &contact, NOW);
    let (activation, sent) = issue(&Purpose::Registration, Addressee::Registrant);
    store.register(given, vec![sent], NOW).await.expect("registered");
    let (login, sent) = issue(&verification("Login"), Addressee::Anyone);
    store.issue(sent, NOW).await.expect("issued");
    let file = folder.path("backup.db");
    backup_to(&folder.database(), &file, &mut |_| {}).expect("backed up");
    store.close().await;

    let restored = restore_from(&file, &folder.database(), NOW).expect("restored");
    assert_eq!((restored.codes_voided, restored.messages_dropped), (2, 2));
    let store = folder.store();
    for (purpose, handle) in [(Purpose::Registration, activation), (verification("Login"), login)] {
        let guess = store.reserve_guess(&handle, &purpose, &ample_budget(), NOW).await.expect("answered");
        assert_eq!(guess, Reservation::Gone, "{purpose:?}");
    }
    let (_, again) = issue(&Purpose::Registration, Addressee::Registrant);
    let issued = store.issue(again, NOW).await.expect("issued");
    assert!(matches!(issued, Issued::Done { subject: Subject::Registration(_), .. }), "{issued:?}");
}
