//! Credentials that cost nothing, for tests of everything but credentials.

use std::time::Duration;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use otpd_domain::Timestamp;
use otpd_domain::account::{Account, AccountId};
use otpd_domain::password::{Password, PasswordHash};
use otpd_domain::ports::{
    AccessClaims, AccessToken, AccessTokens, Compared, HashError, PasswordHasher, SigningError, TokenRefusal,
};
use otpd_domain::session::SessionId;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Salted SHA-256. For tests alone: whoever has the hashes finds the passwords.
#[derive(Clone, Copy, Debug, Default)]
pub struct TestHasher;

/// What its hashes begin with; what begins otherwise is unreadable.
const SCHEME: &str = "test$";
/// The salt is the same each time: tests compare hashes.
const SALT: &[u8] = b"salt of tests";

impl TestHasher {
    /// The hash of a password, without waiting.
    pub fn hash_of(password: &Password) -> PasswordHash {
        let digest = Sha256::new().chain_update(SALT).chain_update(password.as_bytes()).finalize();
        PasswordHash::from_stored(format!("{SCHEME}{}", URL_SAFE_NO_PAD.encode(digest)))
    }
}

#[async_trait]
impl PasswordHasher for TestHasher {
    async fn hash(&self, password: Password) -> Result<PasswordHash, HashError> {
        Ok(Self::hash_of(&password))
    }

    async fn compare(&self, password: Password, hash: Option<PasswordHash>) -> Result<Compared, HashError> {
        let made = Self::hash_of(&password);
        match hash {
            Some(hash) if !hash.as_str().starts_with(SCHEME) => Err(HashError::Unreadable),
            Some(hash) if hash == made => Ok(Compared::Right { rehashed: None }),
            _ => Ok(Compared::Wrong),
        }
    }
}

/// Access tokens in plain text. For tests alone: anybody can make one.
#[derive(Clone, Copy, Debug, Default)]
pub struct TestTokens;

/// How long its tokens live.
const LIFETIME: Duration = Duration::from_mins(15);

impl AccessTokens for TestTokens {
    fn issue(&self, account: &Account, session: SessionId, now: Timestamp) -> Result<AccessToken, SigningError> {
        let expires_at = now.after(LIFETIME);
        Ok(AccessToken { token: format!("test.{}.{session}.{}", account.id, expires_at.as_millis()), expires_at })
    }

    fn check(&self, token: &str, now: Timestamp) -> Result<AccessClaims, TokenRefusal> {
        let claims = read(token).ok_or_else(|| TokenRefusal("not a token of the tests".to_owned()))?;
        if now < claims.expires_at { Ok(claims) } else { Err(TokenRefusal("expired".to_owned())) }
    }

    fn key_set(&self) -> Value {
        serde_json::json!({ "keys": [] })
    }
}

fn read(token: &str) -> Option<AccessClaims> {
    let mut parts = token.strip_prefix("test.")?.split('.');
    let claims = AccessClaims {
        account: AccountId(parts.next()?.parse().ok()?),
        session: SessionId::parse(parts.next()?)?,
        expires_at: Timestamp::from_millis(parts.next()?.parse().ok()?),
    };
    parts.next().is_none().then_some(claims)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{NOW, Sampler};

    #[tokio::test]
    async fn a_password_compares_with_its_own_hash_only() {
        let password = |text| Password::presented(text).expect("short enough");
        let hash = TestHasher.hash(password("one")).await.expect("hashed");
        let compare = async |text, hash| TestHasher.compare(password(text), hash).await;
        assert_eq!(compare("one", Some(hash.clone())).await.expect("compared"), Compared::Right { rehashed: None });
        assert_eq!(compare("two", Some(hash)).await.expect("compared"), Compared::Wrong);
        assert_eq!(compare("one", None).await.expect("compared"), Compared::Wrong);
        let foreign = PasswordHash::from_stored("$argon2id$".to_owned());
        assert!(matches!(compare("one", Some(foreign)).await, Err(HashError::Unreadable)));
    }

    #[test]
    fn a_token_says_whose_it_is_until_it_expires() {
        let samples = Sampler::default();
        let account = Account { id: AccountId(7), profile: samples.account(), created_at: NOW, last_sign_in_at: None };
        let session = samples.session(NOW).id;
        let token = TestTokens.issue(&account, session, NOW).expect("issued");
        let claims = AccessClaims { account: account.id, session, expires_at: token.expires_at };
        assert_eq!(TestTokens.check(&token.token, NOW), Ok(claims));
        assert!(TestTokens.check(&token.token, token.expires_at).is_err());
        assert!(TestTokens.check("test.7", NOW).is_err());
    }
}
