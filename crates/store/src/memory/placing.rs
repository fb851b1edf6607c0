//! Taking a place for a send, committing its message, and keeping or giving back the place.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use otpd_domain::Timestamp;
use otpd_domain::challenge::{ChallengeHandle, ChallengeId, Subject};
use otpd_domain::ports::{Issue, Issued, Posting, Registered, Reissued, StoreError};
use otpd_domain::register::NewRegistration;
use tokio::sync::watch;

use super::MemoryChallenges;
use super::codes::{Codes, Kept};
use super::looks::{Look, look, look_again, look_for_all};
use crate::rules::NoTurn;

/// When the challenge that another one replaces dies.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dies {
    /// At once: of parallel calls for it one goes on.
    AtOnce,
    /// When it is decided that the other one stays: a send that a limit denies must not touch it.
    WhenDecided,
}

/// Places that were taken. Unless they are kept, they are given back.
struct Taken {
    now: Timestamp,
    dies: Dies,
    codes: Arc<Mutex<Codes>>,
    places: Vec<(ChallengeId, Option<ChallengeId>)>,
    /// Dropped with the rest, after the decision: that wakes those who wait for it.
    _decided: watch::Sender<()>,
}

impl Taken {
    /// From now on the challenges can be found.
    fn keep(mut self, subjects: &[Subject]) {
        let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.now;
        for ((id, replaced), subject) in self.places.drain(..).zip(subjects) {
            if let Some(kept) = codes.any_mut(id) {
                kept.subject = *subject;
                kept.undecided = None;
            }
            if let Some(old) = replaced.and_then(|old| codes.any_mut(old)).filter(|old| old.verified_at.is_none()) {
                old.superseded_at.get_or_insert(now);
            }
        }
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        for (id, replaced) in self.places.drain(..) {
            codes.remove(id);
            let revived = replaced.filter(|_| self.dies == Dies::AtOnce);
            if let Some(old) = revived.and_then(|old| codes.any_mut(old)) {
                old.superseded_at = None;
            }
        }
    }
}

impl MemoryChallenges {
    /// See [`otpd_domain::ports::ChallengeStore::issue`].
    pub(super) async fn place_issue(&self, issue: Issue, now: Timestamp) -> Result<Issued, StoreError> {
        let (taken, posting, sends) = loop {
            let wait = {
                let mut codes = self.lock();
                match look(&codes, &issue, now) {
                    Ok(Look::Free(place)) => {
                        let (taken, mut postings) =
                            self.take(&mut codes, vec![(issue, place.replaces)], Dies::WhenDecided, now)?;
                        let posting = postings.remove(0);
                        break (taken, posting, place.sends);
                    }
                    Ok(Look::Wait(wait)) => wait,
                    Err(answer) => return Ok(answer),
                }
            };
            decision(wait).await;
        };
        let records = Arc::clone(&self.records);
        to_the_end(async move {
            Ok(match records.post(posting, now).await? {
                Ok(subject) => {
                    taken.keep(&[subject]);
                    Issued::Done { subject, sends }
                }
                Err(denied) => Issued::Limited(denied),
            })
        })
        .await
    }

    /// See [`otpd_domain::ports::ChallengeStore::reissue`].
    pub(super) async fn place_reissue(
        &self,
        old: &ChallengeHandle,
        issue: Issue,
        now: Timestamp,
    ) -> Result<Reissued, StoreError> {
        let issue = Issue { once: None, ..issue };
        let (taken, posting) = loop {
            let wait = {
                let mut codes = self.lock();
                match look_again(&codes, old, &issue, now) {
                    Ok(Look::Free(())) => {
                        let (taken, mut postings) =
                            self.take(&mut codes, vec![(issue, Some(old.id))], Dies::AtOnce, now)?;
                        break (taken, postings.remove(0));
                    }
                    Ok(Look::Wait(wait)) => wait,
                    Err(answer) => return Ok(answer),
                }
            };
            decision(wait).await;
        };
        let records = Arc::clone(&self.records);
        to_the_end(async move {
            Ok(match records.post(posting, now).await? {
                Ok(subject) => {
                    taken.keep(&[subject]);
                    Reissued::Done { subject }
                }
                Err(denied) => Reissued::Limited(denied),
            })
        })
        .await
    }

    /// See [`otpd_domain::ports::ChallengeStore::register`].
    pub(super) async fn place_registration(
        &self,
        registration: NewRegistration,
        issues: Vec<Issue>,
        now: Timestamp,
    ) -> Result<Registered, StoreError> {
        let (taken, postings) = loop {
            let wait = {
                let mut codes = self.lock();
                match look_for_all(&codes, &issues, now) {
                    Ok(Look::Free(places)) => {
                        let replaced = places.into_iter().map(|place| place.replaces);
                        let issues = issues.into_iter().zip(replaced).collect();
                        break self.take(&mut codes, issues, Dies::WhenDecided, now)?;
                    }
                    Ok(Look::Wait(wait)) => wait,
                    Err(NoTurn::Overtaken) => return Ok(Registered::Overtaken),
                    Err(NoTurn::Limited(denied)) => return Ok(Registered::Limited(denied)),
                }
            };
            decision(wait).await;
        };
        let records = Arc::clone(&self.records);
        to_the_end(async move {
            Ok(match records.post_registration(registration, postings, now).await? {
                Ok((id, subjects)) => {
                    taken.keep(&subjects);
                    Registered::Done { id }
                }
                Err(denied) => Registered::Limited(denied),
            })
        })
        .await
    }

    /// Takes a place for each, in which the challenge cannot be found yet.
    fn take(
        &self,
        codes: &mut Codes,
        issues: Vec<(Issue, Option<ChallengeId>)>,
        dies: Dies,
        now: Timestamp,
    ) -> Result<(Taken, Vec<Posting>), StoreError> {
        codes.make_room(issues.len(), now)?;
        if issues.iter().any(|(issue, _)| codes.has(issue.challenge.id)) {
            return Err(StoreError::Unavailable("there is a challenge of this id already".to_owned()));
        }
        let (decide, decided) = watch::channel(());
        let mut taken = Taken { now, dies, codes: Arc::clone(&self.codes), places: Vec::new(), _decided: decide };
        let mut postings = Vec::with_capacity(issues.len());
        for (issue, replaces) in issues {
            let old = replaces.and_then(|old| codes.any_mut(old));
            let message = old.map(|old| {
                if dies == Dies::AtOnce {
                    old.superseded_at = Some(now);
                }
                old.challenge.message_id
            });
            codes.insert(Kept::undecided(issue.challenge.clone(), issue.once, decided.clone()));
            taken.places.push((issue.challenge.id, replaces));
            postings.push(Posting { issue, replaces: message });
        }
        Ok((taken, postings))
    }
}

/// Waits until another send is decided: its message is committed, or it gave its place back.
async fn decision(mut undecided: watch::Receiver<()>) {
    // Nothing is ever sent: it ends when the sender is dropped.
    let _ = undecided.changed().await;
}

/// Does the work even when the caller leaves: a message that is committed needs its code.
async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    let done = tokio::spawn(work).await;
    done.unwrap_or_else(|error| Err(StoreError::Unavailable(format!("a send was broken off: {error}"))))
}
