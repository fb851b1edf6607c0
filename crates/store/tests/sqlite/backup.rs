//! A consistent copy while serving.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use otpd_domain::ports::ChallengeStore;
use otpd_store::sqlite::{BackupError, backup_to};
use otpd_testkit::sample::{NOW, Sampler, email};
use rusqlite::Connection;

use crate::support::Folder;

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_taken_while_writing_is_consistent() {
    let folder = Folder::new();
    let (store, samples) = (folder.store(), Arc::new(Sampler::default()));
    for _ in 0..200 {
        store.issue(samples.issue(&email("a@example.com"), NOW).1, NOW).await.expect("issued");
    }
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..8)
        .map(|_| {
            let (store, samples, stop) = (store.clone(), Arc::clone(&samples), Arc::clone(&stop));
            tokio::spawn(async move {
                let mut issued = 0;
                while !stop.load(Ordering::Relaxed) {
                    store.issue(samples.issue(&email("a@example.com"), NOW).1, NOW).await.expect("issued");
                    issued += 1;
                }
                issued
            })
        })
        .collect();
    let target = folder.path("backup.db");
    let (source, copy) = (folder.database(), target.clone());
    let mut seen = Vec::new();
    let (backed_up, seen) = tokio::task::spawn_blocking(move || {
        let done = backup_to(&source, &copy, &mut |progress| seen.push(progress)).expect("backed up");
        (done, seen)
    })
    .await
    .expect("no panic");
    stop.store(true, Ordering::Relaxed);
    let mut issued = 200;
    for writer in writers {
        issued += writer.await.expect("no panic");
    }

    assert_eq!(backed_up.bytes, fs::metadata(&target).expect("there").len());
    assert_eq!(fs::metadata(&target).expect("there").permissions().mode() & 0o777, 0o600);
    assert!(!folder.path("backup.db-wal").exists() && !folder.path("backup.db-journal").exists());
    let last = seen.last().expect("progress was told");
    assert_eq!(last.done_pages, last.total_pages);
    assert!(seen.windows(2).all(|pair| pair[0].done_pages <= pair[1].done_pages));
    let copy = Connection::open(&target).expect("opened");
    let count = |sql: &str| copy.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("counted");
    let challenges = count("SELECT count(*) FROM challenges");
    assert_eq!(challenges, count("SELECT count(*) FROM outbox"), "pairs are whole");
    assert!((200..=issued).contains(&challenges), "{challenges} of {issued}");
    let verdict: String = copy.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("checked");
    assert_eq!(verdict, "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_overwrites_nothing() {
    let folder = Folder::new();
    folder.store();
    let target = folder.path("backup.db");
    fs::write(&target, "precious").expect("written");
    let refused = backup_to(&folder.database(), &target, &mut |_| {});
    assert!(matches!(refused, Err(BackupError::Exists(path)) if path == target));
    assert_eq!(fs::read_to_string(&target).expect("read"), "precious");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_nothing_leaves_nothing() {
    let folder = Folder::new();
    let target = folder.path("backup.db");
    let missing = backup_to(&folder.database(), &target, &mut |_| {});
    assert!(matches!(missing, Err(BackupError::Missing(_))));
    fs::write(folder.database(), "no database".repeat(200)).expect("written");
    assert!(backup_to(&folder.database(), &target, &mut |_| {}).is_err());
    assert!(!target.exists());
    folder_without_rights(&folder);
}

/// A target folder that does not exist is said to be the trouble.
fn folder_without_rights(folder: &Folder) {
    fs::remove_file(folder.database()).expect("removed");
    folder.store();
    let nowhere = folder.path("nowhere/backup.db");
    let refused = backup_to(&folder.database(), &nowhere, &mut |_| {});
    assert!(matches!(refused, Err(BackupError::Io { path, .. }) if path == nowhere));
}
