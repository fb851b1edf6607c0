//! One server on one file.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::SqliteStore;

/// Proof that no other process serves from the database. Held until dropped; the system lets go of it when the
/// process dies, however it dies.
#[derive(Debug)]
pub struct ServingLock {
    _file: File,
}

/// The database cannot be had for oneself.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process serves from it.
    #[error("another otpd serves from {0}; stop that one first")]
    Held(PathBuf),
    /// The lock file cannot be made or locked.
    #[error("the lock file {path} cannot be used: {source}; check that its folder can be written to")]
    Io {
        /// The lock file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl SqliteStore {
    /// Makes sure that no other process serves from this database. Two would send every message twice.
    ///
    /// # Errors
    /// When another process holds the lock, or the lock file beside the database cannot be made.
    pub fn lock_for_serving(&self) -> Result<ServingLock, LockError> {
        lock(self.path())
    }
}

/// Takes the lock of a database, which need not exist.
pub(super) fn lock(database: &Path) -> Result<ServingLock, LockError> {
    let path = beside(database, ".lock");
    let failed = |source| LockError::Io { path: path.clone(), source };
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(ServingLock { _file: file }),
        Err(TryLockError::WouldBlock) => Err(LockError::Held(database.to_owned())),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// The path of a file that belongs to a database: its name with `ending` appended.
pub(super) fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
