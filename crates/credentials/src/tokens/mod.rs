//! Access tokens: JSON Web Tokens signed with Ed25519, in the profile of RFC 9068 as far as it applies.
//!
//! There is no `client_id`: a token is given to the person who signed in, not to an OAuth client. And nothing personal is in
//! one, for tokens end up in logs: who needs the e-mail address asks for the account.

mod claims;
pub(crate) mod keys;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::aws_lc;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, Header, Validation};
use otpd_domain::account::Account;
use otpd_domain::keys::Keyring;
use otpd_domain::ports::{AccessClaims, AccessToken, AccessTokens, SigningError, TokenRefusal};
use otpd_domain::session::SessionId;
use otpd_domain::{Entropy, Timestamp};

use claims::Claims;
use keys::SigningKey;

/// The media type of an access token (RFC 9068 §2.1), so that no other token of ours is ever taken for one.
const TYPE: &str = "at+jwt";
/// Longest token looked at, in bytes. Ours have about 500.
const MAX_TOKEN: usize = 8 * 1024;
/// Bytes of a token's own id.
const TOKEN_ID: usize = 16;

/// Who signs tokens, for whom, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenConfig {
    /// Claim `iss`: the public URL of this server.
    pub issuer: String,
    /// Claim `aud`: the back ends that shall believe the tokens; the public URL where they have no name of their own.
    pub audience: String,
    /// How long a token lives, in whole seconds; a fraction is dropped. Ending a session does not reach back ends that only
    /// check signatures, so keep it to minutes.
    pub lifetime: Duration,
}

/// Signs with the key of the newest secret in the key file, and believes those of all.
pub struct SignedTokens {
    config: TokenConfig,
    /// Newest first.
    keys: Vec<SigningKey>,
    validation: Validation,
    entropy: Arc<dyn Entropy>,
}

impl SignedTokens {
    /// Derives the signing keys from the keyring.
    ///
    /// # Errors
    /// When the cryptographic library takes none of them.
    pub fn new(config: TokenConfig, keyring: &Keyring, entropy: Arc<dyn Entropy>) -> Result<Self, SigningError> {
        // Refused when one is installed already, which is then as good: named here, lest a dependency's features decide.
        let _ = aws_lc::DEFAULT_PROVIDER.install_default();
        let keys = keyring.signing_seeds().map(|(_, seed)| SigningKey::from_seed(seed)).collect::<Result<_, _>>()?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&config.issuer]);
        validation.set_audience(&[&config.audience]);
        // The library would ask the system's clock; `check` compares with the time it is given.
        validation.validate_exp = false;
        Ok(Self { config, keys, validation, entropy })
    }

    fn find(&self, kid: &str) -> Option<&SigningKey> {
        self.keys.iter().find(|key| key.id == kid)
    }

    fn believed(&self, token: &str) -> Result<Claims, &'static str> {
        if token.len() > MAX_TOKEN {
            return Err("it is longer than any token of ours");
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| "it is no signed JSON Web Token")?;
        if header.alg != Algorithm::EdDSA {
            return Err("it is signed with another algorithm than EdDSA");
        }
        if header.typ.as_deref() != Some(TYPE) {
            return Err("it is no access token: its header's type is not at+jwt");
        }
        if header.crit.is_some() {
            return Err("its header demands what is not understood here");
        }
        let key = header.kid.as_deref().and_then(|kid| self.find(kid)).ok_or("no key of ours signed it")?;
        let decoded = jsonwebtoken::decode::<Claims>(token, &key.public, &self.validation);
        decoded.map(|decoded| decoded.claims).map_err(|error| claims::reason(error.kind()))
    }
}

impl AccessTokens for SignedTokens {
    fn issue(&self, account: &Account, session: SessionId, now: Timestamp) -> Result<AccessToken, SigningError> {
        let key = self.keys.first().ok_or_else(|| SigningError("there is no key".to_owned()))?;
        let mut id = [0; TOKEN_ID];
        self.entropy.fill(&mut id).map_err(|error| SigningError(error.to_string()))?;
        let issued_at = now.as_millis().div_euclid(1000);
        let expires_at = issued_at.saturating_add(i64::try_from(self.config.lifetime.as_secs()).unwrap_or(i64::MAX));
        let claims = Claims {
            iss: self.config.issuer.clone(),
            aud: self.config.audience.clone(),
            sub: account.id.to_string(),
            sid: session.to_string(),
            iat: issued_at,
            exp: expires_at,
            jti: URL_SAFE_NO_PAD.encode(id),
        };
        let header = Header { typ: Some(TYPE.to_owned()), kid: Some(key.id.clone()), ..Header::new(Algorithm::EdDSA) };
        let token =
            jsonwebtoken::encode(&header, &claims, &key.private).map_err(|error| SigningError(error.to_string()))?;
        Ok(AccessToken { token, expires_at: claims.expires_at() })
    }

    fn check(&self, token: &str, now: Timestamp) -> Result<AccessClaims, TokenRefusal> {
        let refusal = |reason: &str| TokenRefusal(reason.to_owned());
        let claims = self.believed(token).map_err(refusal)?;
        if now >= claims.expires_at() {
            return Err(refusal("it has expired"));
        }
        claims.read().ok_or_else(|| refusal("its subject or session is none of ours"))
    }

    fn key_set(&self) -> serde_json::Value {
        let set = JwkSet { keys: self.keys.iter().map(SigningKey::published).collect() };
        serde_json::to_value(set).unwrap_or_else(|error| unreachable!("texts alone always become JSON: {error}"))
    }
}
