//! The one thread that writes.
//!
//! It takes what is queued, runs it as one transaction, commits once, and only then answers. Operations run
//! without savepoints, which would cost a tenth of the throughput and more; should one fail, which is rare, the group is
//! rolled back and run again with a savepoint each.

use std::sync::Arc;

use rusqlite::Connection;

use super::audit::Notes;
use super::checkpoint::Checkpoints;
use super::queue::{Job, Queue, Ran};

/// Writes until the queue is closed and empty; then what is left for the audit trail.
pub(super) fn write(connection: &Connection, queue: &Arc<Queue>, checkpoints: &Arc<Checkpoints>, notes: &Notes) {
    let mut group = Vec::new();
    while queue.take(&mut group) {
        let undone = run_group(connection, &mut group).err();
        if let Some(why) = &undone {
            tracing::error!(operations = group.len(), error = %why, "a group of writes was not committed");
        }
        let operations = group.len();
        for job in group.drain(..) {
            job.answer(undone.as_deref());
        }
        checkpoints.after_commit(connection, operations);
    }
    notes.write_rest(connection);
}

/// Runs and commits a group. The error says why nothing of it was done.
fn run_group(connection: &Connection, group: &mut [Box<dyn Job>]) -> Result<(), String> {
    let done = match attempt(connection, group) {
        Ok(Attempt::Committed) => Ok(()),
        Ok(Attempt::OneFailed) => one_by_one(connection, group),
        Err(why) => Err(why),
    };
    if done.is_err() {
        roll_back(connection);
    }
    done
}

enum Attempt {
    Committed,
    OneFailed,
}

fn attempt(connection: &Connection, group: &mut [Box<dyn Job>]) -> Result<Attempt, String> {
    execute(connection, "BEGIN IMMEDIATE")?;
    for job in group {
        match job.run(connection) {
            Ran::Done => {}
            Ran::Failed => {
                roll_back(connection);
                return Ok(Attempt::OneFailed);
            }
            Ran::Doomed(why) => return Err(why),
        }
    }
    execute(connection, "COMMIT")?;
    Ok(Attempt::Committed)
}

/// The same with a savepoint around each, so that those that fail leave nothing behind.
fn one_by_one(connection: &Connection, group: &mut [Box<dyn Job>]) -> Result<(), String> {
    execute(connection, "BEGIN IMMEDIATE")?;
    for job in group {
        execute(connection, "SAVEPOINT operation")?;
        match job.run(connection) {
            Ran::Done => {}
            Ran::Failed => execute(connection, "ROLLBACK TO operation")?,
            Ran::Doomed(why) => return Err(why),
        }
        execute(connection, "RELEASE operation")?;
    }
    execute(connection, "COMMIT")
}

fn execute(connection: &Connection, sql: &str) -> Result<(), String> {
    let done = connection.prepare_cached(sql).and_then(|mut statement| statement.execute([]));
    done.map(|_| ()).map_err(|error| error.to_string())
}

/// Ends an open transaction. SQLite may have ended it already; then there is nothing to do.
fn roll_back(connection: &Connection) {
    if !connection.is_autocommit()
        && let Err(error) = execute(connection, "ROLLBACK")
    {
        tracing::error!(%error, "a transaction could not be rolled back");
    }
}
