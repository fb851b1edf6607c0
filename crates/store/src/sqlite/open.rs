//! Opening the file: which settings hold on which connection, and what refuses to start.

use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::audit::Notes;
use super::checkpoint::Checkpoints;
use super::migrate::{self, MigrateError};
use super::migrations::newest;
use super::queue::Queue;
use super::readers::Readers;
use super::spent::SpentUntil;
use super::{Inner, SqliteStore, writer};

/// SQLite before 3.51.3 can corrupt a database when it resets the log.
const OLDEST_SQLITE: i32 = 3_051_003;
/// Bytes of a page, settled when the file is made. What is written here and there (a session's entry in the index by
/// account) costs a whole page in the log, so a smaller one than SQLite's usual 4096 carries a quarter more sign-ins.
const PAGE_SIZE: i64 = 2048;
/// Bytes the log is cut to once it is copied, should a long read (a backup) have made it grow further.
const LOG_KEPT: i64 = 32 * 1024 * 1024;
/// Page cache of the writer, in KiB. The system's own cache holds the rest of the file.
const WRITER_CACHE: i64 = 6 * 1024;
/// Page cache of each reader, in KiB. Every commit empties it, so more would not help.
const READER_CACHE: i64 = 1024;
/// Statements each connection keeps prepared; more than there are.
const STATEMENTS: usize = 192;

/// How the store is opened.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How long to wait for another process (a command) that writes to the same file.
    pub busy_timeout: Duration,
    /// Operations that may wait for the writer. When so many do, further ones are refused at once.
    pub queue: usize,
    /// Connections for look-ups.
    pub readers: usize,
    /// Pages in the write-ahead log from which on it is copied into the file, at the next look at its length.
    pub checkpoint_pages: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { busy_timeout: Duration::from_secs(5), queue: 10_000, readers: 2, checkpoint_pages: 4_000 }
    }
}

/// The store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Linked with an SQLite that is known to corrupt files.
    #[error("this program is linked with SQLite {0}, which can corrupt its file; build it with the bundled one")]
    OldSqlite(&'static str),
    /// There is no such database yet.
    #[error("there is no database {0} yet; make it with `otpd migrate`")]
    Missing(PathBuf),
    /// Not all migrations were applied.
    #[error("the database {path} is at migration {found} of {wanted}; run `otpd migrate`")]
    Outdated {
        /// The file.
        path: PathBuf,
        /// The newest applied migration.
        found: u32,
        /// The newest this program knows.
        wanted: u32,
    },
    /// The schema cannot be told, or is not one this program can work with.
    #[error(transparent)]
    Schema(#[from] MigrateError),
    /// The file cannot be opened.
    #[error("the database {path} cannot be opened: {source}")]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// A thread cannot be started.
    #[error("a thread for the database cannot be started: {0}")]
    Thread(#[from] io::Error),
}

impl SqliteStore {
    /// Opens a database that is fully migrated, and starts its threads. Blocks for some milliseconds.
    ///
    /// # Errors
    /// When the file is missing, not migrated, migrated by a newer program, or cannot be opened.
    pub fn open(path: &Path, options: Options) -> Result<Self, OpenError> {
        if rusqlite::version_number() < OLDEST_SQLITE {
            return Err(OpenError::OldSqlite(rusqlite::version()));
        }
        demand_newest_schema(path)?;
        let failed = |source| OpenError::Sqlite { path: path.to_owned(), source };
        let writing = connect_writer(path, options.busy_timeout).map_err(failed)?;
        let copying = connect_writer(path, options.busy_timeout).map_err(failed)?;
        let reader = || connect_reader(path, options.busy_timeout);
        let look_ups = (0..options.readers.max(1)).map(|_| reader()).collect::<Result<_, _>>().map_err(failed)?;
        let scans = reader().map_err(failed)?;

        let queue = Arc::new(Queue::new(options.queue));
        let checkpoints = Arc::new(Checkpoints::new(options.checkpoint_pages, options.busy_timeout));
        let notes = Arc::<Notes>::default();
        let spent_until = Arc::new(SpentUntil::read(&writing).map_err(failed)?);
        let threads = start_threads(&queue, &checkpoints, &notes, writing, copying)?;
        let inner = Inner {
            path: path.to_owned(),
            queue,
            notes,
            checkpoints,
            readers: Arc::new(Readers::new(look_ups, scans)),
            spent_until,
            reserved: Arc::default(),
            sends: Arc::default(),
            threads: Mutex::new(threads),
        };
        Ok(Self { inner: Arc::new(inner) })
    }
}

/// Starts the threads that write; each gives its connection back when it ends.
fn start_threads(
    queue: &Arc<Queue>,
    checkpoints: &Arc<Checkpoints>,
    notes: &Arc<Notes>,
    writing: Connection,
    copying: Connection,
) -> io::Result<Vec<JoinHandle<Connection>>> {
    let copier = {
        let checkpoints = Arc::clone(checkpoints);
        let body = move || {
            checkpoints.serve(&copying);
            copying
        };
        thread::Builder::new().name("store-log".to_owned()).spawn(body)?
    };
    let writer = {
        let (queue, checkpoints, notes) = (Arc::clone(queue), Arc::clone(checkpoints), Arc::clone(notes));
        let body = move || {
            writer::write(&writing, &queue, &checkpoints, &notes);
            writing
        };
        thread::Builder::new().name("store-writer".to_owned()).spawn(body)?
    };
    Ok(vec![writer, copier])
}

fn demand_newest_schema(path: &Path) -> Result<(), OpenError> {
    if !path.exists() {
        return Err(OpenError::Missing(path.to_owned()));
    }
    let found = migrate::applied_version(path)?;
    let wanted = newest();
    if found < wanted {
        return Err(OpenError::Outdated { path: path.to_owned(), found, wanted });
    }
    Ok(())
}

/// A connection that may write. It never copies the log by itself: see [`super::checkpoint`].
pub(super) fn connect_writer(path: &Path, busy_timeout: Duration) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(busy_timeout)?;
    connection.pragma_update(None, "page_size", PAGE_SIZE)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "journal_size_limit", LOG_KEPT)?;
    connection.pragma_update(None, "cache_size", -WRITER_CACHE)?;
    // Overwrites what is erased, where that takes no further page: an erased message leaves no copy in the file.
    connection.pragma_update(None, "secure_delete", "FAST")?;
    prepare_once(&connection)?;
    Ok(connection)
}

/// Lets every statement be planned once and kept. Without the stability guarantee SQLite looks at the bound value of a
/// `LIMIT` and plans the statement anew whenever it changes: a quarter of the writer's time under load.
fn prepare_once(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(|_| ())
}

/// A connection that only reads.
pub(super) fn connect_reader(path: &Path, busy_timeout: Duration) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(busy_timeout)?;
    connection.pragma_update(None, "cache_size", -READER_CACHE)?;
    prepare_once(&connection)?;
    Ok(connection)
}

/// Makes an empty file that only its owner may read; SQLite gives the log beside it the same mode.
pub(super) fn create_private(path: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map(|_| ())
}
