//! Whose turn it is to send to a contact for a purpose.

use otpd_domain::Timestamp;
use otpd_domain::challenge::{Challenge, ChallengeId};
use otpd_domain::limits::Rate;
use otpd_domain::ports::{Sends, Turn};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::columns::instant;
use super::issue::Place;
use super::standing::Standing;
use crate::rules::{Fate, NoTurn, one_more};

/// The place of a new challenge among those for its contact and purpose. Challenges that only handles find have none. Writes
/// nothing.
pub(super) fn find_turn(
    connection: &Connection,
    challenge: &Challenge,
    turn: Option<&Turn>,
    now: Timestamp,
) -> Result<std::result::Result<Place, NoTurn>> {
    if !challenge.purpose.is_found_by_contact() {
        return Ok(Ok(Place::default()));
    }
    let newest = newest(connection, challenge)?;
    let mut place = Place { turn: Some(after(newest)), ..Place::default() };
    let Some(turn) = turn else { return Ok(Ok(place)) };
    if newest.map(|newest| newest.id) != turn.after {
        return Ok(Err(NoTurn::Overtaken));
    }
    match sends(connection, challenge, turn.rate, now)? {
        Ok(sends) => place.sends = Some(sends),
        Err(denied) => return Ok(Err(denied)),
    }
    if let Some(newest) = newest.filter(|_| turn.replaces) {
        let standing = Standing::read(connection, newest.id)?;
        let alive = standing.filter(|standing| standing.fate(now) == Fate::Alive);
        place.replaces = alive.map(|standing| (newest.id, standing.message_id));
    }
    Ok(Ok(place))
}

/// The newest challenge for a contact and a purpose.
#[derive(Clone, Copy)]
struct Newest {
    id: ChallengeId,
    turn: i64,
}

fn after(newest: Option<Newest>) -> i64 {
    newest.map_or(1, |newest| newest.turn + 1)
}

/// The turn of a challenge that is issued whoever was first; `None` for purposes that only handles find.
pub(super) fn next_turn(connection: &Connection, challenge: &Challenge) -> Result<Option<i64>> {
    if !challenge.purpose.is_found_by_contact() {
        return Ok(None);
    }
    Ok(Some(after(newest(connection, challenge)?)))
}

const NEWEST: &str = "SELECT id, turn FROM challenges \
     WHERE identifier = ?1 AND purpose = ?2 AND turn IS NOT NULL ORDER BY turn DESC LIMIT 1";

/// The newest challenge for the contact and the purpose of this one: the one committed last.
fn newest(connection: &Connection, challenge: &Challenge) -> Result<Option<Newest>> {
    let mut statement = connection.prepare_cached(NEWEST)?;
    let values = params![challenge.identifier.as_str(), challenge.purpose.word()];
    let read =
        statement.query_row(values, |row| Ok(Newest { id: ChallengeId::from_bytes(row.get(0)?), turn: row.get(1)? }));
    read.optional()
}

const LATEST_SENDS: &str = "SELECT created_at FROM challenges \
     WHERE identifier = ?1 AND purpose = ?2 AND turn IS NOT NULL ORDER BY turn DESC LIMIT ?3";

/// The sends with one more, if the rate allows it.
pub(super) fn sends(
    connection: &Connection,
    challenge: &Challenge,
    rate: Rate,
    now: Timestamp,
) -> Result<std::result::Result<Sends, NoTurn>> {
    let mut statement = connection.prepare_cached(LATEST_SENDS)?;
    let values = params![challenge.identifier.as_str(), challenge.purpose.word(), rate.sends];
    let sent = statement.query_map(values, |row| instant(row, 0))?.collect::<Result<Vec<_>>>()?;
    Ok(one_more(sent.into_iter(), rate, now))
}

/// The statements of this file that people wait for.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[NEWEST, LATEST_SENDS];
