//! What cannot be seen from outside: groups, lanes, faults, and how statements find their rows.

mod faults;
mod groups;
mod plans;

use std::sync::mpsc;

use rusqlite::Connection;
use tempfile::TempDir;

use super::{Options, Priority, SqliteStore, migrate_to};

/// A fresh database and its store.
fn fresh(options: Options) -> (TempDir, SqliteStore) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("otpd.db");
    migrate_to(&path, None).expect("migrated");
    (folder, SqliteStore::open(&path, options).expect("opened"))
}

/// Keeps the writer busy with one group until told to go on.
struct Pause {
    go_on: mpsc::Sender<()>,
}

impl Pause {
    /// Returns once the writer stands still.
    fn of(store: &SqliteStore) -> Self {
        let (go_on, wait) = mpsc::channel::<()>();
        let (reached, standing) = mpsc::channel();
        let wait = std::sync::Mutex::new(wait);
        let queue = store.inner.queue.clone();
        tokio::spawn(async move {
            let hold = move |_: &Connection| {
                let _ = reached.send(());
                // Ends with an error when the pause is dropped.
                let _ = wait.lock().expect("unpoisoned").recv();
                Ok(())
            };
            queue.submit(Priority::Urgent, hold).await
        });
        tokio::task::block_in_place(|| standing.recv()).expect("the writer reached it");
        Self { go_on }
    }

    /// Lets the writer go on.
    fn end(self) {
        drop(self.go_on);
    }
}

/// Waits until so many operations are queued.
async fn until_queued(store: &SqliteStore, count: usize) {
    for _ in 0..10_000 {
        if store.inner.queue.len() >= count {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    panic!("{count} operations were never queued");
}
