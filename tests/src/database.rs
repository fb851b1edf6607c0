//! Looks into the database of a server, with the SQLite that otpd itself is built with.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::FromSql;
use rusqlite::{Connection, OpenFlags, Params};

/// How long a look may wait for a lock.
const PATIENCE: Duration = Duration::from_secs(10);

/// A database, or a copy of one.
pub struct Database {
    connection: Connection,
    _copy: Option<tempfile::TempDir>,
}

impl Database {
    /// Opens the database of a running server for reading only, beside it.
    ///
    /// # Panics
    /// When it is no database.
    pub fn of_running(path: &Path) -> Self {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("it opens");
        connection.busy_timeout(PATIENCE).expect("a busy timeout");
        Self { connection, _copy: None }
    }

    /// Copies the database of a stopped or killed server with its write-ahead log, and opens the copy: opening
    /// the original would fold the log into it and spare the server the recovery it is tested for.
    ///
    /// # Panics
    /// When the copy cannot be made or is no database.
    pub fn of_stopped(path: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let copy = folder.path().join("copy.db");
        std::fs::copy(path, &copy).expect("the database can be copied");
        let log = beside(path, "-wal");
        if log.exists() {
            std::fs::copy(log, beside(&copy, "-wal")).expect("its log can be copied");
        }
        let connection = Connection::open(copy).expect("the copy opens");
        Self { connection, _copy: Some(folder) }
    }

    /// One value.
    ///
    /// # Panics
    /// When the statement is wrong or finds no row.
    pub fn value<T: FromSql>(&self, statement: &str, parameters: impl Params) -> T {
        self.connection.query_row(statement, parameters, |row| row.get(0)).expect("a value")
    }

    /// The connection, for questions of more than one value.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }
}

/// The file beside another whose name is longer by `suffix`.
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
