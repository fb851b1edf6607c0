//! Challenges against a model: whatever is done in whatever order, the store does as a few lines of plain code do.

use std::time::Duration;

use otpd_domain::Timestamp;
use otpd_domain::account::AccountId;
use otpd_domain::challenge::{ChallengeHandle, Subject};
use otpd_domain::identifier::Identifier;
use otpd_domain::ports::{Issued, Redeemed, Reissued, Reservation};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::world::{opened, without_spent};
use super::{Harness, World};
use crate::sample::{COOLDOWN, MAX_ATTEMPTS, NOW, TTL, email};

/// Sequences tried; each starts with a fresh store.
const CASES: u32 = 40;
/// Accounts; one contact more is nobody's.
const ACCOUNTS: usize = 2;

/// What may happen. Numbers choose among what there is.
#[derive(Clone, Debug)]
enum Step {
    Issue { contact: usize },
    Reissue { code: usize },
    Guess { code: usize },
    GuessByStranger { code: usize },
    Redeem { code: usize },
    SetActive { account: usize, active: bool },
    Pass { seconds: u64 },
    SetBack { seconds: u64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => (0..=ACCOUNTS).prop_map(|contact| Step::Issue { contact }),
        2 => any::<usize>().prop_map(|code| Step::Reissue { code }),
        6 => any::<usize>().prop_map(|code| Step::Guess { code }),
        1 => any::<usize>().prop_map(|code| Step::GuessByStranger { code }),
        2 => any::<usize>().prop_map(|code| Step::Redeem { code }),
        1 => (0..ACCOUNTS, any::<bool>()).prop_map(|(account, active)| Step::SetActive { account, active }),
        3 => (1_u64..120).prop_map(|seconds| Step::Pass { seconds }),
        1 => (1_u64..400).prop_map(|seconds| Step::SetBack { seconds }),
    ];
    prop::collection::vec(step, 1..60)
}

/// A challenge as the model knows it.
struct Code {
    handle: ChallengeHandle,
    contact: usize,
    account: Option<usize>,
    attempts: u32,
    expires_at: Timestamp,
    resend_at: Timestamp,
    verified: bool,
    replaced: bool,
    found_dead: bool,
}

impl Code {
    fn is_dead(&mut self, now: Timestamp) -> bool {
        self.found_dead |= now >= self.expires_at;
        self.found_dead
    }
}

struct Model {
    world: World,
    now: Timestamp,
    accounts: Vec<(AccountId, Identifier)>,
    active: Vec<bool>,
    codes: Vec<Code>,
}

/// Random sequences of everything that can be done to challenges, the clock going both ways.
#[allow(clippy::unused_async, reason = "every rule is called in the same way")]
pub async fn challenges_do_as_the_model_does<H: Harness>() {
    check(&steps(), async |steps| {
        let mut model = Model::of::<H>().await;
        for step in steps {
            model.take(step).await;
        }
    });
}

/// Tries random values of the strategy, and narrows down one that fails.
pub(super) fn check<S: Strategy>(strategy: &S, run: impl AsyncFn(S::Value)) {
    let runtime = tokio::runtime::Handle::current();
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    tokio::task::block_in_place(|| {
        let outcome = TestRunner::new(config).run(strategy, |value| {
            runtime.block_on(run(value));
            Ok(())
        });
        if let Err(failure) = outcome {
            panic!("{failure}");
        }
    });
}

impl Model {
    async fn of<H: Harness>() -> Self {
        let world = World::of::<H>().await;
        let mut accounts = Vec::new();
        for _ in 0..ACCOUNTS {
            accounts.push(world.customer().await);
        }
        Self { world, now: NOW, accounts, active: vec![true; ACCOUNTS], codes: Vec::new() }
    }

    async fn take(&mut self, step: Step) {
        match step {
            Step::Issue { contact } => self.issue(contact).await,
            Step::SetActive { account, active } => {
                self.world.set_active(self.accounts[account].0, active, self.now).await;
                self.active[account] = active;
            }
            Step::Pass { seconds } => self.now = self.now.after(Duration::from_secs(seconds)),
            Step::SetBack { seconds } => self.now = self.now.before(Duration::from_secs(seconds)),
            _ if self.codes.is_empty() => {}
            Step::Reissue { code } => self.reissue(code % self.codes.len()).await,
            Step::Guess { code } => self.guess(code % self.codes.len()).await,
            Step::GuessByStranger { code } => self.guess_by_stranger(code % self.codes.len()).await,
            Step::Redeem { code } => self.redeem(code % self.codes.len()).await,
        }
    }

