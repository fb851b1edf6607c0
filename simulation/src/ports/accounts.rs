//! People.

use async_trait::async_trait;
use otpd_domain::Timestamp;
use otpd_domain::account::{Account, AccountId, NewAccount};
use otpd_domain::identifier::Identifier;
use otpd_domain::ports::{AccountChange, AccountError, AccountQuery, AccountStore, StoreError, StoredPassword};

use super::Watched;

#[async_trait]
impl AccountStore for Watched<dyn AccountStore> {
    async fn create(&self, account: NewAccount, now: Timestamp) -> Result<AccountId, AccountError> {
        let active = account.active;
        let write = self.inner.create(account, now);
        self.stage.call("create", write, |stage, id| stage.witness().account(*id, active, &stage.journal)).await
    }

    async fn update(&self, id: AccountId, change: AccountChange, now: Timestamp) -> Result<(), AccountError> {
        let seen = change.clone();
        let write = self.inner.update(id, change, now);
        self.stage
            .call("update", write, |stage, ()| {
                let now = stage.clock.moment();
                let mut witness = stage.witness();
                witness.account(id, seen.after.active, &stage.journal);
                let moved = seen.before.email != seen.after.email || seen.before.phone != seen.after.phone;
                if moved || !seen.after.active {
                    witness.all_ended(id, None);
                }
                for notice in &seen.notices {
                    witness.noticed(notice, now);
                }
            })
            .await
    }

    async fn get(&self, id: AccountId) -> Result<Account, AccountError> {
        self.stage.call("get", self.inner.get(id), |_, _| {}).await
    }

    async fn find(&self, identifier: &Identifier) -> Result<Option<Account>, StoreError> {
        self.stage.call("find account", self.inner.find(identifier), |_, _| {}).await
    }

    async fn password(&self, identifier: &Identifier) -> Result<Option<StoredPassword>, StoreError> {
        self.stage.call("password", self.inner.password(identifier), |_, _| {}).await
    }

    async fn list(&self, query: AccountQuery) -> Result<Vec<Account>, StoreError> {
        self.stage.call("accounts", self.inner.list(query), |_, _| {}).await
    }
}
