//! Using a rightly guessed code: challenge, session and account in one step.

use otpd_domain::Timestamp;
use otpd_domain::account::AccountId;
use otpd_domain::challenge::ChallengeId;
use otpd_domain::ports::Redeemed;
use otpd_domain::session::{NewSession, SessionId};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::sessions::end_session;
use super::standing::{Fate, Standing, note_dead};

/// Does it inside the open transaction.
pub(super) fn redeem(
    connection: &Connection,
    id: ChallengeId,
    session: &NewSession,
    replaces: Option<SessionId>,
    now: Timestamp,
) -> Result<Redeemed> {
    let Some(standing) = Standing::read(connection, id)? else { return Ok(Redeemed::Refused) };
    match standing.fate(now) {
        Fate::Alive => {}
        Fate::Verified => return Ok(Redeemed::AlreadyVerified),
        Fate::Superseded => return Ok(Redeemed::Refused),
        Fate::Expired => {
            note_dead(connection, id, &standing, now)?;
            return Ok(Redeemed::Refused);
        }
    }
    let Some(account) = standing.account_id else { return Ok(Redeemed::Refused) };
    if !is_active(connection, account)? {
        return Ok(Redeemed::Refused);
    }
    connection.prepare_cached(MARK_VERIFIED)?.execute(params![id.as_bytes(), now.as_millis()])?;
    insert_session(connection, session, account)?;
    if let Some(replaced) = replaces {
        end_session(connection, account, replaced, now)?;
    }
    Ok(Redeemed::Opened)
}

const MARK_VERIFIED: &str = "UPDATE challenges SET verified_at = ?2 WHERE id = ?1";

const IS_ACTIVE: &str = "SELECT active FROM accounts WHERE id = ?1";

fn is_active(connection: &Connection, account: AccountId) -> Result<bool> {
    let active = connection.prepare_cached(IS_ACTIVE)?.query_row([account.0], |row| row.get(0)).optional()?;
    Ok(active.unwrap_or(false))
}

const INSERT_SESSION: &str = "INSERT INTO sessions (id, account_id, secret_hash, created_at, last_seen_at, \
     expires_at, user_agent) VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6)";

fn insert_session(connection: &Connection, session: &NewSession, account: AccountId) -> Result<()> {
    let values = params![
        session.id.as_bytes(),
        account.0,
        session.secret_hash,
        session.created_at.as_millis(),
        session.expires_at.as_millis(),
        session.user_agent,
    ];
    connection.prepare_cached(INSERT_SESSION)?.execute(values).map(|_| ())
}

/// The statements of this file that people wait for.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[MARK_VERIFIED, IS_ACTIVE, INSERT_SESSION];
