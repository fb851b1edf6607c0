//! Customers and staff, as those see them who run the server.

use crate::account::{AccountId, NewAccount, ProfileError, Role};
use crate::audit::{AuditEvent, NewAuditEntry};
use crate::codes::notice;
use crate::message::{MessageKind, OutboxMessage};
use crate::ports::{AccountChange, AccountError};
use crate::visitor::Trail;
use crate::{Domain, Fault};

/// How often a change starts anew when somebody else changed the account meanwhile.
const TRIES: u32 = 4;

/// An account could not be created or changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The profile is not acceptable.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// The account is staff's: back ends look after customers only.
    #[error("this account belongs to staff; it is changed with the command line")]
    NotACustomer,
    /// The store refused it or failed.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// It could not be done for another reason.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Creates an account after checking its profile against the configured customer types.
///
/// # Errors
/// When the profile is wrong, its contacts are taken, or the store fails.
pub async fn create_account(
    domain: &Domain,
    profile: NewAccount,
    customer_types: &[String],
    by: &Trail,
) -> Result<AccountId, ChangeError> {
    profile.check(customer_types)?;
    let role = profile.role;
    let id = domain.ports.accounts.create(profile, domain.clock.now()).await?;
    append(domain, AuditEvent::AccountCreated, id, by, Some(role.as_str())).await?;
    Ok(id)
}

async fn append(
    domain: &Domain,
    event: AuditEvent,
    account: AccountId,
    by: &Trail,
    detail: Option<&str>,
) -> Result<(), Fault> {
    let entry = NewAuditEntry::new(event, by.clone()).of_account(account);
    let entry = NewAuditEntry { detail: detail.map(str::to_owned), ..entry };
    Ok(domain.ports.audit.append(entry, domain.clock.now()).await?)
}

/// Creates a customer for another back end, whatever role the profile has.
///
/// # Errors
/// As [`create_account`].
pub async fn create_customer(
    domain: &Domain,
    profile: NewAccount,
    customer_types: &[String],
    by: &Trail,
) -> Result<AccountId, ChangeError> {
    create_account(domain, NewAccount { role: Role::Customer, ..profile }, customer_types, by).await
}

/// Changes a customer for another back end, and tells the contacts that change. The role stays what it is, and staff
/// cannot be changed this way.
///
/// # Errors
/// When there is no such account or it is staff's, the profile is wrong, its contacts are taken, others keep changing
/// it, or the store fails.
pub async fn change_customer(
    domain: &Domain,
    id: AccountId,
    customer_types: &[String],
    by: &Trail,
    change: impl Fn(&mut NewAccount),
) -> Result<(), ChangeError> {
    change_account(domain, id, |before| {
        if before.role != Role::Customer {
            return Err(ChangeError::NotACustomer);
        }
        let mut after = before.clone();
        change(&mut after);
        after.role = Role::Customer;
        after.check(customer_types)?;
        let notices = notices_of_change(domain, before, &after).map_err(Fault::from)?;
        Ok((after, notices))
    })
    .await?;
    Ok(append(domain, AuditEvent::AccountChanged, id, by, None).await?)
}

/// Takes an account out of use and ends its sessions.
///
/// # Errors
/// When there is no such account or the store fails.
pub async fn disable_account(domain: &Domain, id: AccountId, by: &Trail) -> Result<(), ChangeError> {
    change_account(domain, id, |before| Ok((NewAccount { active: false, ..before.clone() }, Vec::new()))).await?;
    Ok(append(domain, AuditEvent::AccountDisabled, id, by, None).await?)
}

/// Gives an account another role.
///
/// # Errors
/// When there is no such account or the store fails.
pub async fn set_role(domain: &Domain, id: AccountId, role: Role, by: &Trail) -> Result<(), ChangeError> {
    change_account(domain, id, |before| Ok((NewAccount { role, ..before.clone() }, Vec::new()))).await?;
    Ok(append(domain, AuditEvent::RoleSet, id, by, Some(role.as_str())).await?)
}

/// Reads, changes, and writes if nobody else has written meanwhile; else starts anew.
async fn change_account(
    domain: &Domain,
    id: AccountId,
    change: impl Fn(&NewAccount) -> Result<(NewAccount, Vec<OutboxMessage>), ChangeError>,
) -> Result<(), ChangeError> {
    for _ in 0..TRIES {
        let before = domain.ports.accounts.get(id).await?.profile;
        let (after, notices) = change(&before)?;
        let rings = !notices.is_empty();
        let written =
            domain.ports.accounts.update(id, AccountChange { before, after, notices }, domain.clock.now()).await;
        match written {
            Err(AccountError::Changed) => {}
            written => {
                if rings && written.is_ok() {
                    domain.ports.bell.ring();
                }
                return Ok(written?);
            }
        }
    }
    Err(AccountError::Changed.into())
}

/// A notice to each contact the account loses.
fn notices_of_change(
    domain: &Domain,
    before: &NewAccount,
    after: &NewAccount,
) -> Result<Vec<OutboxMessage>, crate::EntropyError> {
    let language = before.language.as_deref().unwrap_or_default();
    let kept: Vec<_> = after.contacts().collect();
    let lost = before.contacts().filter(|contact| !kept.contains(contact));
    lost.map(|contact| notice(domain, &contact, MessageKind::ContactChanged, language, domain.clock.now())).collect()
}
