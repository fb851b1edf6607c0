//! Moves the write-ahead log into the database file without holding up commits.
//!
//! A thread of its own copies pages while the writer goes on appending. Since it then never reaches the very end,
//! the log would grow for ever; so, when little is left, the writer itself copies the rest between two groups and
//! starts the log anew.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::Connection;

/// Pages left that the writer copies by itself: a few milliseconds' work.
const REST: u32 = 512;
/// Operations after which the length of the log is asked for again, when they come in crowds: SQLite compiles that question
/// anew each time.
const LOOK_EVERY: usize = 128;
/// Groups of fewer operations are no crowd: then it is asked for after each, which may have touched many rows.
const CROWD: usize = 8;
/// Passes of the thread over a log that goes on growing meanwhile; each leaves less than the one before.
const PASSES: u32 = 4;
/// How long the writer waits for readers that are still in the log, before it leaves the log as it is.
const WAIT_FOR_READERS: Duration = Duration::from_millis(5);

/// Keeps writer and checkpoint thread in step.
pub(super) struct Checkpoints {
    state: Mutex<State>,
    changed: Condvar,
    /// Pages in the log from which on it is copied.
    threshold: u32,
    busy_timeout: Duration,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The log is short.
    Idle,
    /// The thread shall copy, or does.
    Copying,
    /// The writer shall copy the rest.
    Finishing,
}

struct State {
    phase: Phase,
    closed: bool,
    /// Operations since the length of the log was asked for.
    unseen: usize,
    /// Pages that could not be copied last time, since a long read still needed what was before them.
    stuck: u32,
}

/// How long the log is, and how much of it is in the file already; in pages.
#[derive(Clone, Copy, Debug)]
struct Log {
    pages: u32,
    copied: u32,
}

impl Log {
    /// Pages that are in the log only.
    fn left(self) -> u32 {
        self.pages.saturating_sub(self.copied)
    }
}

impl Checkpoints {
    /// Copies whenever `threshold` pages are seen to wait in the log. `busy_timeout` is the writer's own, put back after use.
    pub(super) fn new(threshold: u32, busy_timeout: Duration) -> Self {
        let state = Mutex::new(State { phase: Phase::Idle, closed: false, unseen: 0, stuck: 0 });
        Self { state, changed: Condvar::new(), threshold, busy_timeout }
    }

    /// The writer calls this after every commit, with how many operations it did.
    pub(super) fn after_commit(&self, writer: &Connection, operations: usize) {
        let mut state = self.lock();
        state.unseen += operations;
        let looks = operations < CROWD || state.unseen >= LOOK_EVERY;
        let phase = state.phase;
        drop(state);
        match phase {
            Phase::Finishing => {
                let left = self.finish(writer);
                let mut state = self.lock();
                state.phase = Phase::Idle;
                state.unseen = 0;
                state.stuck = left;
            }
            Phase::Idle if looks => self.begin_when_long(writer),
            Phase::Idle | Phase::Copying => {}
        }
    }

    fn begin_when_long(&self, writer: &Connection) {
        let Ok(log) = run(writer, "PRAGMA wal_checkpoint(NOOP)") else { return };
        let mut state = self.lock();
        state.unseen = 0;
        if log.left() >= state.stuck.saturating_add(self.threshold) {
            state.phase = Phase::Copying;
            self.changed.notify_one();
        }
    }

    /// Copies the rest and starts the log anew, unless a reader is still in it; says how much is left then.
    fn finish(&self, writer: &Connection) -> u32 {
        let begun_anew =
            writer.busy_timeout(WAIT_FOR_READERS).and_then(|()| run(writer, "PRAGMA wal_checkpoint(RESTART)"));
        let patient_again = writer.busy_timeout(self.busy_timeout);
        if let Err(error) = begun_anew.and(patient_again) {
            tracing::warn!(%error, "the log could not be started anew; it is tried again when it has grown");
        }
        run(writer, "PRAGMA wal_checkpoint(NOOP)").map_or(0, Log::left)
    }

    /// The body of the checkpoint thread.
    pub(super) fn serve(&self, connection: &Connection) {
        while self.wait_for_work() {
            if let Err(error) = self.copy(connection) {
                tracing::warn!(%error, "the log could not be copied into the database; it is tried again");
            }
            self.lock().phase = Phase::Finishing;
        }
    }

    fn copy(&self, connection: &Connection) -> rusqlite::Result<()> {
        for _ in 0..PASSES {
            if run(connection, "PRAGMA wal_checkpoint(PASSIVE)")?.left() == 0 {
                break;
            }
            let log = run(connection, "PRAGMA wal_checkpoint(NOOP)")?;
            if log.left() <= REST || self.lock().closed {
                break;
            }
        }
        Ok(())
    }

    fn wait_for_work(&self) -> bool {
        let mut state = self.lock();
        while state.phase != Phase::Copying && !state.closed {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        !state.closed
    }

    /// Ends the checkpoint thread.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn run(connection: &Connection, pragma: &str) -> rusqlite::Result<Log> {
    connection.prepare_cached(pragma)?.query_row([], |row| {
        // SQLite says -1 when there is no log.
        let pages = row.get::<_, i64>(1)?;
        let copied = row.get::<_, i64>(2)?;
        Ok(Log { pages: u32::try_from(pages).unwrap_or(0), copied: u32::try_from(copied).unwrap_or(0) })
    })
}
