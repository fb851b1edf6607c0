//! Signed-in browsers.

use async_trait::async_trait;
use otpd_domain::Timestamp;
use otpd_domain::account::AccountId;
use otpd_domain::audit::{AuditEvent, NewAuditEntry};
use otpd_domain::identifier::Identifier;
use otpd_domain::ports::{PasswordProof, SessionStore, StoreError};
use otpd_domain::session::{NewSession, Session, SessionId, SignedIn};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use super::SqliteStore;
use super::audit::insert_entry;
use super::columns::{account, account_columns, instant};
use super::guesses::give_back;
use super::passwords::{is_proof, rehash};

#[async_trait]
impl SessionStore for SqliteStore {
    async fn find(&self, id: SessionId, now: Timestamp, idle_since: Timestamp) -> Result<Option<SignedIn>, StoreError> {
        self.read(|connection| find(connection, id, now, idle_since))
    }

    async fn open(
        &self,
        proof: PasswordProof,
        session: NewSession,
        replaces: Option<SessionId>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write(move |connection| log_in(connection, &proof, &session, replaces, now)).await
    }

    async fn find_any(
        &self,
        id: SessionId,
        now: Timestamp,
        idle_since: Timestamp,
    ) -> Result<Option<Session>, StoreError> {
        Ok(SessionStore::find(self, id, now, idle_since).await?.map(|found| found.session))
    }

    async fn touch(&self, id: SessionId, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |connection| touch(connection, id, now)).await
    }

    async fn list(
        &self,
        account: AccountId,
        now: Timestamp,
        idle_since: Timestamp,
    ) -> Result<Vec<Session>, StoreError> {
        self.read(|connection| list(connection, account, now, idle_since))
    }

    async fn end(&self, account: AccountId, id: SessionId, now: Timestamp) -> Result<bool, StoreError> {
        self.write(move |connection| end_session(connection, account, id, now)).await
    }

    async fn end_all(&self, account: AccountId, keep: Option<SessionId>, now: Timestamp) -> Result<u64, StoreError> {
        self.write(move |connection| end_sessions(connection, account, keep, now)).await
    }
}

/// The columns [`session`] reads, in its order, of `sessions s`.
macro_rules! session_columns {
    () => {
        "s.id, s.account_id, s.secret_hash, s.created_at, s.last_seen_at, s.expires_at, s.user_agent"
    };
}
/// How many they are.
const SESSION_COLUMNS: usize = 7;

fn session(row: &Row<'_>) -> Result<Session> {
    Ok(Session {
        id: SessionId::from_bytes(row.get(0)?),
        account_id: AccountId(row.get(1)?),
        secret_hash: row.get(2)?,
        created_at: instant(row, 3)?,
        last_seen_at: instant(row, 4)?,
        expires_at: instant(row, 5)?,
        user_agent: row.get(6)?,
    })
}

const FIND: &str = concat!(
    "SELECT ",
    session_columns!(),
    ", ",
    account_columns!(),
    " FROM sessions s JOIN accounts a ON a.id = s.account_id \
     WHERE s.id = ?1 AND s.ended_at IS NULL AND s.expires_at > ?2 AND s.last_seen_at > ?3 AND a.active"
);

fn find(connection: &Connection, id: SessionId, now: Timestamp, idle_since: Timestamp) -> Result<Option<SignedIn>> {
    let mut statement = connection.prepare_cached(FIND)?;
    let values = params![id.as_bytes(), now.as_millis(), idle_since.as_millis()];
    let found = statement
        .query_row(values, |row| Ok(SignedIn { session: session(row)?, account: account(row, SESSION_COLUMNS)? }));
    found.optional()
}

const INSERT: &str = "INSERT INTO sessions (id, account_id, secret_hash, created_at, last_seen_at, \
     expires_at, user_agent) VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6)";

/// Opens a session.
pub(super) fn insert_session(connection: &Connection, session: &NewSession, account: AccountId) -> Result<()> {
    let values = params![
        session.id.as_bytes(),
        account.0,
        session.secret_hash,
        session.created_at.as_millis(),
        session.expires_at.as_millis(),
        session.user_agent,
    ];
    connection.prepare_cached(INSERT)?.execute(values).map(|_| ())
}

