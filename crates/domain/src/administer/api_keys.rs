//! Keys of API callers: made, used, revoked.

use std::time::Duration;

use crate::api_key::{ApiKey, ApiKeyId, ApiKeyToken, MAX_NAME, NewApiKey, Scope};
use crate::audit::{AuditEvent, NewAuditEntry};
use crate::clock::Timestamp;
use crate::visitor::Trail;
use crate::{Domain, Fault};

/// A key's last use is noted at most this often: one write a minute, not one a call.
const TOUCH_EVERY: Duration = Duration::from_mins(1);

/// A key cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Its name is empty, too long, or holds control characters.
    #[error("a key needs a name of 1 to {MAX_NAME} characters, such as the name of the back end that uses it")]
    Name,
    /// It may do nothing.
    #[error("a key needs at least one scope")]
    NoScope,
    /// It would end before it begins.
    #[error("the key would have expired already")]
    Expired,
    /// The store or the source of randomness failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Makes a key. Its token is shown now and never again.
///
/// # Errors
/// When the name or the scopes cannot be taken, or the store fails.
pub async fn create_api_key(
    domain: &Domain,
    name: &str,
    mut scopes: Vec<Scope>,
    expires_at: Option<Timestamp>,
    by: &Trail,
) -> Result<ApiKeyToken, KeyError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
        return Err(KeyError::Name);
    }
    scopes.sort_unstable();
    scopes.dedup();
    if scopes.is_empty() {
        return Err(KeyError::NoScope);
    }
    let now = domain.clock.now();
    if expires_at.is_some_and(|end| end <= now) {
        return Err(KeyError::Expired);
    }
    let token = ApiKeyToken::generate(now, domain.entropy.as_ref()).map_err(Fault::from)?;
    let key = NewApiKey {
        id: token.id,
        secret_hash: token.secret_hash(),
        name: name.to_owned(),
        scopes,
        created_at: now,
        expires_at,
    };
    let entry = NewAuditEntry::new(AuditEvent::ApiKeyCreated, by.clone()).saying(key.id.to_string());
    domain.ports.api_keys.create(key).await.map_err(Fault::from)?;
    domain.ports.audit.append(entry, now).await.map_err(Fault::from)?;
    Ok(token)
}

/// The key a caller showed, if it is in force. Notes its use.
///
/// # Errors
/// When the store fails; the caller must be taken for nobody then.
pub async fn authenticate(domain: &Domain, token: &ApiKeyToken) -> Result<Option<ApiKey>, Fault> {
    let now = domain.clock.now();
    let found = domain.ports.api_keys.find(token.id).await?;
    let found = found.filter(|key| key.belongs_to(token) && key.is_in_force(now));
    if let Some(key) = &found
        && key.last_used_at.is_none_or(|last| now.since(last) >= TOUCH_EVERY)
        && let Err(error) = domain.ports.api_keys.touch(token.id, now).await
    {
        // A full disk must not take reading away, too.
        tracing::warn!(%error, "the use of an API key could not be noted");
    }
    Ok(found)
}

/// All keys, the oldest first.
///
/// # Errors
/// When the store fails.
pub async fn list_api_keys(domain: &Domain) -> Result<Vec<ApiKey>, Fault> {
    Ok(domain.ports.api_keys.list().await?)
}

/// Revokes a key from now on. False when there is none (left) to revoke.
///
/// # Errors
/// When the store fails; the key may live on then.
pub async fn revoke_api_key(domain: &Domain, id: ApiKeyId, by: &Trail) -> Result<bool, Fault> {
    let now = domain.clock.now();
    let revoked = domain.ports.api_keys.revoke(id, now).await?;
    if revoked {
        let entry = NewAuditEntry::new(AuditEvent::ApiKeyRevoked, by.clone()).saying(id.to_string());
        domain.ports.audit.append(entry, now).await?;
    }
    Ok(revoked)
}
