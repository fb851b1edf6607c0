//! Operations on their way to the writer.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use otpd_domain::ports::StoreError;
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::errors::{is_own_fault, store_error};

/// Operations of a group: enough to share one wait for the disk among many, few enough that the last of a group
/// is answered within milliseconds.
const GROUP: usize = 256;
/// Background operations of a group. Each is small by itself.
const GROUP_BACKGROUND: usize = 2;

/// Who waits for an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Priority {
    /// A person.
    Urgent,
    /// The delivery worker or a clean-up.
    Background,
}

/// How an operation went inside the open transaction.
pub(super) enum Ran {
    /// It did what it should.
    Done,
    /// It failed by itself; the others may go on once its traces are rolled back.
    Failed,
    /// It failed for a reason that concerns the whole group.
    Doomed(String),
}

/// An operation that waits for its commit.
pub(super) trait Job: Send {
    /// Does it, inside the open transaction. May be called again after a roll-back.
    fn run(&mut self, connection: &Connection) -> Ran;
    /// Answers the caller. `undone` says why the group was not committed.
    fn answer(self: Box<Self>, undone: Option<&str>);
}

/// Does the work of a job and tells how it went. A panic must not take the writer with it: what it left in the transaction
/// is rolled back.
pub(super) fn ran<T>(work: impl FnOnce() -> rusqlite::Result<T>) -> (Result<T, StoreError>, Ran) {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(value)) => (Ok(value), Ran::Done),
        Ok(Err(error)) => {
            let own = is_own_fault(&error);
            let error = store_error(error);
            let ran = if own { Ran::Failed } else { Ran::Doomed(error.to_string()) };
            (Err(error), ran)
        }
        Err(_) => (Err(StoreError::Unavailable("an operation panicked".to_owned())), Ran::Failed),
    }
}

struct Operation<T, F> {
    work: F,
    outcome: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Job for Operation<T, F>
where
    T: Send,
    F: Fn(&Connection) -> rusqlite::Result<T> + Send,
{
    fn run(&mut self, connection: &Connection) -> Ran {
        let (outcome, ran) = ran(|| (self.work)(connection));
        self.outcome = Some(outcome);
        ran
    }

    fn answer(self: Box<Self>, undone: Option<&str>) {
        let outcome = match (undone, self.outcome) {
            (None, Some(outcome)) => outcome,
            (Some(why), _) => Err(StoreError::Unavailable(why.to_owned())),
            (None, None) => Err(StoreError::Unavailable("an operation was not run".to_owned())),
        };
        // The caller may have left; its operation stands all the same.
        let _ = self.reply.send(outcome);
    }
}

/// The queue in front of the writer: bounded, with a second lane for work nobody waits for.
pub(super) struct Queue {
    lanes: Mutex<Lanes>,
    filled: Condvar,
    capacity: usize,
}

#[derive(Default)]
struct Lanes {
    urgent: VecDeque<Box<dyn Job>>,
    background: VecDeque<Box<dyn Job>>,
    /// What goes into the background lane when its time has come.
    later: Vec<(Instant, Box<dyn Job>)>,
    writer_waits: bool,
    closed: bool,
}

impl Queue {
    /// A queue that holds `capacity` operations in each lane.
    pub(super) fn new(capacity: usize) -> Self {
        Self { lanes: Mutex::default(), filled: Condvar::new(), capacity }
    }

    /// Queues an operation and waits for its answer.
    pub(super) async fn submit<T, F>(&self, priority: Priority, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.push(priority, Box::new(Operation { work, outcome: None, reply }))?;
        answer.await.unwrap_or_else(|_| Err(StoreError::Unavailable("the writer has stopped".to_owned())))
    }

    fn push(&self, priority: Priority, job: Box<dyn Job>) -> Result<(), StoreError> {
        let mut lanes = self.lock();
        if lanes.closed {
            return Err(StoreError::Unavailable("the store is closed".to_owned()));
        }
        let lane = match priority {
            Priority::Urgent => &mut lanes.urgent,
            Priority::Background => &mut lanes.background,
        };
        if lane.len() >= self.capacity {
            return Err(StoreError::Unavailable(format!("{} operations are waiting already", self.capacity)));
        }
        lane.push_back(job);
        let wake = std::mem::take(&mut lanes.writer_waits);
        drop(lanes);
        if wake {
            self.filled.notify_one();
        }
        Ok(())
    }

    /// Queues a job for the background lane, after a while. A queue that is closed forgets it.
    pub(super) fn later(&self, delay: Duration, job: Box<dyn Job>) {
        let mut lanes = self.lock();
        if lanes.closed {
            return;
        }
        lanes.later.push((Instant::now() + delay, job));
        let wake = std::mem::take(&mut lanes.writer_waits);
        drop(lanes);
        if wake {
            self.filled.notify_one();
        }
    }

    /// Waits for operations and moves the next group of them into `group`. False when the queue is closed and empty.
    pub(super) fn take(&self, group: &mut Vec<Box<dyn Job>>) -> bool {
        let mut lanes = self.lock();
        loop {
            let next = lanes.move_due();
            if !lanes.urgent.is_empty() || !lanes.background.is_empty() {
                break;
            }
            if lanes.closed {
                return false;
            }
            lanes.writer_waits = true;
            lanes = match next {
                None => self.filled.wait(lanes).unwrap_or_else(PoisonError::into_inner),
                Some(next) => self.filled.wait_timeout(lanes, next).unwrap_or_else(PoisonError::into_inner).0,
            };
        }
        let urgent = lanes.urgent.len().min(GROUP);
        group.extend(lanes.urgent.drain(..urgent));
        let background = lanes.background.len().min(GROUP_BACKGROUND);
        group.extend(lanes.background.drain(..background));
        true
    }

    /// Takes no more operations; those queued are still done, but those whose time has not come.
    pub(super) fn close(&self) {
        let mut lanes = self.lock();
        lanes.closed = true;
        let forgotten = std::mem::take(&mut lanes.later);
        drop(lanes);
        drop(forgotten);
        self.filled.notify_one();
    }

    /// How many operations wait.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        let lanes = self.lock();
        lanes.urgent.len() + lanes.background.len()
    }

    fn lock(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lanes {
    /// Moves what is due into the background lane; says how long until the next is.
    fn move_due(&mut self) -> Option<Duration> {
        if self.later.is_empty() {
            return None;
        }
        let now = Instant::now();
        let due = self.later.extract_if(.., |(at, _)| *at <= now).map(|(_, job)| job);
        self.background.extend(due);
        self.later.iter().map(|(at, _)| at.saturating_duration_since(now)).min()
    }
}
