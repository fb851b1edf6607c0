//! What happens together with the use of a code: the same for codes that are kept here and those kept outside.
//!
//! An effect writes only if all that it demands holds: a refusal leaves no trace.

use otpd_domain::Timestamp;
use otpd_domain::account::AccountId;
use otpd_domain::challenge::Subject;
use otpd_domain::identifier::Identifier;
use otpd_domain::message::OutboxMessage;
use otpd_domain::password::PasswordHash;
use otpd_domain::ports::{Effect, Redeemed};
use otpd_domain::session::{NewSession, SessionId};
use rusqlite::{Connection, Result, params};

use super::activate::activate;
use super::passwords::set_password;
use super::post::post_notices;
use super::registrations::take_from_waiting;
use super::sessions::{end_sessions, insert_session, open_session_of_holder};
use super::subjects::{holder, holds, is_active};

/// Commits the effect of a code about `subject` that went to the contact `proven`, or refuses it.
pub(super) fn settle(
    connection: &Connection,
    subject: Subject,
    proven: &Identifier,
    effect: &Effect,
    now: Timestamp,
) -> Result<Redeemed> {
    match (effect, subject) {
        (Effect::Verify, Subject::Anyone | Subject::Account(_) | Subject::Registration(_)) => {
            Ok(Redeemed::Done { account: None, password_void: false })
        }
        (Effect::Activate { origin, session }, Subject::Registration(id)) => {
            activate(connection, id, proven, origin, session.as_ref(), now)
        }
        (Effect::OpenSession { session, replaces }, Subject::Account(account)) => {
            let opened = open_session_of_holder(connection, (account, proven), session, *replaces, now)?;
            Ok(if opened { done(account) } else { Redeemed::Refused })
        }
        (Effect::SetPassword { hash, session, notices }, Subject::Account(account)) => {
            if !holds(connection, account, proven)? {
                return Ok(Redeemed::Refused);
            }
            choose_password(connection, account, hash, session.as_ref(), notices, now)?;
            Ok(done(account))
        }
        (Effect::ChangeContact { keep, notices }, Subject::Account(account)) => {
            let is_anothers = holder(connection, proven)?.is_some_and(|holder| holder != account);
            if is_anothers || !is_active(connection, account)? {
                return Ok(Redeemed::Refused);
            }
            change_contact(connection, account, proven, *keep, notices, now)?;
            Ok(done(account))
        }
        _ => Ok(Redeemed::Refused),
    }
}

fn done(account: AccountId) -> Redeemed {
    Redeemed::Done { account: Some(account), password_void: false }
}

fn choose_password(
    connection: &Connection,
    account: AccountId,
    hash: &PasswordHash,
    session: Option<&NewSession>,
    notices: &[OutboxMessage],
    now: Timestamp,
) -> Result<()> {
    set_password(connection, account, hash.as_str(), now)?;
    end_sessions(connection, account, None, now)?;
    if let Some(session) = session {
        insert_session(connection, session, account)?;
    }
    post_notices(connection, notices, account)
}

fn change_contact(
    connection: &Connection,
    account: AccountId,
    proven: &Identifier,
    keep: SessionId,
    notices: &[OutboxMessage],
    now: Timestamp,
) -> Result<()> {
    let sql = match proven {
        Identifier::Email(_) => GIVE_EMAIL,
        Identifier::Phone(_) => GIVE_PHONE,
    };
    connection.prepare_cached(sql)?.execute(params![account.0, proven.as_str()])?;
    end_sessions(connection, account, Some(keep), now)?;
    take_from_waiting(connection, proven)?;
    post_notices(connection, notices, account)
}

const GIVE_EMAIL: &str = "UPDATE accounts SET email = ?2 WHERE id = ?1";
const GIVE_PHONE: &str = "UPDATE accounts SET phone = ?2 WHERE id = ?1";

/// The statements of this file that people wait for.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[GIVE_EMAIL, GIVE_PHONE];
