//! The schema, step by step, up and down.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::errors::is_busy;
use super::lock::{LockError, lock};
use super::migrations::{MIGRATIONS, Migration, newest};
use super::open::{connect_reader, connect_writer, create_private};

/// How long to wait for another process that migrates the same file.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long to wait before connecting again.
const PAUSE: Duration = Duration::from_millis(10);

/// Which way a step was gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Applied.
    Up,
    /// Taken back.
    Down,
}

/// A step that was gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its number.
    pub version: u32,
    /// Its name.
    pub name: &'static str,
    /// Which way.
    pub direction: Direction,
}

/// What a run did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// The version found.
    pub from: u32,
    /// The version left.
    pub to: u32,
    /// The steps gone by this run, in order. Another process may have gone some in between.
    pub steps: Vec<Step>,
}

/// A line of `otpd migrate --status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MigrationStatus {
    /// Its number.
    pub version: u32,
    /// Its name.
    pub name: &'static str,
    /// Whether it was applied.
    pub applied: bool,
}

/// The schema cannot be brought to where it shall be.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// There is no migration of that number.
    #[error("there is no migration {wanted}; the newest is {newest}")]
    Unknown {
        /// What was asked for.
        wanted: u32,
        /// The newest there is.
        newest: u32,
    },
    /// A newer program has migrated the database.
    #[error(
        "the database is at migration {found}, this program knows only {newest}; use the newer program, or let that one run `otpd migrate --to {newest}` first"
    )]
    Newer {
        /// The newest applied migration.
        found: u32,
        /// The newest this program knows.
        newest: u32,
    },
    /// An applied migration is not the one this program knows by that number.
    #[error(
        "migration {version} ({name}) was applied in another form than this program has; use the program it was applied with"
    )]
    Changed {
        /// Its number.
        version: u32,
        /// Its name.
        name: &'static str,
    },
    /// The file cannot be made.
    #[error("the database {path} cannot be created: {source}; check that its folder exists and can be written to")]
    Create {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A server runs on the database, and going down would take its tables away.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// SQLite refused.
    #[error("the database cannot be migrated: {0}")]
    Sqlite(#[from] rusqlite::Error),
}

/// Brings a database to a version, up or down; to the newest when no target is given. Makes the file when there
/// is none. Each step is one transaction; several processes may do this at the same time.
///
/// # Errors
/// When the target does not exist, the database is not one of this program's, or SQLite refuses.
pub fn migrate_to(path: &Path, target: Option<u32>) -> Result<Migrated, MigrateError> {
    let target = target.unwrap_or_else(newest);
    if target > newest() {
        return Err(MigrateError::Unknown { wanted: target, newest: newest() });
    }
    create_if_missing(path)?;
    let mut connection = connect_patiently(path)?;
    let from = ensure_ledger(&mut connection)?;
    // Going down takes tables away, which a server on the file would miss.
    let _lock = if target < from { Some(lock(path)?) } else { None };
    let mut steps = Vec::new();
    while let Some(step) = go_one_step(&mut connection, target)? {
        steps.push(step);
    }
    Ok(Migrated { from, to: target, steps })
}

/// Connects, also while another process turns the new file into one with a write-ahead log: SQLite answers "busy" to
/// that at once, whatever patience it was told to have.
fn connect_patiently(path: &Path) -> rusqlite::Result<Connection> {
    let mut left = PATIENCE;
    loop {
        match connect_writer(path, PATIENCE) {
            Err(error) if is_busy(&error) && !left.is_zero() => {
                std::thread::sleep(PAUSE);
                left = left.saturating_sub(PAUSE);
            }
            connected => return connected,
        }
    }
}

/// Every migration with whether it was applied. A missing file has none.
///
/// # Errors
/// When the database is not one of this program's, or SQLite refuses.
pub fn status(path: &Path) -> Result<Vec<MigrationStatus>, MigrateError> {
    let applied = if path.exists() { applied_version(path)? } else { 0 };
    let line = |migration: &Migration| MigrationStatus {
        version: migration.version,
        name: migration.name,
        applied: migration.version <= applied,
    };
    Ok(MIGRATIONS.iter().map(line).collect())
}

/// The newest migration applied to an existing file, after checking that all of them are this program's.
pub(super) fn applied_version(path: &Path) -> Result<u32, MigrateError> {
    check_ledger(&connect_reader(path, PATIENCE)?)
}

fn create_if_missing(path: &Path) -> Result<(), MigrateError> {
    match create_private(path) {
        Err(source) if source.kind() != io::ErrorKind::AlreadyExists => {
            Err(MigrateError::Create { path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}

fn ensure_ledger(connection: &mut Connection) -> Result<u32, MigrateError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(
        "CREATE TABLE IF NOT EXISTS schema_migrations (
             version  INTEGER PRIMARY KEY,
             name     TEXT NOT NULL,
             checksum BLOB NOT NULL
         ) STRICT",
    )?;
    let version = check_ledger(&transaction)?;
    transaction.commit()?;
    Ok(version)
}

/// One step towards the target; `None` once it is reached.
fn go_one_step(connection: &mut Connection, target: u32) -> Result<Option<Step>, MigrateError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version = check_ledger(&transaction)?;
    let (number, direction) = match version.cmp(&target) {
        std::cmp::Ordering::Less => (version + 1, Direction::Up),
        std::cmp::Ordering::Equal => return Ok(None),
        std::cmp::Ordering::Greater => (version, Direction::Down),
    };
    let known = MIGRATIONS.iter().find(|migration| migration.version == number);
    let migration = known.ok_or(MigrateError::Unknown { wanted: number, newest: newest() })?;
    match direction {
        Direction::Up => apply(&transaction, migration)?,
        Direction::Down => take_back(&transaction, migration)?,
    }
    transaction.commit()?;
    Ok(Some(Step { version: number, name: migration.name, direction }))
}

fn apply(transaction: &Transaction<'_>, migration: &Migration) -> rusqlite::Result<()> {
    transaction.execute_batch(migration.up)?;
    transaction.execute(
        "INSERT INTO schema_migrations (version, name, checksum) VALUES (?1, ?2, ?3)",
        params![migration.version, migration.name, migration.checksum()],
    )?;
    Ok(())
}

fn take_back(transaction: &Transaction<'_>, migration: &Migration) -> rusqlite::Result<()> {
    transaction.execute_batch(migration.down)?;
    transaction.execute("DELETE FROM schema_migrations WHERE version = ?1", [migration.version])?;
    Ok(())
}

/// Compares what was applied with what this program has; says the newest applied.
fn check_ledger(connection: &Connection) -> Result<u32, MigrateError> {
    let ledger = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'";
    if connection.query_row(ledger, [], |_| Ok(())).optional()?.is_none() {
        return Ok(0);
    }
    let mut statement = connection.prepare("SELECT version, checksum FROM schema_migrations ORDER BY version")?;
    let mut rows = statement.query([])?;
    let mut expected = MIGRATIONS.iter();
    let mut version = 0;
    while let Some(row) = rows.next()? {
        let found: u32 = row.get(0)?;
        let Some(migration) = expected.next() else { return Err(newer(connection)?) };
        if (found, row.get::<_, [u8; 32]>(1)?) != (migration.version, migration.checksum()) {
            return Err(MigrateError::Changed { version: migration.version, name: migration.name });
        }
        version = found;
    }
    Ok(version)
}

fn newer(connection: &Connection) -> rusqlite::Result<MigrateError> {
    let found = connection.query_row("SELECT max(version) FROM schema_migrations", [], |row| row.get(0))?;
    Ok(MigrateError::Newer { found, newest: newest() })
}
