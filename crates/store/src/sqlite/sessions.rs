//! Signed-in browsers.

use async_trait::async_trait;
use otpd_domain::Timestamp;
use otpd_domain::account::AccountId;
use otpd_domain::ports::{SessionStore, StoreError};
use otpd_domain::session::{Session, SessionId, SignedIn};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use super::SqliteStore;
use super::columns::{account, instant};

#[async_trait]
impl SessionStore for SqliteStore {
    async fn find(
        &self,
        id: SessionId,
        now: Timestamp,
        idle_since: Timestamp,
    ) -> Result<Option<SignedIn>, StoreError> {
        self.read(|connection| find(connection, id, now, idle_since))
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

/// The columns [`session`] reads, in its order.
const SESSION: &str = "s.id, s.account_id, s.secret_hash, s.created_at, s.last_seen_at, s.expires_at, s.user_agent";

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
