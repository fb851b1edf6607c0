//! The challenges themselves. Everything here is done at once, under the store's lock.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use otpd_domain::Timestamp;
use otpd_domain::challenge::{Challenge, ChallengeId, PendingChallenge, Purpose, Subject};
use otpd_domain::identifier::Identifier;
use otpd_domain::ports::{Once, StoreError};
use tokio::sync::watch;

use crate::rules::{Fate, Marks};

/// A challenge.
pub(super) struct Kept {
    pub(super) challenge: Challenge,
    pub(super) subject: Subject,
    pub(super) attempts: u32,
    pub(super) verified_at: Option<Timestamp>,
    pub(super) superseded_at: Option<Timestamp>,
    found_dead_at: Option<Timestamp>,
    once: Option<Once>,
    /// Closes when it is decided whether it stays. Until then its message is not committed and nobody can find it.
    pub(super) undecided: Option<watch::Receiver<()>>,
}

impl Kept {
    /// One whose message is not committed yet.
    pub(super) fn undecided(challenge: Challenge, once: Option<Once>, decided: watch::Receiver<()>) -> Self {
        Self {
            challenge,
            subject: Subject::Nobody,
            attempts: 0,
            verified_at: None,
            superseded_at: None,
            found_dead_at: None,
            once,
            undecided: Some(decided),
        }
    }

    /// What became of it by `now`.
    pub(super) fn fate(&self, now: Timestamp) -> Fate {
        let marks = Marks {
            verified: self.verified_at.is_some(),
            superseded: self.superseded_at.is_some(),
            found_dead: self.found_dead_at.is_some(),
            expires_at: self.challenge.expires_at,
        };
        marks.fate(now)
    }

    /// The same; one that is expired stays so should the clock be set back.
    pub(super) fn fate_noted(&mut self, now: Timestamp) -> Fate {
        let fate = self.fate(now);
        if fate == Fate::Expired {
            self.found_dead_at.get_or_insert(now);
        }
        fate
    }

    /// Whether it is the one the handle with that secret was given out for.
    pub(super) fn is_of(&self, secret_hash: &[u8; 32]) -> bool {
        // Hashes of random secrets: how many bytes agree helps nobody to find the secret, so no need for constant time.
        self.challenge.secret_hash == *secret_hash
    }

    /// As whoever asked for it sees it; what became of its message is not known here.
    pub(super) fn pending(&self) -> PendingChallenge {
        let mut challenge = self.challenge.clone();
        challenge.expires_at = self.found_dead_at.map_or(challenge.expires_at, |dead| dead.min(challenge.expires_at));
        PendingChallenge {
            challenge,
            subject: self.subject,
            attempts: self.attempts,
            verified_at: self.verified_at,
            superseded_at: self.superseded_at,
            delivery: None,
        }
    }
}

/// All of them, in the order of ids and so of creation, and those that contacts find in the order they came.
pub(super) struct Codes {
    by_id: BTreeMap<ChallengeId, Kept>,
    by_contact: HashMap<(Purpose, Identifier), VecDeque<ChallengeId>>,
    by_once: HashMap<[u8; 32], ChallengeId>,
    capacity: usize,
    keep: Duration,
}

impl Codes {
    pub(super) fn new(capacity: usize, keep: Duration) -> Self {
        let (by_id, by_contact, by_once) = (BTreeMap::new(), HashMap::new(), HashMap::new());
        Self { by_id, by_contact, by_once, capacity, keep }
    }

    pub(super) fn has(&self, id: ChallengeId) -> bool {
        self.by_id.contains_key(&id)
    }

    /// The challenge of that id, if it is decided that it stays.
    pub(super) fn find(&self, id: ChallengeId) -> Option<&Kept> {
        self.by_id.get(&id).filter(|kept| kept.undecided.is_none())
    }

    /// The same, to be changed.
    pub(super) fn find_mut(&mut self, id: ChallengeId) -> Option<&mut Kept> {
        self.by_id.get_mut(&id).filter(|kept| kept.undecided.is_none())
    }

    /// Any challenge, decided or not, to be changed.
    pub(super) fn any_mut(&mut self, id: ChallengeId) -> Option<&mut Kept> {
        self.by_id.get_mut(&id)
    }

    /// Those for a contact and a purpose, the newest first, undecided ones included.
    pub(super) fn sent(&self, purpose: &Purpose, identifier: &Identifier) -> impl Iterator<Item = &Kept> + use<'_> {
        let ids = self.by_contact.get(&(purpose.clone(), identifier.clone()));
        ids.into_iter().flatten().rev().filter_map(|id| self.by_id.get(id))
    }

    /// The newest one for a contact and a purpose.
    pub(super) fn latest(&self, purpose: &Purpose, identifier: &Identifier) -> Option<&Kept> {
        self.sent(purpose, identifier).find(|kept| kept.undecided.is_none())
    }

    /// The one that the same caller's key made, with its request; decided or not.
    pub(super) fn made_by(&self, once: &Once) -> Option<(&Kept, Once)> {
        let kept = self.by_id.get(self.by_once.get(&once.key)?)?;
        Some((kept, kept.once?))
    }

    /// Makes sure that `more` can be put in, by dropping what is older than anything that counts.
    pub(super) fn make_room(&mut self, more: usize, now: Timestamp) -> Result<(), StoreError> {
        while let Some(oldest) = self.by_id.first_entry() {
            if oldest.get().undecided.is_some() || now < oldest.get().challenge.created_at.after(self.keep) {
                break;
            }
            let id = *oldest.key();
            self.remove(id);
        }
        if self.by_id.len() + more > self.capacity {
            let why = format!(
                "{} codes are kept in memory already; a higher challenges.memory_capacity lets in more",
                self.capacity
            );
            return Err(StoreError::Unavailable(why));
        }
        Ok(())
    }

    /// Puts one in, the newest for its contact.
    pub(super) fn insert(&mut self, kept: Kept) {
        let Challenge { id, purpose, identifier, .. } = &kept.challenge;
        if purpose.is_found_by_contact() {
            self.by_contact.entry((purpose.clone(), identifier.clone())).or_default().push_back(*id);
        }
        if let Some(once) = &kept.once {
            self.by_once.insert(once.key, *id);
        }
        self.by_id.insert(*id, kept);
    }

    /// Takes one out.
    pub(super) fn remove(&mut self, id: ChallengeId) {
        let Some(kept) = self.by_id.remove(&id) else { return };
        if let Some(once) = &kept.once {
            self.by_once.remove(&once.key);
        }
        let contact = (kept.challenge.purpose, kept.challenge.identifier);
        if let Some(ids) = self.by_contact.get_mut(&contact) {
            ids.retain(|other| *other != id);
            if ids.is_empty() {
                self.by_contact.remove(&contact);
            }
        }
    }
}
