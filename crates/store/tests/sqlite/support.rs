//! Databases in temporary folders.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use otpd_domain::Ports;
use otpd_store::memory::MemoryChallenges;
use otpd_store::sqlite::{Options, SqliteStore, migrate_to};
use otpd_testkit::store_contract::{Fresh, Harness};
use otpd_testkit::{NoBell, TestHasher, TestProofs, TestTokens};
use tempfile::TempDir;

/// The contract's stores: each on a fresh file.
pub struct OnSqlite;

impl Harness for OnSqlite {
    async fn fresh() -> Fresh {
        let folder = Folder::new();
        let store = folder.store();
        Fresh { ports: ports(&store), keep: Box::new(folder) }
    }
}

/// The contract's stores with their codes in memory, which keep them as long as any rule looks for them.
pub struct CodesInMemory;

impl Harness for CodesInMemory {
    async fn fresh() -> Fresh {
        let folder = Folder::new();
        let store = folder.store();
        let mut ports = ports(&store);
        ports.challenges = Arc::new(MemoryChallenges::new(Arc::new(store), 100_000, Duration::from_hours(24 * 365)));
        Fresh { ports, keep: Box::new(folder) }
    }
}

fn ports(store: &SqliteStore) -> Ports {
    store.ports(Arc::new(NoBell), Arc::new(TestHasher), Arc::new(TestTokens), Arc::new(TestProofs))
}

/// A temporary folder with a database in it.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The database's path.
    pub fn database(&self) -> PathBuf {
        self.path("otpd.db")
    }

    /// The migrated and opened database.
    pub fn store(&self) -> SqliteStore {
        migrate_to(&self.database(), None).expect("migrated");
        SqliteStore::open(&self.database(), Options::default()).expect("opened")
    }
}
