//! Taking a place for a send, committing its message, and keeping or giving back the place.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use otpd_domain::Timestamp;
use otpd_domain::account::RegistrationId;
use otpd_domain::challenge::{Challenge, ChallengeHandle, ChallengeId, Subject};
use otpd_domain::limits::Rate;
use otpd_domain::message::MessageId;
use otpd_domain::ports::{Issue, Issued, Once, Posting, Registered, Reissued, Sends, StoreError, Turn};
use otpd_domain::register::NewRegistration;
use tokio::sync::watch;

use super::MemoryChallenges;
use super::codes::{Codes, Kept};
use crate::rules::{Denied, Fate, one_more};

/// What a look at the codes came to.
enum Look<T> {
    /// Nothing is in the way of this.
    Free(T),
    /// Another send decides; it closes this when it is done.
    Wait(watch::Receiver<()>),
}

/// What a send may do.
struct Place {
    /// The challenge that dies for it.
    replaces: Option<ChallengeId>,
    sends: Option<Sends>,
}

/// Places that were taken. Unless they are kept, they are given back.
struct Taken {
    codes: Arc<Mutex<Codes>>,
    places: Vec<(ChallengeId, Option<ChallengeId>)>,
    /// Dropped with the rest, after the decision: that wakes those who wait for it.
    _decided: watch::Sender<()>,
}

impl Taken {
    /// From now on the challenges can be found.
    fn keep(mut self, subjects: &[Subject]) {
        let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        for ((id, _), subject) in self.places.drain(..).zip(subjects) {
            if let Some(kept) = codes.any_mut(id) {
                kept.subject = *subject;
                kept.undecided = None;
            }
        }
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        for (id, replaced) in self.places.drain(..) {
            codes.remove(id);
            if let Some(old) = replaced.and_then(|old| codes.any_mut(old)) {
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
                        let (taken, mut postings) = self.take(&mut codes, vec![(issue, place.replaces)], now)?;
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
            let subject = records.post(posting, now).await?;
            taken.keep(&[subject]);
            Ok(Issued::Done { subject, sends })
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
        let secret_hash = old.secret_hash();
        let (taken, posting) = {
            let mut codes = self.lock();
            let own = codes.find(old.id).filter(|kept| kept.is_of(&secret_hash));
            let Some(kept) = own.filter(|kept| !matches!(kept.fate(now), Fate::Verified | Fate::Superseded)) else {
                return Ok(Reissued::Gone);
            };
            if now < kept.challenge.resend_at {
                return Ok(Reissued::TooSoon { resend_at: kept.challenge.resend_at });
            }
            if let Some(turn) = issue.turn.filter(|_| issue.challenge.purpose.is_found_by_contact())
                && let Err(Denied::Limited { retry_at }) = sends(&codes, &issue.challenge, turn.rate, now)
            {
                return Ok(Reissued::Limited { retry_at });
            }
            let issue = Issue { once: None, ..issue };
            let (taken, mut postings) = self.take(&mut codes, vec![(issue, Some(old.id))], now)?;
            (taken, postings.remove(0))
        };
        let records = Arc::clone(&self.records);
        to_the_end(async move {
            let subject = records.post(posting, now).await?;
            taken.keep(&[subject]);
            Ok(Reissued::Done { subject })
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
                        break self.take(&mut codes, issues.into_iter().zip(replaced).collect(), now)?;
                    }
                    Ok(Look::Wait(wait)) => wait,
                    Err(Denied::Overtaken) => return Ok(Registered::Overtaken),
                    Err(Denied::Limited { retry_at }) => return Ok(Registered::Limited { retry_at }),
                }
            };
            decision(wait).await;
        };
        let records = Arc::clone(&self.records);
        to_the_end(async move {
            let (id, subjects): (RegistrationId, Vec<Subject>) =
                records.post_registration(registration, postings, now).await?;
            taken.keep(&subjects);
            Ok(Registered::Done { id })
        })
        .await
    }

