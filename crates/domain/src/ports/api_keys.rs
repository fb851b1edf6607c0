//! Keys of API callers.

use async_trait::async_trait;

use super::StoreError;
use crate::api_key::{ApiKey, ApiKeyId, NewApiKey};
use crate::clock::Timestamp;

/// Keys of API callers.
#[async_trait]
pub trait ApiKeyStore: Send + Sync {
    /// Writes a new key.
    async fn create(&self, key: NewApiKey) -> Result<(), StoreError>;

    /// The key of that id, in force or not.
    async fn find(&self, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError>;

    /// Notes that the key is in use. Never moves `last_used_at` backwards.
    async fn touch(&self, id: ApiKeyId, now: Timestamp) -> Result<(), StoreError>;

    /// All keys, the oldest first, revoked ones included.
    async fn list(&self) -> Result<Vec<ApiKey>, StoreError>;

    /// Revokes a key. False when there is none (left) to revoke.
    async fn revoke(&self, id: ApiKeyId, now: Timestamp) -> Result<bool, StoreError>;
}
