//! Failures and limits on their way into the trail: folded, and written within about a second, behind the work that people
//! wait for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use otpd_domain::Timestamp;
use otpd_domain::audit::{AuditEvent, NewAuditEntry};
use otpd_domain::visitor::Trail;
use rusqlite::{Connection, Result};

use super::insert_entry;
use crate::sqlite::queue::{Job, Queue, Ran, ran};

/// How long an entry waits for others alike, and at most about as long for its write.
const FOLD: Duration = Duration::from_secs(1);
/// Different entries that wait at most, and so are written in a second: less than a millisecond's work, and a flood with
/// ever new contacts does not fill the disk. How many more there were is noted.
const CAPACITY: usize = 200;

/// Entries that are not written yet.
#[derive(Default)]
pub(in crate::sqlite) struct Notes(Mutex<Pending>);

#[derive(Default)]
struct Pending {
    waiting: Vec<Noted>,
    /// Where the latest of its kind is in `waiting`.
    latest: HashMap<NewAuditEntry, usize>,
    /// How many there was no room for, and since when.
    left_out: Option<(u32, Timestamp)>,
    /// A job is on its way that writes them.
    scheduled: bool,
}

struct Noted {
    entry: NewAuditEntry,
    at: Timestamp,
    times: u32,
}

impl Notes {
    /// Notes an entry. Never waits for the disk.
    pub(in crate::sqlite) fn note(notes: &Arc<Self>, queue: &Arc<Queue>, entry: NewAuditEntry, now: Timestamp) {
        let mut pending = notes.lock();
        pending.add(entry, now);
        if !std::mem::replace(&mut pending.scheduled, true) {
            drop(pending);
            Self::schedule(notes, queue);
        }
    }

    /// Writes all there are, when there is no queue any more.
    pub(in crate::sqlite) fn write_rest(&self, connection: &Connection) {
        let rest = self.lock().take();
        if rest.is_empty() {
            return;
        }
        let written = connection.unchecked_transaction().and_then(|transaction| {
            write(&transaction, &rest)?;
            transaction.commit()
        });
        if let Err(error) = written {
            tracing::error!(%error, entries = rest.len(), "the last entries of the audit trail were not written");
        }
    }

    /// Refused by a queue that is closed: then the writer asks for the rest.
    fn schedule(notes: &Arc<Self>, queue: &Arc<Queue>) {
        let job = Flush { notes: Arc::clone(notes), queue: Arc::downgrade(queue), taken: Vec::new(), failed: false };
        queue.later(FOLD, Box::new(job));
    }

    fn lock(&self) -> MutexGuard<'_, Pending> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pending {
    fn add(&mut self, entry: NewAuditEntry, now: Timestamp) {
        let alike = self.latest.get(&entry).and_then(|index| self.waiting.get_mut(*index));
        if let Some(noted) = alike
            && now.since(noted.at).max(noted.at.since(now)) < FOLD
        {
            noted.times = noted.times.saturating_add(1);
        } else if self.waiting.len() < CAPACITY {
            self.latest.insert(entry.clone(), self.waiting.len());
            self.waiting.push(Noted { entry, at: now, times: 1 });
        } else {
            let (count, since) = self.left_out.unwrap_or((0, now));
            self.left_out = Some((count.saturating_add(1), since));
        }
    }

    /// Takes all; how many were left out comes last.
    fn take(&mut self) -> Vec<Noted> {
        self.latest.clear();
        let mut taken = std::mem::take(&mut self.waiting);
        if let Some((times, at)) = self.left_out.take() {
            tracing::warn!(entries = times, "more came for the audit trail at once than there is room for");
            taken.push(Noted { entry: NewAuditEntry::new(AuditEvent::LeftOut, Trail::default()), at, times });
        }
        taken
    }

    /// Puts back what was not written, as far as there is room.
    fn put_back(&mut self, taken: Vec<Noted>) {
        self.latest.clear();
        self.waiting.splice(..0, taken);
        for lost in self.waiting.drain(CAPACITY.min(self.waiting.len())..) {
            let (count, since) = self.left_out.unwrap_or((0, lost.at));
            self.left_out = Some((count.saturating_add(lost.times), since));
        }
    }
}

fn write(connection: &Connection, entries: &[Noted]) -> Result<()> {
    entries.iter().try_for_each(|noted| insert_entry(connection, &noted.entry, noted.times, noted.at))
}

/// Writes what waits.
struct Flush {
    notes: Arc<Notes>,
    queue: Weak<Queue>,
    taken: Vec<Noted>,
    failed: bool,
}

impl Job for Flush {
    fn run(&mut self, connection: &Connection) -> Ran {
        if self.taken.is_empty() {
            self.taken = self.notes.lock().take();
        }
        let (written, ran) = ran(|| write(connection, &self.taken));
        self.failed = written.is_err();
        ran
    }

    fn answer(self: Box<Self>, undone: Option<&str>) {
        let Self { notes, queue, taken, failed } = *self;
        let mut pending = notes.lock();
        if failed || undone.is_some() {
            pending.put_back(taken);
        }
        pending.scheduled = !pending.waiting.is_empty() || pending.left_out.is_some();
        if pending.scheduled
            && let Some(queue) = queue.upgrade()
        {
            drop(pending);
            Notes::schedule(&notes, &queue);
        }
    }
}

#[cfg(test)]
mod tests;