    fn contact(&self, contact: usize) -> Identifier {
        self.accounts.get(contact).map_or_else(|| email("nobody@example.com"), |(_, contact)| contact.clone())
    }

    fn holder(&self, contact: usize) -> Option<usize> {
        self.active.get(contact).is_some_and(|active| *active).then_some(contact)
    }

    fn subject(&self, account: Option<usize>) -> Subject {
        account.map_or(Subject::Nobody, |account| Subject::Account(self.accounts[account].0))
    }

    fn add(&mut self, handle: ChallengeHandle, contact: usize) {
        self.codes.push(Code {
            handle,
            contact,
            account: self.holder(contact),
            attempts: 0,
            expires_at: self.now.after(TTL),
            resend_at: self.now.after(COOLDOWN),
            verified: false,
            replaced: false,
            found_dead: false,
        });
    }

    async fn issue(&mut self, contact: usize) {
        let (handle, issue) = self.world.samples.issue(&self.contact(contact), self.now);
        let issued = self.world.ports.challenges.issue(issue, self.now).await.expect("issued");
        assert_eq!(issued, Issued::Done { subject: self.subject(self.holder(contact)), sends: None });
        self.add(handle, contact);
    }

    async fn reissue(&mut self, index: usize) {
        let contact = self.codes[index].contact;
        let (handle, answer) = self.world.reissue(&self.codes[index].handle, &self.contact(contact), self.now).await;
        let subject = self.subject(self.holder(contact));
        let code = &mut self.codes[index];
        if code.verified || code.replaced {
            assert_eq!(answer, Reissued::Gone);
        } else if self.now < code.resend_at {
            assert_eq!(answer, Reissued::TooSoon { resend_at: code.resend_at });
        } else {
            assert_eq!(answer, Reissued::Done { subject });
            code.replaced = true;
            self.add(handle, contact);
        }
        self.compare(index).await;
    }

    async fn guess(&mut self, index: usize) {
        let answer = without_spent(self.world.guess(&self.codes[index].handle, self.now).await);
        let contact = self.contact(self.codes[index].contact);
        let subject = self.subject(self.codes[index].account);
        let code = &mut self.codes[index];
        let expected = if code.replaced {
            Reservation::Gone
        } else if code.verified {
            Reservation::AlreadyVerified
        } else if code.is_dead(self.now) {
            Reservation::Expired
        } else if code.attempts == MAX_ATTEMPTS {
            Reservation::Exhausted
        } else {
            code.attempts += 1;
            let kept = self.world.find(code.handle.id).await.expect("kept").challenge;
            let attempts_left = MAX_ATTEMPTS - code.attempts;
            Reservation::Reserved { verifier: kept.verifier, subject, attempts_left, contact, spent: None }
        };
        assert_eq!(answer, expected);
        self.compare(index).await;
    }

    async fn guess_by_stranger(&mut self, index: usize) {
        let (mut stranger, _) = self.world.samples.issue(&self.contact(0), self.now);
        stranger.id = self.codes[index].handle.id;
        assert_eq!(self.world.guess(&stranger, self.now).await, Reservation::Gone);
        self.compare(index).await;
    }

    async fn redeem(&mut self, index: usize) {
        let (_, answer) = self.world.redeem(&self.codes[index].handle, self.now).await;
        let ids: Vec<_> = self.accounts.iter().map(|(id, _)| *id).collect();
        let code = &mut self.codes[index];
        let expected = if code.verified {
            Redeemed::AlreadyVerified
        } else if code.replaced || code.is_dead(self.now) {
            Redeemed::Refused
        } else if let Some(account) = code.account.filter(|account| self.active[*account]) {
            code.verified = true;
            opened(ids[account])
        } else {
            Redeemed::Refused
        };
        assert_eq!(answer, expected);
        self.compare(index).await;
    }

    /// What the store tells of a code is what the model knows of it.
    async fn compare(&self, index: usize) {
        let code = &self.codes[index];
        let found = self.world.find(code.handle.id).await.expect("kept");
        let told = (found.attempts, found.verified_at.is_some(), found.superseded_at.is_some());
        assert_eq!(told, (code.attempts, code.verified, code.replaced));
    }
}
