//! What is written in a token.

use jsonwebtoken::errors::ErrorKind;
use otpd_domain::Timestamp;
use otpd_domain::account::AccountId;
use otpd_domain::ports::AccessClaims;
use otpd_domain::session::SessionId;
use serde::{Deserialize, Serialize};

/// The claims by their registered names (RFC 7519 §4.1; `sid` of `OpenID` Connect Front-Channel Logout §3). All are demanded,
/// each of its one type; unknown ones are passed over.
#[derive(Debug, Serialize, Deserialize)]
pub struct Claims {
    /// This server.
    pub iss: String,
    /// Who shall believe it.
    pub aud: String,
    /// The account's id.
    pub sub: String,
    /// The session's id.
    pub sid: String,
    /// When it was signed, in seconds since the epoch.
    pub iat: i64,
    /// From when on it is dead, in seconds since the epoch.
    pub exp: i64,
    /// Its own id, drawn at random.
    pub jti: String,
}

impl Claims {
    /// From when on it is dead.
    pub fn expires_at(&self) -> Timestamp {
        Timestamp::from_millis(self.exp.saturating_mul(1000))
    }

    /// What they say, in the domain's words; `None` when subject or session are not written as we write them.
    pub fn read(&self) -> Option<AccessClaims> {
        let account = self.sub.parse().ok().map(AccountId).filter(|id| id.to_string() == self.sub)?;
        let session = SessionId::parse(&self.sid).filter(|id| id.to_string() == self.sid)?;
        Some(AccessClaims { account, session, expires_at: self.expires_at() })
    }
}

/// Why the library refuses a token, in words that hold nothing of the token itself.
pub fn reason(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidSignature => "its signature is false",
        ErrorKind::InvalidIssuer => "another issuer made it",
        ErrorKind::InvalidAudience => "it is meant for another audience",
        _ => "its claims are missing or malformed",
    }
}
