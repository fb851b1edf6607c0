//! Keys of API callers.

use async_trait::async_trait;
use otpd_domain::Timestamp;
use otpd_domain::api_key::{ApiKey, ApiKeyId, NewApiKey, Scope};
use otpd_domain::ports::{ApiKeyStore, StoreError};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use super::SqliteStore;
use super::columns::{instant, maybe_instant, word};

#[async_trait]
impl ApiKeyStore for SqliteStore {
    async fn create(&self, key: NewApiKey) -> Result<(), StoreError> {
        self.write(move |connection| create(connection, &key)).await
    }

    async fn find(&self, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
        self.read(|connection| find(connection, id))
    }

    async fn touch(&self, id: ApiKeyId, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |connection| touch(connection, id, now)).await
    }

    async fn list(&self) -> Result<Vec<ApiKey>, StoreError> {
        self.scan(list).await
    }

    async fn revoke(&self, id: ApiKeyId, now: Timestamp) -> Result<bool, StoreError> {
        self.write(move |connection| revoke(connection, id, now)).await
    }
}

const CREATE: &str = "INSERT INTO api_keys (id, secret_hash, name, scopes, created_at, expires_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

fn create(connection: &Connection, key: &NewApiKey) -> Result<()> {
    let scopes = key.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ");
    let values = params![
        key.id.as_bytes(),
        key.secret_hash,
        key.name,
        scopes,
        key.created_at.as_millis(),
        key.expires_at.map(Timestamp::as_millis),
    ];
    connection.prepare_cached(CREATE)?.execute(values).map(|_| ())
}

/// The columns [`api_key`] reads, in its order.
macro_rules! columns {
    () => {
        "SELECT id, secret_hash, name, scopes, created_at, expires_at, last_used_at, revoked_at FROM api_keys"
    };
}

const FIND: &str = concat!(columns!(), " WHERE id = ?1");
const LIST: &str = concat!(columns!(), " ORDER BY id");

fn api_key(row: &Row<'_>) -> Result<ApiKey> {
    Ok(ApiKey {
        key: NewApiKey {
            id: ApiKeyId::from_bytes(row.get(0)?),
            secret_hash: row.get(1)?,
            name: row.get(2)?,
            scopes: word(row, 3, |words| words.split_whitespace().map(Scope::from_word).collect())?,
            created_at: instant(row, 4)?,
            expires_at: maybe_instant(row, 5)?,
        },
        last_used_at: maybe_instant(row, 6)?,
        revoked_at: maybe_instant(row, 7)?,
    })
}

fn find(connection: &Connection, id: ApiKeyId) -> Result<Option<ApiKey>> {
    connection.prepare_cached(FIND)?.query_row([id.as_bytes()], api_key).optional()
}

fn list(connection: &Connection) -> Result<Vec<ApiKey>> {
    connection.prepare_cached(LIST)?.query_map([], api_key)?.collect()
}

const TOUCH: &str = "UPDATE api_keys SET last_used_at = ?2 \
     WHERE id = ?1 AND revoked_at IS NULL AND (last_used_at IS NULL OR last_used_at < ?2)";

fn touch(connection: &Connection, id: ApiKeyId, now: Timestamp) -> Result<()> {
    connection.prepare_cached(TOUCH)?.execute(params![id.as_bytes(), now.as_millis()]).map(|_| ())
}

const REVOKE: &str = "UPDATE api_keys SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL";

fn revoke(connection: &Connection, id: ApiKeyId, now: Timestamp) -> Result<bool> {
    Ok(connection.prepare_cached(REVOKE)?.execute(params![id.as_bytes(), now.as_millis()])? > 0)
}

/// The statements of this file that callers wait for.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[CREATE, FIND, TOUCH, REVOKE];
