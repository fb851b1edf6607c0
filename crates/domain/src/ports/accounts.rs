//! People.

use async_trait::async_trait;

use super::StoreError;
use crate::account::{Account, AccountId, NewAccount, Role};
use crate::clock::Timestamp;
use crate::identifier::Identifier;
use crate::message::OutboxMessage;
use crate::password::PasswordHash;

/// An account could not be written.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Another account has this e-mail address.
    #[error("another account has this e-mail address")]
    EmailTaken,
    /// Another account has this phone number.
    #[error("another account has this phone number")]
    PhoneTaken,
    /// There is no such account.
    #[error("there is no such account")]
    NotFound,
    /// The account was changed since it was read.
    #[error("the account was changed by somebody else meanwhile; look at it again")]
    Changed,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A page of accounts: those after an id, in the order of ids.
#[derive(Clone, Debug, Default)]
pub struct AccountQuery {
    /// Only ids above this one.
    pub after: Option<AccountId>,
    /// At most so many.
    pub limit: u32,
    /// Only this role.
    pub role: Option<Role>,
    /// Only active (or inactive) ones.
    pub active: Option<bool>,
    /// Only those whose name, e-mail or phone contains this text, whatever its case.
    pub containing: Option<String>,
}

/// A change of a profile.
#[derive(Clone, Debug)]
pub struct AccountChange {
    /// The profile it was made from: a change that others made meanwhile must not be undone.
    pub before: NewAccount,
    /// The profile from now on.
    pub after: NewAccount,
    /// Tells the contacts the account had. Written to the outbox.
    pub notices: Vec<OutboxMessage>,
}

/// What a log-in needs of an account.
#[derive(Clone, Debug)]
pub struct StoredPassword {
    /// Whose it is.
    pub account: AccountId,
    /// Whether the account may sign in.
    pub active: bool,
    /// The hash; `None` when the account has no password.
    pub hash: Option<PasswordHash>,
}

/// People.
#[async_trait]
pub trait AccountStore: Send + Sync {
    /// Writes a new account.
    async fn create(&self, account: NewAccount, now: Timestamp) -> Result<AccountId, AccountError>;

    /// Replaces the profile of an account, if it still is the one the change was made from, and writes the notices to
    /// the outbox. Ends its sessions in the same step when it is no longer active or a contact of it changed.
    async fn update(&self, id: AccountId, change: AccountChange, now: Timestamp) -> Result<(), AccountError>;

    /// The account of that id.
    async fn get(&self, id: AccountId) -> Result<Account, AccountError>;

    /// The account that holds the identifier, active or not.
    async fn find(&self, identifier: &Identifier) -> Result<Option<Account>, StoreError>;

    /// The account that holds the identifier and the hash of its password, for a log-in. The account may be inactive
    /// and may have no password.
    async fn password(&self, identifier: &Identifier) -> Result<Option<StoredPassword>, StoreError>;

    /// One page of accounts.
    async fn list(&self, query: AccountQuery) -> Result<Vec<Account>, StoreError>;
}
