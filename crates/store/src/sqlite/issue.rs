//! Issuing codes: looking whether it may be done, then writing challenge and message.
//!
//! Everything is looked at before anything is written: an answer other than "done" must leave no trace.

use otpd_domain::Timestamp;
use otpd_domain::challenge::{Challenge, ChallengeId, Subject};
use otpd_domain::message::MessageId;
use otpd_domain::ports::{Addressee, Denied, Issue, Issued, Once, Registered, Reissued, Sends};
use otpd_domain::register::NewRegistration;
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::charge::{Charges, answered};
use super::ledgers::SendLedgers;
use super::outbox::expire_message;
use super::post::{CodeIsKept, Outgoing, registration_goes_out};
use super::registrations::insert_registration;
use super::standing::{Presented, Standing};
use super::subjects::subject_of;
use super::turns::{find_turn, next_turn, sends};
use crate::rules::{Fate, NoTurn};

/// What writing an issue does beside it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    /// Which one it is for its contact and purpose, where those find it.
    pub(super) turn: Option<i64>,
    /// The challenge that dies for it, with its message.
    pub(super) replaces: Option<(ChallengeId, MessageId)>,
    /// The sends so far, this one included.
    pub(super) sends: Option<Sends>,
    /// The request, where it shall be known again.
    pub(super) once: Option<Once>,
}

/// Issues a code, if it is not a repetition and it is the caller's turn.
pub(super) fn issue(connection: &Connection, ledgers: &SendLedgers, issue: &Issue, now: Timestamp) -> Result<Issued> {
    if let Some(once) = &issue.once
        && let Some(answer) = before(connection, once)?
    {
        return Ok(answer);
    }
    let place = match find_turn(connection, &issue.challenge, issue.turn.as_ref(), now)? {
        Ok(place) => Place { once: issue.once, ..place },
        Err(NoTurn::Overtaken) => return Ok(Issued::Overtaken),
        Err(NoTurn::Limited(denied)) => return Ok(Issued::Limited(denied)),
    };
    Ok(match write_charged(connection, ledgers, issue, &place, now)? {
        Ok(subject) => Issued::Done { subject, sends: place.sends },
        Err(denied) => Issued::Limited(denied),
    })
}

/// Issues a code in the place of an old one.
pub(super) fn reissue(
    connection: &Connection,
    ledgers: &SendLedgers,
    old: &Presented,
    issue: &Issue,
    now: Timestamp,
) -> Result<Reissued> {
    let standing = Standing::read(connection, old.id)?.filter(|standing| standing.is_of(old));
    let Some(standing) = standing else { return Ok(Reissued::Gone) };
    if matches!(standing.fate(now), Fate::Verified | Fate::Superseded) {
        return Ok(Reissued::Gone);
    }
    if now < standing.resend_at {
        return Ok(Reissued::TooSoon { resend_at: standing.resend_at });
    }
    let mut place = Place { replaces: Some((old.id, standing.message_id)), ..Place::default() };
    place.turn = next_turn(connection, &issue.challenge)?;
    if let Some(turn) = issue.turn.filter(|_| place.turn.is_some())
        && let Err(NoTurn::Limited(denied)) = sends(connection, &issue.challenge, turn.rate, now)?
    {
        return Ok(Reissued::Limited(denied));
    }
    Ok(match write_charged(connection, ledgers, issue, &place, now)? {
        Ok(subject) => Reissued::Done { subject },
        Err(denied) => Reissued::Limited(denied),
    })
}

/// Writes a registration and issues a code for each of its contacts.
pub(super) fn register(
    connection: &Connection,
    ledgers: &SendLedgers,
    registration: &NewRegistration,
    issues: &[Issue],
    now: Timestamp,
) -> Result<Registered> {
    let mut places = Vec::with_capacity(issues.len());
    for issue in issues {
        match find_turn(connection, &issue.challenge, issue.turn.as_ref(), now)? {
            Ok(place) => places.push(place),
            Err(NoTurn::Overtaken) => return Ok(Registered::Overtaken),
            Err(NoTurn::Limited(denied)) => return Ok(Registered::Limited(denied)),
        }
    }
    if let Err(denied) = charge_all(connection, ledgers, issues.iter(), now)? {
        return Ok(Registered::Limited(denied));
    }
    let id = insert_registration(connection, registration)?;
    for (issue, place) in issues.iter().zip(&places) {
        let subject = subject_of(connection, Addressee::Registration(id), &issue.challenge.identifier, now)?;
        let outgoing = Outgoing::of(connection, issue, subject, CodeIsKept::Here)?;
        write(connection, issue, subject, &outgoing, place, now)?;
    }
    Ok(Registered::Done { id })
}

