//! Signed-in browsers.

use subtle::ConstantTimeEq;

use crate::account::{Account, AccountId};
use crate::clock::Timestamp;
use crate::id::time_ordered_id;
use crate::token::{Token, token_id};

/// Longest user agent text kept with a session, in bytes.
pub const MAX_USER_AGENT: usize = 200;

time_ordered_id! {
    /// Names a session. Knowing it gives no power: that is the token's.
    SessionId
}

token_id!(SessionId, "");

/// What a signed-in browser holds: the session's id and an opaque secret of 256 bits. Stores keep its hash.
pub type SessionToken = Token<SessionId>;

/// A session as it is written when it opens.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// SHA-256 of the token's secret.
    pub secret_hash: [u8; 32],
    /// When it opened.
    pub created_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// The browser's own description, cut to [`MAX_USER_AGENT`] bytes.
    pub user_agent: String,
}

/// A stored session that has not been ended.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub account_id: AccountId,
    /// SHA-256 of the token's secret.
    pub secret_hash: [u8; 32],
    /// When it opened.
    pub created_at: Timestamp,
    /// When it was last used, to about a minute.
    pub last_seen_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// The browser's own description.
    pub user_agent: String,
}

impl Session {
    /// Whether the token shown is the one this session was opened with.
    pub fn belongs_to(&self, token: &SessionToken) -> bool {
        token.secret_hash().ct_eq(&self.secret_hash).into()
    }
}

/// A session with the account it belongs to: who is signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// Its account, which is active.
    pub account: Account,
}
