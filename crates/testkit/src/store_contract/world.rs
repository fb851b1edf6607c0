//! A fresh store with what the rules do to it again and again.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use otpd_domain::account::{Account, AccountId, NewAccount, RegistrationId};
use otpd_domain::challenge::{ChallengeHandle, ChallengeId, PendingChallenge, Purpose};
use otpd_domain::identifier::{Channel, Identifier};
use otpd_domain::message::{ClaimedMessage, MessageId, TryOutcome};
use otpd_domain::ports::{
    AccountChange, AccountError, Addressee, Charge, Effect, GuessBudget, Issue, Issued, Once, Redeemed, Registered,
    Reissued, Reservation, Turn,
};
use otpd_domain::register::NewRegistration;
use otpd_domain::session::{NewSession, Session, SignedIn};
use otpd_domain::{Ports, Timestamp};

use super::Harness;
pub use super::outcome::*;
use crate::limits::ample_budget;
use crate::sample::{IDLE, NOW, Sampler, open, redeem, turn, verification};

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
        let after = NewAccount { active, ..self.account(id).await.profile };
        self.update(id, after, now).await.expect("updated");
    }

    /// Replaces the profile that the account has now.
    pub async fn update(&self, id: AccountId, after: NewAccount, now: Timestamp) -> Result<(), AccountError> {
        let before = self.account(id).await.profile;
        self.ports.accounts.update(id, AccountChange { before, after, notices: Vec::new() }, now).await
    }

    /// Issues a challenge.
    pub async fn issue(&self, contact: &Identifier, now: Timestamp) -> (ChallengeHandle, MessageId) {
        let (handle, issue) = self.samples.issue(contact, now);
        let message = issue.message.id;
        self.ports.challenges.issue(issue, now).await.expect("issued");
        (handle, message)
    }

    /// Sends a code for the sample verification, in the turn after that challenge.
    pub async fn send(
        &self,
        contact: &Identifier,
        after: Option<ChallengeId>,
        now: Timestamp,
    ) -> (ChallengeHandle, Issued) {
        self.send_turn(contact, after, None, now).await
    }

    /// The same, as a request of that name.
    pub async fn send_once(
        &self,
        contact: &Identifier,
        after: Option<ChallengeId>,
        once: Once,
        now: Timestamp,
    ) -> (ChallengeHandle, Issued) {
        self.send_turn(contact, after, Some(once), now).await
    }

    async fn send_turn(
        &self,
        contact: &Identifier,
        after: Option<ChallengeId>,
        once: Option<Once>,
        now: Timestamp,
    ) -> (ChallengeHandle, Issued) {
        let (handle, mut issue) = self.samples.issue_for(&verification("Login"), Addressee::Anyone, contact, now);
        issue.turn = Some(turn(after));
        issue.once = once;
        (handle, self.ports.challenges.issue(issue, now).await.expect("answered"))
    }

    /// The newest challenge of the sample verification.
    pub async fn newest(&self, contact: &Identifier) -> Option<ChallengeId> {
        self.latest(&verification("Login"), contact).await.map(|latest| latest.challenge.id)
    }

    /// The newest challenge for a contact and a purpose.
    pub async fn latest(&self, purpose: &Purpose, contact: &Identifier) -> Option<PendingChallenge> {
        self.ports.challenges.latest(purpose, contact).await.expect("answered")
    }

    /// An issue with a notice for each contact of a registration, in the turn after the newest there is.
    pub async fn issues_for(&self, given: &NewRegistration, now: Timestamp) -> Vec<(ChallengeHandle, Issue)> {
        let mut issues = Vec::new();
        for contact in contacts_of(given) {
            let seen = self.latest(&Purpose::Registration, &contact).await.map(|latest| latest.challenge.id);
            let addressee = Addressee::Registrant;
            let (handle, mut issue) = self.samples.issue_for(&Purpose::Registration, addressee, &contact, now);
            issue.turn = Some(Turn { replaces: false, ..turn(seen) });
            issue.notice = Some(self.samples.message(issue.message.id, &contact, now));
            issues.push((handle, issue));
        }
        issues
    }

    /// Registers, with a code for each contact.
    pub async fn register(&self, given: &NewRegistration, now: Timestamp) -> Registration {
        let issues = self.issues_for(given, now).await;
        self.register_with(given, issues, now).await
    }

    /// Registers with these issues.
    pub async fn register_with(
        &self,
        given: &NewRegistration,
        issues: Vec<(ChallengeHandle, Issue)>,
        now: Timestamp,
    ) -> Registration {
        let (handles, issues): (Vec<_>, Vec<_>) = issues.into_iter().unzip();
        let registered = self.ports.challenges.register(given.clone(), issues, now).await.expect("answered");
        let Registered::Done { id } = registered else { panic!("{registered:?}") };
        let [email, phone] = handles.try_into().expect("samples have two contacts");
        Registration { id, email, phone }
    }

    /// A verification for anyone, charged to that; its turn is not looked at.
    pub async fn charged(&self, contact: &Identifier, charge: Charge, now: Timestamp) -> (ChallengeHandle, Issued) {
        self.charged_for(&verification("Login"), Addressee::Anyone, contact, charge, now).await
    }

    /// A code for whoever that is, charged to that.
    pub async fn charged_for(
        &self,
        purpose: &Purpose,
        addressee: Addressee,
        contact: &Identifier,
        charge: Charge,
        now: Timestamp,
    ) -> (ChallengeHandle, Issued) {
        let (handle, issue) = self.samples.issue_for(purpose, addressee, contact, now);
        let issue = Issue { charge, ..issue };
        (handle, self.ports.challenges.issue(issue, now).await.expect("answered"))
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

    /// Reserves a guess of a code to sign in with.
    pub async fn guess(&self, handle: &ChallengeHandle, now: Timestamp) -> Reservation {
        self.guess_for(&Purpose::SignIn, handle, now).await
    }

    /// Reserves a guess of a code for that purpose.
    pub async fn guess_for(&self, purpose: &Purpose, handle: &ChallengeHandle, now: Timestamp) -> Reservation {
        self.guess_within(&ample_budget(), purpose, handle, now).await
    }

    /// The same, from that budget.
    pub async fn guess_within(
        &self,
        budget: &GuessBudget,
        purpose: &Purpose,
        handle: &ChallengeHandle,
        now: Timestamp,
    ) -> Reservation {
        self.ports.challenges.reserve_guess(handle, purpose, budget, now).await.expect("answered")
    }

    /// Redeems a challenge for a session that it returns.
    pub async fn redeem(&self, handle: &ChallengeHandle, now: Timestamp) -> (NewSession, Redeemed) {
        let session = self.samples.session(now);
        let redeemed = self.settle(handle, open(session.clone()), now).await;
        (session, redeemed)
    }

    /// Redeems a challenge for that effect.
    pub async fn settle(&self, handle: &ChallengeHandle, effect: Effect, now: Timestamp) -> Redeemed {
        self.ports.challenges.redeem(handle.id, redeem(effect), now).await.expect("answered")
    }

    /// Signs in: issues and redeems at `now`.
    pub async fn sign_in(&self, contact: &Identifier, now: Timestamp) -> NewSession {
        let (handle, _) = self.issue(contact, now).await;
        let (session, redeemed) = self.redeem(&handle, now).await;
        assert!(is_done(redeemed), "{redeemed:?}");
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

/// A registration and the handles of its codes.
pub struct Registration {
    /// Its id.
    pub id: RegistrationId,
    /// Of the code sent by e-mail.
    pub email: ChallengeHandle,
    /// Of the code sent by SMS.
    pub phone: ChallengeHandle,
}

/// The contacts of a sample registration: address and number.
pub fn contacts_of(given: &NewRegistration) -> [Identifier; 2] {
    let phone = given.phone.clone().expect("samples have one");
    [Identifier::Email(given.email.clone()), Identifier::Phone(phone)]
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
