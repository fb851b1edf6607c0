//! Putting a backup in the database's place.
//!
//! What was revoked after the backup was made must stay revoked, so no code and no session of the backup lives on; and what
//! was spent of limits must stay spent, so that is taken over from the database that is replaced.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use otpd_domain::audit::{AuditEvent, NewAuditEntry};
use otpd_domain::{Timestamp, Visitor};
use rusqlite::{Connection, TransactionBehavior, params};

use super::audit::insert_entry;
use super::carry_over::carry_over;
use super::errors::is_busy;
use super::lock::{LockError, beside, lock};
use super::migrate::{MigrateError, applied_version, migrate_to};
use super::open::{connect_writer, create_private};

/// How long to wait for a lock that another process holds for a moment.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a restore put in place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// Accounts in it.
    pub accounts: u64,
    /// Live codes that were voided.
    pub codes_voided: u64,
    /// Unsent messages that were dropped.
    pub messages_dropped: u64,
    /// Sessions that were ended.
    pub sessions_ended: u64,
    /// What was spent of limits, and the audit trail, were taken over from the database that is replaced. Otherwise they are as
    /// they were in the backup: there was no such database, or it could not be read.
    pub limits_kept: bool,
}

/// Nothing was restored; the database is as it was.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// A server runs on the target.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// Another command has the target open.
    #[error("{0} is being used by another command; try again when that has ended")]
    InUse(PathBuf),
    /// The backup is a live database, or part of one.
    #[error("{0} has a write-ahead log beside it and so is no backup; make one with `otpd backup`")]
    NotABackup(PathBuf),
    /// Backup and target are the same file.
    #[error("{0} is the database itself; name the backup to restore")]
    SameFile(PathBuf),
    /// The backup is damaged.
    #[error("the backup is damaged ({0}); restore another one")]
    Damaged(String),
    /// The backup has no or another schema.
    #[error(transparent)]
    Schema(#[from] MigrateError),
    /// The backup was never migrated: it is empty.
    #[error("{0} holds no otpd database")]
    Empty(PathBuf),
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// SQLite refused.
    #[error("the backup cannot be restored: {0}")]
    Sqlite(#[from] rusqlite::Error),
}

/// Replaces a database, which need not exist, by a backup, in one step: whatever happens, the target is the old or
/// the new one. Voids every live code and ends every session of the backup. What was spent of limits stays spent where the
/// old database can be read. An older backup is migrated.
///
/// # Errors
/// When a server runs on the target, or the backup is damaged, not one, or made by a newer program.
pub fn restore_from(backup: &Path, target: &Path, now: Timestamp) -> Result<Restored, RestoreError> {
    let _lock = lock(target)?;
    check_paths(backup, target)?;
    let fresh = beside(target, ".restoring");
    let done = prepare(backup, &fresh, target, now).and_then(|restored| {
        retire(target)?;
        replace(&fresh, target).map(|()| restored)
    });
    if done.is_err() {
        remove_with_log(&fresh);
    }
    done
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> RestoreError {
    let path = path.to_owned();
    move |source| RestoreError::Io { path, source }
}

fn check_paths(backup: &Path, target: &Path) -> Result<(), RestoreError> {
    let same = |one: io::Result<PathBuf>, other: io::Result<PathBuf>| matches!((one, other), (Ok(a), Ok(b)) if a == b);
    if same(backup.canonicalize(), target.canonicalize()) {
        return Err(RestoreError::SameFile(backup.to_owned()));
    }
    let log = fs::metadata(beside(backup, "-wal"));
    if log.is_ok_and(|log| log.len() > 0) {
        return Err(RestoreError::NotABackup(backup.to_owned()));
    }
    Ok(())
}

/// Makes the new database beside the target: copied, checked, migrated, voided and on the disk.
fn prepare(backup: &Path, fresh: &Path, target: &Path, now: Timestamp) -> Result<Restored, RestoreError> {
    remove_with_log(fresh);
    create_private(fresh).map_err(failed(fresh))?;
    let mut from = File::open(backup).map_err(failed(backup))?;
    let mut to = File::options().write(true).open(fresh).map_err(failed(fresh))?;
    io::copy(&mut from, &mut to).map_err(failed(fresh))?;
    check(fresh)?;
    migrate_to(fresh, None)?;
    let mut connection = connect_writer(fresh, PATIENCE)?;
    let mut restored = void(&mut connection, now)?;
    restored.limits_kept = carry_over(&connection, target);
    let entry = NewAuditEntry::new(AuditEvent::Restored, Visitor::at_command_line().trail());
    insert_entry(&connection, &entry, 1, now)?;
    // One file again, for the renaming.
    connection.pragma_update(None, "journal_mode", "DELETE")?;
    connection.close().map_err(|(_, error)| error)?;
    File::open(fresh).and_then(|file| file.sync_all()).map_err(failed(fresh))?;
    Ok(restored)
}

fn check(fresh: &Path) -> Result<(), RestoreError> {
    let damaged = |error: rusqlite::Error| RestoreError::Damaged(error.to_string());
    let connection = Connection::open(fresh).map_err(damaged)?;
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(damaged)?;
    if verdict != "ok" {
        return Err(RestoreError::Damaged(verdict));
    }
    drop(connection);
    if applied_version(fresh)? == 0 {
        return Err(RestoreError::Empty(fresh.to_owned()));
    }
    Ok(())
}

fn void(connection: &mut Connection, now: Timestamp) -> rusqlite::Result<Restored> {
    let now = now.as_millis();
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let count = |sql: &str| transaction.query_row(sql, [], |row| row.get::<_, i64>(0).map(i64::cast_unsigned));
    let accounts = count("SELECT count(*) FROM accounts")?;
    let codes_voided = transaction.query_row(
        "SELECT count(*) FROM challenges WHERE verified_at IS NULL AND superseded_at IS NULL AND expires_at > ?1",
        [now],
        |row| row.get::<_, i64>(0).map(i64::cast_unsigned),
    )?;
    // The expired ones, too: the clock of another machine may disagree.
    transaction.execute(
        "UPDATE challenges SET superseded_at = ?1 WHERE verified_at IS NULL AND superseded_at IS NULL",
        [now],
    )?;
    let messages_dropped = transaction.execute(
        "UPDATE outbox SET outcome = 'expired', finished_at = ?1, sealed = x'', leased_until = NULL \
         WHERE outcome IS NULL",
        params![now],
    )?;
    // Codes that were kept in memory are gone as it is; the figures count them as dead.
    transaction.execute("UPDATE outbox SET code = 'dead', code_ended_at = ?1 WHERE code = 'live'", [now])?;
    let sessions_ended = transaction.execute("UPDATE sessions SET ended_at = ?1 WHERE ended_at IS NULL", [now])?;
    transaction.commit()?;
    Ok(Restored {
        accounts,
        codes_voided,
        messages_dropped: messages_dropped as u64,
        sessions_ended: sessions_ended as u64,
        limits_kept: false,
    })
}

/// Leaves the old database without a log: SQLite would take a log that is left over for the new one's.
fn retire(target: &Path) -> Result<(), RestoreError> {
    if target.exists() {
        let close = |old: Connection| old.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get::<_, String>(0));
        match connect_writer(target, PATIENCE).and_then(close) {
            Ok(mode) if mode == "delete" => {}
            // Its log holds what the file has not; removed now, the old database would be lost before the new one is
            // in its place.
            Ok(_) => return Err(RestoreError::InUse(target.to_owned())),
            Err(error) if is_busy(&error) => return Err(RestoreError::InUse(target.to_owned())),
            // It is damaged, which may be why it is replaced.
            Err(error) => tracing::warn!(%error, "the log of the old database could not be closed; it is removed"),
        }
    }
    remove_log(target);
    Ok(())
}

fn replace(fresh: &Path, target: &Path) -> Result<(), RestoreError> {
    fs::rename(fresh, target).map_err(failed(target))?;
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed(folder))
}

fn remove_log(database: &Path) {
    for ending in ["-wal", "-shm"] {
        let _ = fs::remove_file(beside(database, ending));
    }
}

fn remove_with_log(database: &Path) {
    let _ = fs::remove_file(database);
    remove_log(database);
}
