//! Whose an access token is.

use super::find_session;
use crate::ports::AccountError;
use crate::session::SignedIn;
use crate::{Domain, Fault};

/// Who holds this access token, if it is ours and alive, its session not ended, and its account in use: a signature
/// outlives the session it was given out for, and the session decides.
///
/// # Errors
/// When the store fails; the caller must treat nobody as signed in then.
pub async fn holder_of_access_token(domain: &Domain, token: &str) -> Result<Option<SignedIn>, Fault> {
    let Ok(claims) = domain.ports.tokens.check(token, domain.clock.now()) else { return Ok(None) };
    let Some(session) = find_session(domain, claims.session).await? else { return Ok(None) };
    match domain.ports.accounts.get(claims.account).await {
        Ok(account) if account.profile.active && session.account_id == account.id => {
            Ok(Some(SignedIn { session, account }))
        }
        Ok(_) | Err(AccountError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
