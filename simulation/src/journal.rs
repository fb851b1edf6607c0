//! What happened, in order: its hash tells two runs apart, its end tells how a run came to grief.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

/// Events kept for the report of a violation.
const KEPT: usize = 80;

/// What happened.
#[derive(Debug, Default)]
pub struct Journal(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    hash: Sha256,
    events: u64,
    latest: VecDeque<String>,
    violated: Option<String>,
}

/// A promise that was not kept.
#[derive(Debug)]
pub struct Violation {
    /// The seed that shows it.
    pub seed: u64,
    /// What was promised and did not hold.
    pub what: String,
    /// The last events, the oldest first.
    pub events: Vec<String>,
}

impl Journal {
    /// Notes an event.
    pub fn note(&self, event: String) {
        let mut inner = self.lock();
        inner.hash.update(event.as_bytes());
        inner.hash.update([b'\n']);
        inner.events += 1;
        if inner.latest.len() == KEPT {
            inner.latest.pop_front();
        }
        inner.latest.push_back(event);
    }

    /// Notes that a promise did not hold. The first one counts.
    pub fn violated(&self, what: String) {
        self.note(format!("VIOLATED: {what}"));
        let mut inner = self.lock();
        inner.violated.get_or_insert(what);
    }

    /// Notes that a promise did not hold, unless it did.
    pub fn demand(&self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.violated(what());
        }
    }

    /// Whether a promise did not hold.
    pub fn is_violated(&self) -> bool {
        self.lock().violated.is_some()
    }

    /// The first promise that did not hold.
    pub fn violation(&self, seed: u64) -> Option<Violation> {
        let inner = self.lock();
        let what = inner.violated.clone()?;
        Some(Violation { seed, what, events: inner.latest.iter().cloned().collect() })
    }

    /// How many events there were, and the hash of them all.
    pub fn sum(&self) -> (u64, String) {
        let inner = self.lock();
        let hash: [u8; 32] = inner.hash.clone().finalize().into();
        let (first, _) = hash.split_first_chunk().unwrap_or_else(|| unreachable!("32 bytes have eight"));
        (inner.events, format!("{:016x}", u64::from_be_bytes(*first)))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.what)?;
        writeln!(f, "the last events:")?;
        for event in &self.events {
            writeln!(f, "  {event}")?;
        }
        write!(f, "play it again with OTPD_SIM_SEED={}", self.seed)
    }
}
