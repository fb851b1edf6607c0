//! Codes in memory and all else in the database: the contract, and what happens in between the two.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use otpd_domain::Timestamp;
use otpd_domain::account::{AccountId, RegistrationId};
use otpd_domain::challenge::{ChallengeHandle, ChallengeId, Subject};
use otpd_domain::identifier::{Channel, Identifier};
use otpd_domain::message::{DeliveryState, MessageId};
use otpd_domain::ports::{
    Addressee, ChallengeStore, Denied, GuessBudget, Issued, Once, Outbox, OverBudget, Posting, Records, Redeemed,
    Redemption, Reservation, Settled, Spent, StoreError,
};
use otpd_domain::register::NewRegistration;
use otpd_store::memory::MemoryChallenges;
use otpd_store::sqlite::SqliteStore;
use otpd_testkit::limits::ample_budget;
use otpd_testkit::sample::{COOLDOWN, NOW, RATE, Sampler, turn, verification};
use tokio::sync::Semaphore;

use crate::support::{CodesInMemory, Folder};

mod keeping;
mod sending;

otpd_testkit::store_contract!(CodesInMemory, codes kept outside);

/// The database, whose answers a test can hold back or spoil.
struct Held {
    store: SqliteStore,
    /// A permit lets one call through.
    gate: Semaphore,
    fails: AtomicBool,
}

impl Held {
    async fn pass(&self) -> Result<(), StoreError> {
        self.gate.acquire().await.expect("never closed").forget();
        if self.fails.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable("as planned by the test".to_owned()));
        }
        Ok(())
    }

    fn let_through(&self, calls: usize) {
        self.fails.store(false, Ordering::SeqCst);
        self.gate.add_permits(calls);
    }

    fn fail(&self) {
        self.fails.store(true, Ordering::SeqCst);
        self.gate.add_permits(1);
    }
}

#[async_trait]
impl Records for Held {
    async fn post(&self, posting: Posting, now: Timestamp) -> Result<Result<Subject, Denied>, StoreError> {
        self.pass().await?;
        self.store.post(posting, now).await
    }

    async fn post_registration(
        &self,
        registration: NewRegistration,
        postings: Vec<Posting>,
        now: Timestamp,
    ) -> Result<Result<(RegistrationId, Vec<Subject>), Denied>, StoreError> {
        self.pass().await?;
        self.store.post_registration(registration, postings, now).await
    }

    async fn spend_guess(
        &self,
        contact: &Identifier,
        account: Option<AccountId>,
        budget: &GuessBudget,
        now: Timestamp,
    ) -> Result<Result<Spent, OverBudget>, StoreError> {
        Records::spend_guess(&self.store, contact, account, budget, now).await
    }

    async fn settle(&self, settled: Settled, redemption: Redemption, now: Timestamp) -> Result<Redeemed, StoreError> {
        self.pass().await?;
        self.store.settle(settled, redemption, now).await
    }

    async fn withdraw(&self, message: MessageId, now: Timestamp) -> Result<(), StoreError> {
        self.store.withdraw(message, now).await
    }

    async fn delivery_state(&self, message: MessageId) -> Result<Option<DeliveryState>, StoreError> {
        self.store.delivery_state(message).await
    }
}

struct Setup {
    records: Arc<Held>,
    codes: MemoryChallenges,
    samples: Sampler,
    folder: Folder,
}

impl Setup {
    /// Room for that many codes; calls wait until they are let through.
    fn new(capacity: usize) -> Self {
        let folder = Folder::new();
        let store = folder.store();
        let records = Arc::new(Held { store, gate: Semaphore::new(0), fails: AtomicBool::new(false) });
        let codes = MemoryChallenges::new(Arc::clone(&records) as Arc<dyn Records>, capacity, RATE.within);
        Self { records, codes, samples: Sampler::default(), folder }
    }

    /// Sends a verification in the turn after that challenge; goes on in the background once it has its place.
    fn send(&self, contact: &Identifier, after: Option<ChallengeId>, once: Option<Once>) -> (ChallengeHandle, Sending) {
        let (handle, mut issue) = self.samples.issue_for(&verification("Login"), Addressee::Anyone, contact, NOW);
        issue.turn = Some(turn(after));
        issue.once = once;
        let codes = self.codes.clone();
        (handle, tokio::spawn(async move { codes.issue(issue, NOW).await }))
    }

    /// A verification that is done.
    async fn sent(&self, contact: &Identifier, after: Option<ChallengeId>) -> ChallengeHandle {
        self.records.let_through(1);
        let (handle, sending) = self.send(contact, after, None);
        let issued = sending.await.expect("no panic").expect("sent");
        assert!(matches!(issued, Issued::Done { .. }), "{issued:?}");
        handle
    }

    async fn until_placed(&self, handle: &ChallengeHandle) {
        for _ in 0..10_000 {
            if self.codes.has(handle.id) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        panic!("it never got a place");
    }

    async fn newest(&self, contact: &Identifier) -> Option<ChallengeId> {
        let latest = self.codes.latest(&verification("Login"), contact).await.expect("answered");
        latest.map(|latest| latest.challenge.id)
    }

    async fn guess(&self, handle: &ChallengeHandle) -> Reservation {
        self.codes.reserve_guess(handle, &verification("Login"), &ample_budget(), NOW).await.expect("answered")
    }

    async fn due(&self) -> usize {
        let lease = Duration::from_millis(1);
        self.records.store.claim_due(&[Channel::Email], NOW.after(COOLDOWN), lease, 1_000).await.expect("claimed").len()
    }
}

type Sending = tokio::task::JoinHandle<Result<Issued, StoreError>>;

fn is_alive(reservation: &Reservation) -> bool {
    matches!(reservation, Reservation::Reserved { .. })
}
