//! Looking whether a send may be done. Nothing here is changed.

use otpd_domain::Timestamp;
use otpd_domain::challenge::{Challenge, ChallengeHandle, ChallengeId};
use otpd_domain::limits::Rate;
use otpd_domain::ports::{Issue, Issued, Once, Reissued, Sends, Turn};
use tokio::sync::watch;

use super::codes::{Codes, Kept};
use crate::rules::{Fate, NoTurn, one_more};

/// What a look at the codes came to.
pub(super) enum Look<T> {
    /// Nothing is in the way of this.
    Free(T),
    /// Another send decides; it closes this when it is done.
    Wait(watch::Receiver<()>),
}

/// What a send may do.
pub(super) struct Place {
    /// The challenge that dies for it.
    pub(super) replaces: Option<ChallengeId>,
    /// The sends so far, this one included.
    pub(super) sends: Option<Sends>,
}

/// Looks whether an issue may be done; the error is the answer that it may not. Once before turn before rate.
pub(super) fn look(codes: &Codes, issue: &Issue, now: Timestamp) -> Result<Look<Place>, Issued> {
    if let Some(once) = &issue.once
        && let Some(wait) = before(codes, once)?
    {
        return Ok(Look::Wait(wait));
    }
    look_for_turn(codes, &issue.challenge, issue.turn.as_ref(), now).map_err(|denied| match denied {
        NoTurn::Overtaken => Issued::Overtaken,
        NoTurn::Limited(denied) => Issued::Limited(denied),
    })
}

/// Looks whether an old challenge may be replaced; the error is the answer that it may not. Another send for its contact may
/// be about to replace it, which is waited for: of the two one goes on.
pub(super) fn look_again(
    codes: &Codes,
    old: &ChallengeHandle,
    issue: &Issue,
    now: Timestamp,
) -> Result<Look<()>, Reissued> {
    let own = codes.find(old.id).filter(|kept| kept.is_of(&old.secret_hash()));
    let Some(kept) = own.filter(|kept| !matches!(kept.fate(now), Fate::Verified | Fate::Superseded)) else {
        return Err(Reissued::Gone);
    };
    if now < kept.challenge.resend_at {
        return Err(Reissued::TooSoon { resend_at: kept.challenge.resend_at });
    }
    if let Some(undecided) = newest(codes, &issue.challenge).and_then(|newest| newest.undecided.clone()) {
        return Ok(Look::Wait(undecided));
    }
    if let Some(turn) = issue.turn.filter(|_| issue.challenge.purpose.is_found_by_contact())
        && let Err(NoTurn::Limited(denied)) = sends(codes, &issue.challenge, turn.rate, now)
    {
        return Err(Reissued::Limited(denied));
    }
    Ok(Look::Free(()))
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
) -> Result<Look<Place>, NoTurn> {
    let newest = newest(codes, challenge);
    if let Some(undecided) = newest.and_then(|newest| newest.undecided.clone()) {
        return Ok(Look::Wait(undecided));
    }
    let Some(turn) = turn.filter(|_| challenge.purpose.is_found_by_contact()) else {
        return Ok(Look::Free(Place { replaces: None, sends: None }));
    };
    if newest.map(|newest| newest.challenge.id) != turn.after {
        return Err(NoTurn::Overtaken);
    }
    let sends = sends(codes, challenge, turn.rate, now)?;
    let dies = newest.filter(|newest| turn.replaces && newest.fate(now) == Fate::Alive);
    Ok(Look::Free(Place { replaces: dies.map(|dies| dies.challenge.id), sends: Some(sends) }))
}

/// The sends with one more, if the rate allows it.
fn sends(codes: &Codes, challenge: &Challenge, rate: Rate, now: Timestamp) -> Result<Sends, NoTurn> {
    let sent = codes.sent(&challenge.purpose, &challenge.identifier).map(|kept| kept.challenge.created_at);
    one_more(sent, rate, now)
}

/// The same for issues that are done together; what they ask once is not looked at.
pub(super) fn look_for_all(codes: &Codes, issues: &[Issue], now: Timestamp) -> Result<Look<Vec<Place>>, NoTurn> {
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
