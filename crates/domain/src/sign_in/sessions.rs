//! Who is signed in, where else, and ending that.

use std::time::Duration;

use crate::account::AccountId;
use crate::audit::{AuditEvent, NewAuditEntry};
use crate::clock::Timestamp;
use crate::entropy::EntropyError;
use crate::session::{MAX_USER_AGENT, NewSession, Session, SessionId, SessionToken, SignedIn};
use crate::visitor::Trail;
use crate::{Domain, Fault};

/// A session's last use is noted at most this often: one write a minute, not one a page.
const TOUCH_EVERY: Duration = Duration::from_mins(1);

/// A session to open, with its token.
pub(crate) fn new_session(
    domain: &Domain,
    mut user_agent: String,
    now: Timestamp,
) -> Result<(SessionToken, NewSession), EntropyError> {
    let token = SessionToken::generate(now, domain.entropy.as_ref())?;
    user_agent.truncate(user_agent.floor_char_boundary(MAX_USER_AGENT));
    let session = NewSession {
        id: token.id,
        secret_hash: token.secret_hash(),
        created_at: now,
        expires_at: now.after(domain.policy.session_lifetime),
        user_agent,
    };
    Ok((token, session))
}

/// Who holds this token, if its session lives and the account is active. Notes the use of the session.
///
/// # Errors
/// When the store fails; the caller must treat nobody as signed in then.
pub async fn signed_in(domain: &Domain, token: &SessionToken) -> Result<Option<SignedIn>, Fault> {
    let now = domain.clock.now();
    let found = holder(domain, token, now).await?;
    if let Some(who) = &found
        && now.since(who.session.last_seen_at) >= TOUCH_EVERY
        && let Err(error) = domain.ports.sessions.touch(token.id, now).await
    {
        // A full disk must not take reading away, too. The session ends a little earlier than it should.
        tracing::warn!(%error, "the use of a session could not be noted");
    }
    Ok(found)
}

/// Who holds this token, with nothing noted.
pub(super) async fn holder(domain: &Domain, token: &SessionToken, now: Timestamp) -> Result<Option<SignedIn>, Fault> {
    let found = domain.ports.sessions.find(token.id, now, now.before(domain.policy.session_idle)).await?;
    Ok(found.filter(|who| who.session.belongs_to(token)))
}

/// The account's live sessions, the latest used first.
///
/// # Errors
/// When the store fails.
pub async fn list_sessions(domain: &Domain, account: AccountId) -> Result<Vec<Session>, Fault> {
    let now = domain.clock.now();
    Ok(domain.ports.sessions.list(account, now, now.before(domain.policy.session_idle)).await?)
}

/// Ends one session of the account; false when it had no such session.
///
/// # Errors
/// When the store fails.
pub async fn end_session(domain: &Domain, account: AccountId, session: SessionId, by: &Trail) -> Result<bool, Fault> {
    let now = domain.clock.now();
    let ended = domain.ports.sessions.end(account, session, now).await?;
    if ended {
        note_end(domain, AuditEvent::SessionEnded, account, by, now);
    }
    tracing::debug!(%session, %account, ended, "session ended by its owner");
    Ok(ended)
}

/// The sessions are ended; what the trail says of it must not undo that.
pub(super) fn note_end(domain: &Domain, event: AuditEvent, account: AccountId, by: &Trail, now: Timestamp) {
    domain.ports.audit.note(NewAuditEntry::new(event, by.clone()).of_account(account), now);
}

/// Ends all sessions of the account but this one; says how many.
///
/// # Errors
/// When the store fails.
pub async fn end_other_sessions(
    domain: &Domain,
    account: AccountId,
    keep: SessionId,
    by: &Trail,
) -> Result<u64, Fault> {
    end_all(domain, account, Some(keep), by).await
}

/// Ends all sessions of the account; says how many.
///
/// # Errors
/// When the store fails.
pub async fn end_all_sessions(domain: &Domain, account: AccountId, by: &Trail) -> Result<u64, Fault> {
    end_all(domain, account, None, by).await
}

async fn end_all(domain: &Domain, account: AccountId, keep: Option<SessionId>, by: &Trail) -> Result<u64, Fault> {
    let now = domain.clock.now();
    let ended = domain.ports.sessions.end_all(account, keep, now).await?;
    if ended > 0 {
        note_end(domain, AuditEvent::SessionsEnded, account, by, now);
    }
    Ok(ended)
}

/// The live session of that id, whoever's: for API callers.
///
/// # Errors
/// When the store fails.
pub async fn find_session(domain: &Domain, session: SessionId) -> Result<Option<Session>, Fault> {
    let now = domain.clock.now();
    Ok(domain.ports.sessions.find_any(session, now, now.before(domain.policy.session_idle)).await?)
}
