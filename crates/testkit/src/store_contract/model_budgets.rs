//! Budgets of guesses against a model: whose guesses are compared, and what is said of the others.

use std::time::Duration;

use otpd_domain::Timestamp;
use otpd_domain::account::AccountId;
use otpd_domain::challenge::{ChallengeHandle, Purpose};
use otpd_domain::identifier::{Channel, Identifier};
use otpd_domain::ports::{Effect, GuessBudget, OverBudget, Redeemed, Redemption, Reservation, Spent};
use otpd_domain::visitor::Trail;
use proptest::prelude::*;

use super::model::check;
use super::world::is_done;
use super::{Harness, World};
use crate::limits::{ample_budget, rates};
use crate::sample::{MAX_ATTEMPTS, NOW, TTL, email, phone};

/// The budget in force, as text and as the model has it.
const RATES: &str = "4/10m, 7/1h";
const ALLOWED: [(usize, Duration); 2] = [(4, Duration::from_mins(10)), (7, Duration::from_hours(1))];
/// How far back it looks.
const REACH: Duration = Duration::from_hours(1);

/// What may happen. Numbers choose among what there is.
#[derive(Clone, Debug)]
enum Step {
    Issue { contact: usize, long: bool },
    Guess { code: usize },
    Use { code: usize },
    SetActive { active: bool },
    Pass { seconds: u64 },
    SetBack { seconds: u64 },
}

/// The account's address and number, and a contact of nobody.
const CONTACTS: usize = 3;
/// Ledgers: of the account, and of the contact that nobody has.
const LEDGERS: usize = 2;

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0..CONTACTS, prop::bool::weighted(0.1)).prop_map(|(contact, long)| Step::Issue { contact, long }),
        9 => any::<usize>().prop_map(|code| Step::Guess { code }),
        2 => any::<usize>().prop_map(|code| Step::Use { code }),
        1 => any::<bool>().prop_map(|active| Step::SetActive { active }),
        3 => (1_u64..240).prop_map(|seconds| Step::Pass { seconds }),
        1 => (1_u64..1_200).prop_map(|seconds| Step::Pass { seconds }),
        1 => (1_u64..2_000).prop_map(|seconds| Step::SetBack { seconds }),
    ];
    prop::collection::vec(step, 1..80)
}

/// A code as the model knows it.
struct Code {
    handle: ChallengeHandle,
    contact: usize,
    long: bool,
    /// Whether it was for an account in use.
    for_somebody: bool,
    sent_at: Timestamp,
    attempts: u32,
    end: Option<End>,
    /// What its latest guess took.
    spent: Option<Spent>,
}

/// What ended a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Used,
    /// It was seen expired.
    Dead,
}

impl Code {
    fn end(&mut self, now: Timestamp) -> Option<End> {
        if now >= self.sent_at.after(TTL) {
            self.end.get_or_insert(End::Dead);
        }
        self.end
    }
}

struct Model {
    world: World,
    now: Timestamp,
    account: AccountId,
    active: bool,
    contacts: [Identifier; CONTACTS],
    codes: Vec<Code>,
    ledgers: [Vec<Taken>; LEDGERS],
}

/// A guess that was taken, or refused without saying so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Taken {
    at: Timestamp,
    channel: Channel,
    compared: bool,
}

/// Random guesses at codes of two contacts of one account and one of nobody, the clock going both ways.
#[allow(clippy::unused_async, reason = "every rule is called in the same way")]
pub async fn budgets_do_as_the_model_does<H: Harness>() {
    check(&steps(), async |steps| {
        let world = World::of::<H>().await;
        let (account, address) = world.customer().await;
        let number = world.account(account).await.profile.phone.expect("samples have one");
        let contacts = [address, phone(number.as_str()), email("nobody@example.com")];
        let (codes, ledgers) = (Vec::new(), [Vec::new(), Vec::new()]);
        let mut model = Model { world, now: NOW, account, active: true, contacts, codes, ledgers };
        for step in steps {
            model.take(step).await;
        }
    });
}

/// The first moment from `now` on at which one more fits in, by looking at each at which one leaves.
fn free_at(taken: &[Timestamp], now: Timestamp) -> Timestamp {
    let fits = |moment: Timestamp| {
        ALLOWED.iter().all(|(most, within)| taken.iter().filter(|at| moment < at.after(*within)).count() < *most)
    };
    let leaving = taken.iter().flat_map(|at| ALLOWED.map(|(_, within)| at.after(within)));
    let mut moments: Vec<_> = leaving.filter(|moment| *moment > now).chain([now]).collect();
    moments.sort();
    moments.into_iter().find(|moment| fits(*moment)).expect("all leave in the end")
}

