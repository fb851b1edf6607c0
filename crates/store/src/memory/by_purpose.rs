//! Codes of some purposes in memory, those of the others elsewhere.

use std::sync::Arc;

use async_trait::async_trait;
use otpd_domain::Timestamp;
use otpd_domain::challenge::{ChallengeHandle, ChallengeId, PendingChallenge, Purpose};
use otpd_domain::identifier::Identifier;
use otpd_domain::ports::{
    ChallengeStore, GuessBudget, Issue, Issued, Redeemed, Redemption, Registered, Reissued, Reservation, StoreError,
};
use otpd_domain::register::NewRegistration;

use super::MemoryChallenges;

/// Two stores as one. New codes go by their purpose; what is asked by id goes to the store that has it, so that codes sent
/// before a change of the configuration are still good.
pub struct ByPurpose {
    memory: Arc<MemoryChallenges>,
    purposes: Vec<Purpose>,
    rest: Arc<dyn ChallengeStore>,
}

impl ByPurpose {
    /// Codes of these purposes in memory, all others in `rest`.
    pub fn new(memory: Arc<MemoryChallenges>, purposes: Vec<Purpose>, rest: Arc<dyn ChallengeStore>) -> Self {
        Self { memory, purposes, rest }
    }

    fn by_purpose(&self, purpose: &Purpose) -> &dyn ChallengeStore {
        if self.purposes.contains(purpose) { self.memory.as_ref() } else { self.rest.as_ref() }
    }

    fn by_id(&self, id: ChallengeId) -> &dyn ChallengeStore {
        if self.memory.has(id) { self.memory.as_ref() } else { self.rest.as_ref() }
    }
}

#[async_trait]
impl ChallengeStore for ByPurpose {
    async fn issue(&self, issue: Issue, now: Timestamp) -> Result<Issued, StoreError> {
        self.by_purpose(&issue.challenge.purpose).issue(issue, now).await
    }

    async fn reissue(&self, old: &ChallengeHandle, issue: Issue, now: Timestamp) -> Result<Reissued, StoreError> {
        self.by_id(old.id).reissue(old, issue, now).await
    }

    async fn register(
        &self,
        registration: NewRegistration,
        issues: Vec<Issue>,
        now: Timestamp,
    ) -> Result<Registered, StoreError> {
        self.by_purpose(&Purpose::Registration).register(registration, issues, now).await
    }

    async fn find(&self, id: ChallengeId) -> Result<Option<PendingChallenge>, StoreError> {
        self.by_id(id).find(id).await
    }

    async fn latest(&self, purpose: &Purpose, identifier: &Identifier) -> Result<Option<PendingChallenge>, StoreError> {
        self.by_purpose(purpose).latest(purpose, identifier).await
    }

    async fn reserve_guess(
        &self,
        handle: &ChallengeHandle,
        purpose: &Purpose,
        budget: &GuessBudget,
        now: Timestamp,
    ) -> Result<Reservation, StoreError> {
        self.by_id(handle.id).reserve_guess(handle, purpose, budget, now).await
    }

    async fn redeem(&self, id: ChallengeId, redemption: Redemption, now: Timestamp) -> Result<Redeemed, StoreError> {
        self.by_id(id).redeem(id, redemption, now).await
    }

    async fn cancel(&self, handle: &ChallengeHandle, now: Timestamp) -> Result<bool, StoreError> {
        self.by_id(handle.id).cancel(handle, now).await
    }
}