fn log_in(
    connection: &Connection,
    proof: &PasswordProof,
    session: &NewSession,
    replaces: Option<SessionId>,
    now: Timestamp,
) -> Result<bool> {
    let account = proof.account;
    if !is_proof(connection, account, &proof.proven_by)? {
        return Ok(false);
    }
    if let Some(hash) = &proof.rehashed {
        rehash(connection, account, hash)?;
    }
    proof.spent.iter().try_for_each(|spent| give_back(connection, spent))?;
    open_session(connection, account, session, replaces, now)?;
    let entry = NewAuditEntry::new(AuditEvent::LoggedIn, proof.trail.clone()).of_account(account);
    insert_entry(connection, &entry, 1, now)?;
    Ok(true)
}

/// Opens a session and ends the one it takes the place of, if that is the same account's.
pub(super) fn open_session(
    connection: &Connection,
    account: AccountId,
    session: &NewSession,
    replaces: Option<SessionId>,
    now: Timestamp,
) -> Result<()> {
    insert_session(connection, session, account)?;
    if let Some(replaced) = replaces {
        end_session(connection, account, replaced, now)?;
    }
    Ok(())
}

/// [`INSERT`] for an account of which [`super::subjects::holds`] holds, looked at in the same statement.
const INSERT_OF_HOLDER: &str = "INSERT INTO sessions (id, account_id, secret_hash, created_at, last_seen_at, \
     expires_at, user_agent) SELECT ?1, id, ?3, ?4, ?4, ?5, ?6 FROM accounts \
     WHERE id = ?2 AND active AND (email = ?7 OR phone = ?7)";

/// As [`open_session`], if the account may sign in and has the contact. False when not: then nothing is written.
pub(super) fn open_session_of_holder(
    connection: &Connection,
    (account, contact): (AccountId, &Identifier),
    session: &NewSession,
    replaces: Option<SessionId>,
    now: Timestamp,
) -> Result<bool> {
    let values = params![
        session.id.as_bytes(),
        account.0,
        session.secret_hash,
        session.created_at.as_millis(),
        session.expires_at.as_millis(),
        session.user_agent,
        contact.as_str(),
    ];
    let opened = connection.prepare_cached(INSERT_OF_HOLDER)?.execute(values)? > 0;
    if let Some(replaced) = replaces.filter(|_| opened) {
        end_session(connection, account, replaced, now)?;
    }
    Ok(opened)
}

const LIST: &str = concat!(
    "SELECT ",
    session_columns!(),
    " FROM sessions s WHERE s.account_id = ?1 AND s.ended_at IS NULL AND s.expires_at > ?2 AND s.last_seen_at > ?3 \
     ORDER BY s.last_seen_at DESC, s.id DESC"
);

fn list(connection: &Connection, account: AccountId, now: Timestamp, idle_since: Timestamp) -> Result<Vec<Session>> {
    let mut statement = connection.prepare_cached(LIST)?;
    let values = params![account.0, now.as_millis(), idle_since.as_millis()];
    statement.query_map(values, session)?.collect()
}

const TOUCH: &str = "UPDATE sessions SET last_seen_at = ?2 WHERE id = ?1 AND ended_at IS NULL AND last_seen_at < ?2";

fn touch(connection: &Connection, id: SessionId, now: Timestamp) -> Result<()> {
    connection.prepare_cached(TOUCH)?.execute(params![id.as_bytes(), now.as_millis()]).map(|_| ())
}

const END: &str = "UPDATE sessions SET ended_at = ?3 WHERE id = ?1 AND account_id = ?2 AND ended_at IS NULL";

/// Ends a session of that account. False when it has no such session, or it was ended before.
pub(super) fn end_session(connection: &Connection, account: AccountId, id: SessionId, now: Timestamp) -> Result<bool> {
    let values = params![id.as_bytes(), account.0, now.as_millis()];
    Ok(connection.prepare_cached(END)?.execute(values)? > 0)
}

const END_ALL: &str = "UPDATE sessions SET ended_at = ?2 \
     WHERE account_id = ?1 AND ended_at IS NULL AND (?3 IS NULL OR id <> ?3)";

/// Ends all sessions of that account but `keep`; says how many.
pub(super) fn end_sessions(
    connection: &Connection,
    account: AccountId,
    keep: Option<SessionId>,
    now: Timestamp,
) -> Result<u64> {
    let keep = keep.as_ref().map(SessionId::as_bytes);
    let ended = connection.prepare_cached(END_ALL)?.execute(params![account.0, now.as_millis(), keep])?;
    Ok(ended as u64)
}

/// The statements of this file that people wait for.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[FIND, INSERT, INSERT_OF_HOLDER, LIST, TOUCH, END, END_ALL];
