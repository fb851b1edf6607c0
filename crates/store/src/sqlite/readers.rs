//! Connections that only read, beside the writer.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, TryLockError};

use otpd_domain::ports::StoreError;
use rusqlite::Connection;

use super::errors::store_error;

type Slot = Mutex<Option<Connection>>;

/// A few connections for look-ups and one for long reads, which so never stands in a look-up's way.
pub(super) struct Readers {
    look_ups: Vec<Slot>,
    scans: Slot,
    next: AtomicUsize,
}

impl Readers {
    /// Readers on these connections.
    pub(super) fn new(look_ups: Vec<Connection>, scans: Connection) -> Self {
        let look_ups = look_ups.into_iter().map(|connection| Mutex::new(Some(connection))).collect();
        Self { look_ups, scans: Mutex::new(Some(scans)), next: AtomicUsize::new(0) }
    }

    /// Reads on the first free connection. The reads are too short to be worth a change of thread.
    pub(super) fn look_up<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let start = self.next.fetch_add(1, Ordering::Relaxed) % self.look_ups.len();
        let in_turn = || self.look_ups[start..].iter().chain(&self.look_ups[..start]);
        for slot in in_turn() {
            match slot.try_lock() {
                Ok(connection) => return read_on(connection.as_ref(), read),
                Err(TryLockError::Poisoned(poisoned)) => return read_on(poisoned.into_inner().as_ref(), read),
                Err(TryLockError::WouldBlock) => {}
            }
        }
        let connection = self.look_ups[start].lock().unwrap_or_else(PoisonError::into_inner);
        read_on(connection.as_ref(), read)
    }

    /// Reads on the connection for long reads. Blocks: call it on a thread for that.
    pub(super) fn scan<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let connection = self.scans.lock().unwrap_or_else(PoisonError::into_inner);
        read_on(connection.as_ref(), read)
    }

    /// Closes the connections, after the reads that are under way.
    pub(super) fn close(&self) {
        for slot in self.look_ups.iter().chain([&self.scans]) {
            slot.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
    }
}

fn read_on<T>(
    connection: Option<&Connection>,
    read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> Result<T, StoreError> {
    let connection = connection.ok_or_else(|| StoreError::Unavailable("the store is closed".to_owned()))?;
    read(connection).map_err(store_error)
}
