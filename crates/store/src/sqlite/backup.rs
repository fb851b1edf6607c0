//! A consistent copy while serving.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::migrate::{MigrateError, applied_version};
use super::open::{connect_reader, create_private};

/// Pages copied between two reports of progress: a megabyte.
const STEP: i32 = 256;
/// How long to wait for a lock that another process holds for a moment.
const PATIENCE: Duration = Duration::from_secs(5);

/// How far a backup has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Pages copied.
    pub done_pages: u32,
    /// Pages in all.
    pub total_pages: u32,
}

/// A finished backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackedUp {
    /// Size of the copy, in bytes.
    pub bytes: u64,
}

/// No backup was made; nothing was left behind.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is nothing to copy.
    #[error("there is no database {0}")]
    Missing(PathBuf),
    /// The target exists.
    #[error("{0} exists already; a backup overwrites nothing, so choose another name")]
    Exists(PathBuf),
    /// The source is not a database of this program.
    #[error(transparent)]
    Schema(#[from] MigrateError),
    /// The target cannot be written.
    #[error("the backup {path} cannot be written: {source}")]
    Io {
        /// The target.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// SQLite refused.
    #[error("the database cannot be copied: {0}")]
    Sqlite(#[from] rusqlite::Error),
}

/// Copies a database as it is at one moment, whoever reads and writes meanwhile. The copy is one file that only
/// its owner may read. Blocks; the log of the source grows until it is done.
///
/// # Errors
/// When the target exists or either file cannot be used.
pub fn backup_to(source: &Path, target: &Path, progress: &mut dyn FnMut(Progress)) -> Result<BackedUp, BackupError> {
    if !source.exists() {
        return Err(BackupError::Missing(source.to_owned()));
    }
    applied_version(source)?;
    let failed = |source| BackupError::Io { path: target.to_owned(), source };
    create_private(target).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => BackupError::Exists(target.to_owned()),
        _ => failed(error),
    })?;
    let copied = copy(source, target, progress).map_err(BackupError::from).and_then(|()| {
        File::open(target).and_then(|file| file.sync_all().and_then(|()| file.metadata())).map_err(failed)
    });
    match copied {
        Ok(file) => Ok(BackedUp { bytes: file.len() }),
        Err(error) => {
            // Half a copy must not be taken for one.
            let _ = fs::remove_file(target);
            Err(error)
        }
    }
}

fn copy(source: &Path, target: &Path, progress: &mut dyn FnMut(Progress)) -> rusqlite::Result<()> {
    let from = connect_reader(source, PATIENCE)?;
    // Held to the end: without a snapshot of its own the copy would begin anew at every commit of the server.
    let snapshot = from.unchecked_transaction()?;
    snapshot.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    let mut to = Connection::open(target)?;
    let backup = Backup::new(&from, &mut to)?;
    loop {
        let step = backup.step(STEP)?;
        let now = backup.progress();
        let pages = |count: i32| u32::try_from(count).unwrap_or(0);
        progress(Progress { done_pages: pages(now.pagecount - now.remaining), total_pages: pages(now.pagecount) });
        match step {
            StepResult::Done => break,
            StepResult::More => {}
            _ => std::thread::sleep(Duration::from_millis(1)),
        }
    }
    drop(backup);
    // Out of WAL mode the copy is one file, which can be read from a read-only medium, too.
    to.pragma_update(None, "journal_mode", "DELETE")?;
    to.close().map_err(|(_, error)| error)
}
