//! The embedded store: one SQLite file in WAL mode.
//!
//! One thread owns the writing connection. It takes every operation that is queued, runs them as one transaction
//! and answers them after the commit ([`writer`]); so a commit's wait for the disk is shared by all who wait.
//! Readers stand beside it ([`readers`]), and a third thread moves the log into the file ([`checkpoint`]).

mod accounts;
mod activate;
mod api_keys;
mod audit;
mod backup;
mod blocks;
mod carry_over;
mod challenges;
mod charge;
mod checkpoint;
mod claim;
mod clean_up;
mod columns;
mod effects;
mod errors;
mod forget;
mod guesses;
mod issue;
mod ledgers;
mod limits;
mod lock;
mod migrate;
mod migrations;
mod money;
mod open;
mod outbox;
mod passwords;
mod post;
mod queue;
mod readers;
mod records;
mod redeem;
mod registrations;
mod reports;
mod reserved;
mod restore;
mod sessions;
mod spent;
mod standing;
mod stats;
mod subjects;
mod tallies;
mod turns;
mod writer;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

pub use backup::{BackedUp, BackupError, Progress, backup_to};
pub use lock::{LockError, ServingLock};
pub use migrate::{Direction, MigrateError, Migrated, MigrationStatus, Step, migrate_to, status};
pub use open::{OpenError, Options};
use otpd_domain::Ports;
use otpd_domain::ports::{AccessTokens, DeliveryBell, PasswordHasher, ProofOfWork, StoreError};
pub use restore::{RestoreError, Restored, restore_from};
use rusqlite::Connection;

use self::audit::Notes;
use self::checkpoint::Checkpoints;
use self::ledgers::SendLedgers;
use self::queue::{Priority, Queue};
use self::readers::Readers;
use self::reserved::Reserved;
use self::spent::SpentUntil;

/// The embedded store. Clones share one set of connections and threads.
#[derive(Clone)]
pub struct SqliteStore {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    queue: Arc<Queue>,
    notes: Arc<Notes>,
    checkpoints: Arc<Checkpoints>,
    readers: Arc<Readers>,
    spent_until: Arc<SpentUntil>,
    reserved: Arc<Reserved>,
    sends: Arc<SendLedgers>,
    threads: Mutex<Vec<JoinHandle<Connection>>>,
}

impl SqliteStore {
    /// The store as the domain's ports, with the bell of this process's delivery worker and the machinery for
    /// credentials and proofs. Where codes shall live elsewhere, put another store in the place of `challenges`.
    pub fn ports(
        &self,
        bell: Arc<dyn DeliveryBell>,
        passwords: Arc<dyn PasswordHasher>,
        tokens: Arc<dyn AccessTokens>,
        proofs: Arc<dyn ProofOfWork>,
    ) -> Ports {
        Ports {
            challenges: Arc::new(self.clone()),
            sessions: Arc::new(self.clone()),
            accounts: Arc::new(self.clone()),
            api_keys: Arc::new(self.clone()),
            limits: Arc::new(self.clone()),
            audit: Arc::new(self.clone()),
            outbox: Arc::new(self.clone()),
            upkeep: Arc::new(self.clone()),
            bell,
            passwords,
            tokens,
            proofs,
        }
    }

    fn spent_until(&self) -> Arc<SpentUntil> {
        Arc::clone(&self.inner.spent_until)
    }

    fn reserved(&self) -> Arc<Reserved> {
        Arc::clone(&self.inner.reserved)
    }

    fn sends(&self) -> Arc<SendLedgers> {
        Arc::clone(&self.inner.sends)
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Finishes what is queued, then stops the threads and closes the file. Whatever is asked of the store from
    /// then on is answered with [`StoreError::Unavailable`].
    pub async fn close(&self) {
        let inner = Arc::clone(&self.inner);
        // Joining waits for the last commit; that must not hold up other tasks.
        let joined = tokio::task::spawn_blocking(move || inner.stop()).await;
        if let Err(error) = joined {
            tracing::error!(%error, "the store could not be closed in order");
        }
    }

    /// Runs an operation in the next group and waits for its commit.
    async fn write<T, F>(&self, operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        self.inner.queue.submit(Priority::Urgent, operation).await
    }

    /// As [`Self::write`], after the operations people wait for. `operation` must touch few rows.
    async fn write_background<T, F>(&self, operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        self.inner.queue.submit(Priority::Background, operation).await
    }

    /// A point look-up, done on the spot: a few microseconds.
    fn read<T>(&self, look_up: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        self.inner.readers.look_up(look_up)
    }

    /// A longer read, on a thread for blocking work and a connection of its own.
    async fn scan<T, F>(&self, scan: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let readers = Arc::clone(&self.inner.readers);
        let done = tokio::task::spawn_blocking(move || readers.scan(scan)).await;
        done.unwrap_or_else(|error| Err(StoreError::Unavailable(format!("a read was broken off: {error}"))))
    }
}

impl Inner {
    fn stop(&self) {
        self.queue.close();
        self.checkpoints.close();
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        // A thread's panic is already in the log, and there is nobody left to answer.
        let writing: Vec<Connection> = threads.into_iter().filter_map(|thread| thread.join().ok()).collect();
        // The last connection to go copies the log and removes it; one that only reads could not.
        self.readers.close();
        drop(writing);
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop();
    }
}