/// Charges the codes of a registration that is not written yet, or none of them.
pub(super) fn charge_all<'i>(
    connection: &Connection,
    ledgers: &SendLedgers,
    issues: impl Iterator<Item = &'i Issue>,
    now: Timestamp,
) -> Result<std::result::Result<(), Denied>> {
    let mut charges = Charges::new(connection, ledgers, now);
    for issue in issues {
        let goes_out = registration_goes_out(connection, issue)?;
        if let Err(denied) = answered(charges.charge(&issue.charge, None, goes_out))? {
            return Ok(Err(denied));
        }
    }
    charges.write().map(Ok)
}

/// Charges a code that goes out, or does not, to that subject.
pub(super) fn charge_one(
    connection: &Connection,
    ledgers: &SendLedgers,
    issue: &Issue,
    (subject, outgoing): (Subject, &Outgoing<'_>),
    now: Timestamp,
) -> Result<std::result::Result<(), Denied>> {
    let account = match subject {
        Subject::Account(account) => Some(account),
        _ => None,
    };
    let mut charges = Charges::new(connection, ledgers, now);
    match answered(charges.charge(&issue.charge, account, outgoing.goes_out()))? {
        Ok(()) => charges.write().map(Ok),
        Err(denied) => Ok(Err(denied)),
    }
}

const BEFORE: &str = "SELECT id, once_print FROM challenges WHERE once_key = ?1";

/// The answer to a request that was made before.
fn before(connection: &Connection, once: &Once) -> Result<Option<Issued>> {
    let mut statement = connection.prepare_cached(BEFORE)?;
    let found = statement.query_row([once.key], |row| {
        Ok(if row.get::<_, [u8; 32]>(1)? == once.fingerprint {
            Issued::Repeated(ChallengeId::from_bytes(row.get(0)?))
        } else {
            Issued::KeyReused
        })
    });
    found.optional()
}

/// Writes an issue if nothing in its charge is in the way; says for whom it is.
fn write_charged(
    connection: &Connection,
    ledgers: &SendLedgers,
    issue: &Issue,
    place: &Place,
    now: Timestamp,
) -> Result<std::result::Result<Subject, Denied>> {
    let subject = subject_of(connection, issue.addressee, &issue.challenge.identifier, now)?;
    let outgoing = Outgoing::of(connection, issue, subject, CodeIsKept::Here)?;
    if let Err(denied) = charge_one(connection, ledgers, issue, (subject, &outgoing), now)? {
        return Ok(Err(denied));
    }
    write(connection, issue, subject, &outgoing, place, now)?;
    Ok(Ok(subject))
}

/// The same rows are written whether or not anybody has the contact.
fn write(
    connection: &Connection,
    issue: &Issue,
    subject: Subject,
    outgoing: &Outgoing<'_>,
    place: &Place,
    now: Timestamp,
) -> Result<()> {
    if let Some((old, message)) = place.replaces {
        supersede(connection, old, message, now)?;
    }
    insert_challenge(connection, &issue.challenge, subject, place)?;
    outgoing.post(connection)
}

const SUPERSEDE: &str = "UPDATE challenges SET superseded_at = ?2 WHERE id = ?1";

/// Ends a challenge unused, and its message if it was not sent.
pub(super) fn supersede(connection: &Connection, id: ChallengeId, message: MessageId, now: Timestamp) -> Result<()> {
    connection.prepare_cached(SUPERSEDE)?.execute(params![id.as_bytes(), now.as_millis()])?;
    expire_message(connection, message, now)
}

const INSERT: &str = "INSERT INTO challenges (id, secret_hash, purpose, channel, identifier, account_id, \
     verifier_key, verifier, created_at, expires_at, max_attempts, resends, resend_at, message_id, registration_id, \
     turn, once_key, once_print, long) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)";

fn insert_challenge(connection: &Connection, challenge: &Challenge, subject: Subject, place: &Place) -> Result<()> {
    let (account, registration) = match subject {
        Subject::Account(id) => (Some(id.0), None),
        Subject::Registration(id) => (None, Some(id.0)),
        Subject::Nobody | Subject::Anyone => (None, None),
    };
    let values = params![
        challenge.id.as_bytes(),
        challenge.secret_hash,
        challenge.purpose.word(),
        challenge.identifier.channel().as_str(),
        challenge.identifier.as_str(),
        account,
        challenge.verifier.key_id.0,
        challenge.verifier.bytes,
        challenge.created_at.as_millis(),
        challenge.expires_at.as_millis(),
        challenge.max_attempts,
        challenge.resends,
        challenge.resend_at.as_millis(),
        challenge.message_id.as_bytes(),
        registration,
        place.turn,
        place.once.map(|once| once.key),
        place.once.map(|once| once.fingerprint),
        challenge.long,
    ];
    connection.prepare_cached(INSERT)?.execute(values).map(|_| ())
}

/// The statements of this file that people wait for.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[BEFORE, SUPERSEDE, INSERT];
