//! A person signs in with a password.

use crate::account::Account;
use crate::identifier::Identifier;
use crate::password::Password;
use crate::ports::{Compared, HashError};
use crate::session::{SessionId, SessionToken};
use crate::sign_in::new_session;
use crate::{Domain, Fault};

/// What is presented.
#[derive(Clone)]
pub struct LogIn {
    /// The contact; `None` when what was typed is no contact: as wrong as any wrong one, and as slow.
    pub identifier: Option<Identifier>,
    /// The password as typed.
    pub password: String,
    /// The browser's own description, for the list of sessions.
    pub user_agent: String,
    /// The session this browser has already, if any: the new one replaces it.
    pub replaces: Option<SessionId>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum LoggedIn {
    /// Right: a session is open.
    Done {
        /// Whose it is.
        account: Box<Account>,
        /// For the browser's cookie.
        token: SessionToken,
    },
    /// Unknown, inactive, without a password, or wrong: nobody may say which.
    Refused,
}

/// Compares the password, for unknown accounts with a hash that no password has, then opens a session.
///
/// # Errors
/// When the store, the hasher or the source of randomness fails; nobody is signed in then.
pub async fn log_in(domain: &Domain, input: LogIn) -> Result<LoggedIn, Fault> {
    let found = match &input.identifier {
        Some(identifier) => domain.ports.accounts.password(identifier).await?,
        None => None,
    };
    let usable = found.filter(|found| found.active).and_then(|found| Some((found.account, found.hash?)));
    // A password longer than any is compared all the same, as an empty one with nothing: it must take as long.
    let presented = Password::presented(&input.password);
    let hash = usable.as_ref().filter(|_| presented.is_some()).map(|(_, hash)| hash.clone());
    let compared = match domain.ports.passwords.compare(presented.unwrap_or_else(Password::none), hash).await {
        // Said after the same work; to the caller it is as wrong as any other.
        Err(HashError::Unreadable) => {
            tracing::error!(account = ?usable.map(|(account, _)| account), "a stored password hash cannot be read");
            return Ok(LoggedIn::Refused);
        }
        compared => compared?,
    };
    let (Compared::Right { rehashed }, Some((account, proven_by))) = (compared, usable) else {
        tracing::debug!(contact = ?input.identifier.as_ref().map(|it| it.masked().to_string()), "log-in refused");
        return Ok(LoggedIn::Refused);
    };
    let now = domain.clock.now();
    let (token, session) = new_session(domain, input.user_agent, now)?;
    let opened = domain.ports.sessions.open(account, session, input.replaces, proven_by, rehashed, now).await?;
    if !opened {
        return Ok(LoggedIn::Refused);
    }
    tracing::debug!(%account, session = %token.id, "logged in");
    Ok(LoggedIn::Done { account: Box::new(domain.ports.accounts.get(account).await?), token })
}