impl Model {
    async fn take(&mut self, step: Step) {
        match step {
            Step::Issue { contact, long } => self.issue(contact, long).await,
            Step::SetActive { active } => {
                self.world.set_active(self.account, active, self.now).await;
                self.active = active;
            }
            Step::Pass { seconds } => self.now = self.now.after(Duration::from_secs(seconds)),
            Step::SetBack { seconds } => self.now = self.now.before(Duration::from_secs(seconds)),
            _ if self.codes.is_empty() => {}
            Step::Guess { code } => self.guess(code % self.codes.len()).await,
            Step::Use { code } => self.redeem(code % self.codes.len()).await,
        }
    }

    async fn issue(&mut self, contact: usize, long: bool) {
        let (handle, mut issue) = self.world.samples.issue(&self.contacts[contact], self.now);
        issue.challenge.long = long;
        self.world.ports.challenges.issue(issue, self.now).await.expect("issued");
        let for_somebody = contact < 2 && self.active;
        let (attempts, end, spent) = (0, None, None);
        self.codes.push(Code { handle, contact, long, for_somebody, sent_at: self.now, attempts, end, spent });
    }

    fn ledger(&mut self, contact: usize) -> &mut Vec<Taken> {
        &mut self.ledgers[usize::from(contact == 2)]
    }

    /// What the budget says to a guess at that contact.
    fn expected(&mut self, contact: usize) -> Result<(), OverBudget> {
        let (now, channel) = (self.now, self.contacts[contact].channel());
        let ledger = self.ledger(contact);
        let all: Vec<_> = ledger.iter().filter(|taken| taken.compared).map(|taken| taken.at).collect();
        let own: Vec<_> = ledger.iter().filter(|taken| taken.channel == channel).map(|taken| taken.at).collect();
        match (free_at(&all, now), free_at(&own, now)) {
            (all, _) if all == now => Ok(()),
            (all, own) if own == now => Err(OverBudget { retry_at: all, told: false }),
            (_, own) => Err(OverBudget { retry_at: own, told: true }),
        }
    }

    async fn guess(&mut self, index: usize) {
        let budget = GuessBudget { rates: rates(RATES), ..ample_budget() };
        let handle = self.codes[index].handle.clone();
        let answer = self.world.guess_within(&budget, &Purpose::SignIn, &handle, self.now).await;
        let now = self.now;
        let code = &mut self.codes[index];
        match code.end(now) {
            Some(End::Used) => return assert_eq!(answer, Reservation::AlreadyVerified),
            Some(End::Dead) => return assert_eq!(answer, Reservation::Expired),
            None if code.attempts == MAX_ATTEMPTS => return assert_eq!(answer, Reservation::Exhausted),
            None => code.attempts += 1,
        }
        let (contact, long) = (code.contact, code.long);
        let expected = if long { Ok(()) } else { self.expected(contact) };
        match (expected, answer) {
            (Ok(()), Reservation::Reserved { spent, .. }) => {
                assert_eq!(spent.is_none(), long);
                self.codes[index].spent = spent;
                if !long {
                    self.note(contact, true);
                }
            }
            (Err(expected), Reservation::OverBudget { over, .. }) => {
                assert_eq!(over, expected);
                if !over.told {
                    self.note(contact, false);
                }
            }
            (expected, answer) => panic!("{expected:?}, but {answer:?}"),
        }
    }

    fn note(&mut self, contact: usize, compared: bool) {
        let (at, channel) = (self.now, self.contacts[contact].channel());
        let ledger = self.ledger(contact);
        ledger.retain(|taken| at < taken.at.after(REACH));
        ledger.push(Taken { at, channel, compared });
    }

    /// Uses the code as one does whose guess was right.
    async fn redeem(&mut self, index: usize) {
        let session = self.world.samples.session(self.now);
        let effect = Effect::OpenSession { session, replaces: None };
        let redemption = Redemption { effect, spent: self.codes[index].spent, trail: Trail::default() };
        let handle = self.codes[index].handle.clone();
        let answer = self.world.ports.challenges.redeem(handle.id, redemption, self.now).await.expect("answered");
        let (now, active) = (self.now, self.active);
        let code = &mut self.codes[index];
        let end = code.end(now);
        if end == Some(End::Used) {
            return assert_eq!(answer, Redeemed::AlreadyVerified);
        }
        let is_good = end.is_none() && code.for_somebody && active;
        assert_eq!(is_done(answer), is_good);
        if is_good {
            code.end = Some(End::Used);
        }
        if let Some(spent) = code.spent.filter(|_| is_good) {
            let contact = code.contact;
            let channel = self.contacts[contact].channel();
            let ledger = self.ledger(contact);
            let guess = Taken { at: spent.at, channel, compared: true };
            if let Some(taken) = ledger.iter().rposition(|taken| *taken == guess) {
                ledger.remove(taken);
            }
        }
    }
}
