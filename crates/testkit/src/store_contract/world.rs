//! A fresh store with what the rules do to it again and again.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use otpd_domain::account::{Account, AccountId};
use otpd_domain::challenge::{ChallengeHandle, ChallengeId, PendingChallenge};
use otpd_domain::identifier::{Channel, Identifier};
use otpd_domain::message::{ClaimedMessage, MessageId, TryOutcome};
use otpd_domain::ports::{Redeemed, Reissued, Reservation};
use otpd_domain::session::{NewSession, Session, SignedIn};
use otpd_domain::{Ports, Timestamp};

use super::Harness;
use crate::sample::{IDLE, NOW, Sampler};

/// Both channels.
pub const BOTH: [Channel; 2] = [Channel::Email, Channel::Sms];
/// How long sample leases last.
pub const LEASE: Duration = Duration::from_secs(30);

/// A fresh store and a maker of samples. Cheap to clone into tasks.
#[derive(Clone)]
pub struct World {
    /// The store.
    pub ports: Ports,
    /// The maker of samples.
    pub samples: Arc<Sampler>,
    _keep: Arc<dyn Any + Send + Sync>,
}

impl World {
    /// A fresh world on a store of that harness.
    pub async fn of<H: Harness>() -> Self {
        let fresh = H::fresh().await;
        Self { ports: fresh.ports, samples: Arc::default(), _keep: Arc::from(fresh.keep) }
    }

    /// A new account and its e-mail address.
    pub async fn customer(&self) -> (AccountId, Identifier) {
        let profile = self.samples.account();
        let email = Identifier::Email(profile.email.clone().expect("samples have one"));
        (self.ports.accounts.create(profile, NOW).await.expect("created"), email)
    }

    /// The account of that id.
    pub async fn account(&self, id: AccountId) -> Account {
        self.ports.accounts.get(id).await.expect("found")
    }

    /// Makes the account active or not.
    pub async fn set_active(&self, id: AccountId, active: bool, now: Timestamp) {
        let mut profile = self.account(id).await.profile;
        profile.active = active;
        self.ports.accounts.update(id, profile, now).await.expect("updated");
    }

    /// Issues a challenge.
    pub async fn issue(&self, contact: &Identifier, now: Timestamp) -> (ChallengeHandle, MessageId) {
        let (handle, issue) = self.samples.issue(contact, now);
        let message = issue.message.id;
        self.ports.challenges.issue(issue).await.expect("issued");
        (handle, message)
    }

    /// Asks for another code in an old one's place; gives the new handle, too.
    pub async fn reissue(
        &self,
        old: &ChallengeHandle,
        contact: &Identifier,
        now: Timestamp,
    ) -> (ChallengeHandle, Reissued) {
        let (handle, issue) = self.samples.issue(contact, now);
        (handle, self.ports.challenges.reissue(old, issue, now).await.expect("answered"))
    }

    /// The challenge of that id.
    pub async fn find(&self, id: ChallengeId) -> Option<PendingChallenge> {
        self.ports.challenges.find(id).await.expect("answered")
    }

    /// Reserves a guess.
    pub async fn guess(&self, handle: &ChallengeHandle, now: Timestamp) -> Reservation {
        self.ports.challenges.reserve_guess(handle, now).await.expect("answered")
    }

    /// Redeems a challenge for a session that it returns.
    pub async fn redeem(&self, handle: &ChallengeHandle, now: Timestamp) -> (NewSession, Redeemed) {
        let session = self.samples.session(now);
        let redeemed = self.ports.challenges.redeem(handle.id, session.clone(), None, now).await.expect("answered");
        (session, redeemed)
    }

    /// Signs in: issues and redeems at `now`.
    pub async fn sign_in(&self, contact: &Identifier, now: Timestamp) -> NewSession {
        let (handle, _) = self.issue(contact, now).await;
        let (session, redeemed) = self.redeem(&handle, now).await;
        assert_eq!(redeemed, Redeemed::Opened);
        session
    }

    /// Who is signed in with that session.
    pub async fn signed_in(&self, session: &NewSession, now: Timestamp) -> Option<SignedIn> {
        self.ports.sessions.find(session.id, now, now.before(IDLE)).await.expect("answered")
    }

    /// The account's live sessions.
    pub async fn sessions(&self, account: AccountId, now: Timestamp) -> Vec<Session> {
        self.ports.sessions.list(account, now, now.before(IDLE)).await.expect("answered")
    }

    /// Claims up to `limit` messages of both channels.
    pub async fn claim(&self, now: Timestamp, limit: u32) -> Vec<ClaimedMessage> {
        self.ports.outbox.claim_due(&BOTH, now, LEASE, limit).await.expect("answered")
    }

    /// Records one try.
    pub async fn record(&self, message: &ClaimedMessage, outcome: TryOutcome, now: Timestamp) {
        let tries = vec![(message.id, message.leased_until, outcome)];
        self.ports.outbox.record_tries(tries, now).await.expect("recorded");
    }

    /// When the next message is due.
    pub async fn next_due_at(&self) -> Option<Timestamp> {
        self.ports.outbox.next_due_at(&BOTH).await.expect("answered")
    }
}

/// Runs many at once and collects what they return.
pub async fn together<T, Fut>(tasks: impl IntoIterator<Item = Fut>) -> Vec<T>
where
    T: Send + 'static,
    Fut: Future<Output = T> + Send + 'static,
{
    let tasks: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.expect("no task panics"));
    }
    results
}

/// A moment after [`NOW`].
pub fn after(millis: u64) -> Timestamp {
    NOW.after(Duration::from_millis(millis))
}
