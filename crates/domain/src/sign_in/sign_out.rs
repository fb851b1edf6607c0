//! A person signs out.

use super::sessions::holder;
use crate::session::SessionToken;
use crate::{Domain, Fault};

/// Ends the session on the server; the token means nothing from then on.
///
/// # Errors
/// When the store fails; the session may live on then.
pub async fn sign_out(domain: &Domain, token: &SessionToken) -> Result<(), Fault> {
    let now = domain.clock.now();
    if let Some(who) = holder(domain, token, now).await? {
        domain.ports.sessions.end(who.account.id, token.id, now).await?;
        tracing::debug!(session = %token.id, account = %who.account.id, "signed out");
    }
    Ok(())
}
