//! Codes that are being guessed at right now.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use otpd_domain::Timestamp;
use otpd_domain::challenge::{ChallengeId, Subject};
use otpd_domain::identifier::Identifier;

use super::standing::Standing;
use crate::rules::{Fate, Marks};

/// Codes that are remembered at most: more than are guessed at within a moment.
const CAPACITY: usize = 1024;

/// What reservations read of the codes they were made for, so that the use of a right one need not read it again: a tenth of
/// what a verification costs the writer. All of it but the marks never changes once it is written; whether a mark was made
/// meanwhile, the use itself finds out. A code that was forgotten is read.
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
    /// Whether it was alive, and still is at `now` if nobody has marked it since.
    pub(super) fn is_alive(&self, now: Timestamp) -> bool {
        self.marks.fate(now) == Fate::Alive
    }
}

impl Reserved {
    /// Remembers a code.
    pub(super) fn remember(&self, id: ChallengeId, standing: &Standing) {
        let (subject, contact, sent_at) = (standing.subject, standing.identifier.clone(), standing.created_at);
        let mut codes = self.lock();
        // Those of wrong guesses stay; nearly all of them are of no more use.
        if codes.len() >= CAPACITY {
            codes.clear();
        }
        codes.insert(id, Seen { subject, contact, sent_at, marks: standing.marks });
    }

    /// What is remembered of it, and not any longer.
    pub(super) fn take(&self, id: ChallengeId) -> Option<Seen> {
        self.lock().remove(&id)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ChallengeId, Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
