//! Customers and staff.

use crate::Domain;
use crate::account::{AccountId, NewAccount, ProfileError, Role};
use crate::ports::AccountError;

/// An account could not be created or changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The profile is not acceptable.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// The store refused it or failed.
    #[error(transparent)]
    Account(#[from] AccountError),
}

/// Creates an account after checking its profile against the configured customer types.
///
/// # Errors
/// When the profile is wrong, its contacts are taken, or the store fails.
pub async fn create_account(
    domain: &Domain,
    profile: NewAccount,
    customer_types: &[String],
) -> Result<AccountId, ChangeError> {
    profile.check(customer_types)?;
    Ok(domain.ports.accounts.create(profile, domain.clock.now()).await?)
}

/// Takes an account out of use and ends its sessions.
///
/// # Errors
/// When there is no such account or the store fails.
pub async fn disable_account(domain: &Domain, id: AccountId) -> Result<(), ChangeError> {
    let account = domain.ports.accounts.get(id).await?;
    let profile = NewAccount { active: false, ..account.profile };
    Ok(domain.ports.accounts.update(id, profile, domain.clock.now()).await?)
}

/// Gives an account another role.
///
/// # Errors
/// When there is no such account or the store fails.
pub async fn set_role(domain: &Domain, id: AccountId, role: Role) -> Result<(), ChangeError> {
    let account = domain.ports.accounts.get(id).await?;
    let profile = NewAccount { role, ..account.profile };
    Ok(domain.ports.accounts.update(id, profile, domain.clock.now()).await?)
}
