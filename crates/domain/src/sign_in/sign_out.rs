//! A person signs out.

use super::sessions::{holder, note_end};
use crate::audit::AuditEvent;
use crate::session::SessionToken;
use crate::visitor::Trail;
use crate::{Domain, Fault};

/// Ends the session on the server; the token means nothing from then on.
///
/// # Errors
/// When the store fails; the session may live on then.
pub async fn sign_out(domain: &Domain, token: &SessionToken, by: &Trail) -> Result<(), Fault> {
    let now = domain.clock.now();
    if let Some(who) = holder(domain, token, now).await? {
        if domain.ports.sessions.end(who.account.id, token.id, now).await? {
            note_end(domain, AuditEvent::SessionEnded, who.account.id, by, now);
        }
        tracing::debug!(session = %token.id, account = %who.account.id, "signed out");
    }
    Ok(())
}