    /// Takes a place for each, in which the challenge cannot be found yet; what they replace is dead from now on.
    fn take(
        &self,
        codes: &mut Codes,
        issues: Vec<(Issue, Option<ChallengeId>)>,
        now: Timestamp,
    ) -> Result<(Taken, Vec<Posting>), StoreError> {
        codes.make_room(issues.len(), now)?;
        if issues.iter().any(|(issue, _)| codes.has(issue.challenge.id)) {
            return Err(StoreError::Unavailable("there is a challenge of this id already".to_owned()));
        }
        let (decide, decided) = watch::channel(());
        let mut taken = Taken { codes: Arc::clone(&self.codes), places: Vec::new(), _decided: decide };
        let mut postings = Vec::with_capacity(issues.len());
        for (issue, replaces) in issues {
            let message = replaces.and_then(|old| supersede(codes, old, now));
            codes.insert(Kept::undecided(issue.challenge.clone(), issue.once, decided.clone()));
            taken.places.push((issue.challenge.id, replaces));
            postings.push(Posting { issue, replaces: message });
        }
        Ok((taken, postings))
    }
}

/// Looks whether an issue may be done; the error is the answer that it may not. Once before turn before rate.
fn look(codes: &Codes, issue: &Issue, now: Timestamp) -> Result<Look<Place>, Issued> {
    if let Some(once) = &issue.once
        && let Some(wait) = before(codes, once)?
    {
        return Ok(Look::Wait(wait));
    }
    look_for_turn(codes, &issue.challenge, issue.turn.as_ref(), now).map_err(|denied| match denied {
        Denied::Overtaken => Issued::Overtaken,
        Denied::Limited { retry_at } => Issued::Limited { retry_at },
    })
}

/// Whether the same request was made before. One that is not decided yet must be waited for.
fn before(codes: &Codes, once: &Once) -> Result<Option<watch::Receiver<()>>, Issued> {
    let Some((kept, made_with)) = codes.made_by(once) else { return Ok(None) };
    if let Some(undecided) = &kept.undecided {
        return Ok(Some(undecided.clone()));
    }
    Err(if made_with.fingerprint == once.fingerprint { Issued::Repeated(kept.challenge.id) } else { Issued::KeyReused })
}

fn look_for_turn(
    codes: &Codes,
    challenge: &Challenge,
    turn: Option<&Turn>,
    now: Timestamp,
) -> Result<Look<Place>, Denied> {
    let newest = newest(codes, challenge);
    if let Some(undecided) = newest.and_then(|newest| newest.undecided.clone()) {
        return Ok(Look::Wait(undecided));
    }
    let Some(turn) = turn.filter(|_| challenge.purpose.is_found_by_contact()) else {
        return Ok(Look::Free(Place { replaces: None, sends: None }));
    };
    if newest.map(|newest| newest.challenge.id) != turn.after {
        return Err(Denied::Overtaken);
    }
    let sends = sends(codes, challenge, turn.rate, now)?;
    let dies = newest.filter(|newest| turn.replaces && newest.fate(now) == Fate::Alive);
    Ok(Look::Free(Place { replaces: dies.map(|dies| dies.challenge.id), sends: Some(sends) }))
}

/// The sends with one more, if the rate allows it.
fn sends(codes: &Codes, challenge: &Challenge, rate: Rate, now: Timestamp) -> Result<Sends, Denied> {
    let sent = codes.sent(&challenge.purpose, &challenge.identifier).map(|kept| kept.challenge.created_at);
    one_more(sent, rate, now)
}

fn look_for_all(codes: &Codes, issues: &[Issue], now: Timestamp) -> Result<Look<Vec<Place>>, Denied> {
    let mut places = Vec::with_capacity(issues.len());
    for issue in issues {
        match look_for_turn(codes, &issue.challenge, issue.turn.as_ref(), now)? {
            Look::Free(place) => places.push(place),
            Look::Wait(wait) => return Ok(Look::Wait(wait)),
        }
    }
    Ok(Look::Free(places))
}

/// The newest one for the contact and the purpose of this one, decided or not; of purposes that only handles find there
/// is none.
fn newest<'a>(codes: &'a Codes, challenge: &Challenge) -> Option<&'a Kept> {
    codes.sent(&challenge.purpose, &challenge.identifier).next()
}

fn supersede(codes: &mut Codes, id: ChallengeId, now: Timestamp) -> Option<MessageId> {
    let old = codes.any_mut(id)?;
    old.superseded_at = Some(now);
    Some(old.challenge.message_id)
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
