//! Codes at which a guess was counted, and that may be used next.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use otpd_domain::Timestamp;
use otpd_domain::challenge::{ChallengeId, Subject};
use otpd_domain::identifier::Identifier;

use super::standing::Standing;
use crate::rules::{Fate, Marks};

/// Codes that are remembered at most: two megabytes.
const CAPACITY: usize = 8192;

/// What reservations read of the codes they were made for, so that the use of a right one need not read it again. All of it
/// but the marks never changes once it is written; whether a mark was made meanwhile, the use itself finds out.
///
/// Codes that were guessed wrongly stay until there are too many, with their contacts; a code that was forgotten is read. Those
/// of nobody are remembered, too: the same work takes the same time.
#[derive(Default)]
pub(super) struct Reserved(Mutex<HashMap<ChallengeId, Seen>>);

/// What its use needs to know of a code.
pub(super) struct Seen {
    pub(super) subject: Subject,
    pub(super) contact: Identifier,
    pub(super) sent_at: Timestamp,
    marks: Marks,
}

impl Seen {
    /// Of a code that stands so.
    pub(super) fn of(standing: &Standing) -> Self {
        let Standing { subject, created_at: sent_at, marks, .. } = *standing;
        Self { subject, contact: standing.identifier.clone(), sent_at, marks }
    }

    /// Whether it was alive, and still is at `now` if nobody has marked it since.
    pub(super) fn is_alive(&self, now: Timestamp) -> bool {
        self.marks.fate(now) == Fate::Alive
    }
}

impl Reserved {
    /// Remembers a code.
    pub(super) fn remember(&self, id: ChallengeId, seen: Seen, now: Timestamp) {
        let mut codes = self.lock();
        if codes.len() >= CAPACITY {
            codes.retain(|_, seen| seen.is_alive(now));
            // A flood of guesses: those that are forgotten with it are read, as if there were nothing here.
            if codes.len() > CAPACITY / 2 {
                codes.clear();
            }
        }
        codes.insert(id, seen);
    }

    /// What is remembered of it, and not any longer.
    pub(super) fn take(&self, id: ChallengeId) -> Option<Seen> {
        self.lock().remove(&id)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ChallengeId, Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
