//! Guesses: how many were compared, and how many the budgets may count.

use std::time::Duration;

use otpd_domain::browser::KnownBrowser;
use otpd_domain::challenge::{ChallengeId, Subject};
use otpd_domain::ports::{Reservation, Spent};

use super::Witness;
use super::tally::Tally;
use crate::clock::Moment;
use crate::journal::Journal;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Whose budget a guess is taken from, by the promise and not by the rules.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// An account's, active or not.
    Account(i64),
    /// A contact's that no account holds.
    Contact(String),
    /// That of all browsers together that have signed in to the account before.
    Browsers(i64),
}

impl Whose {
    /// Whose it is when that account holds the contact.
    pub fn of(contact: &str, holder: Option<i64>, known: &[KnownBrowser]) -> Self {
        let Some(account) = holder else { return Self::Contact(contact.to_owned()) };
        let is_known = known.iter().any(|known| known.account.0 == account);
        if is_known { Self::Browsers(account) } else { Self::Account(account) }
    }

    /// Wrong guesses allowed, and in how long.
    fn limits(&self) -> &'static [(usize, Duration)] {
        match self {
            Self::Account(_) | Self::Contact(_) => &[(10, HOUR), (20, DAY)],
            Self::Browsers(_) => &[(10, DAY)],
        }
    }
}

/// A guess that a store was asked to count.
#[derive(Clone, Debug)]
pub struct Guess {
    /// At which challenge.
    pub challenge: ChallengeId,
    /// Whose budget.
    pub whose: Whose,
    /// When.
    pub at: Moment,
    /// What was typed.
    pub typed: Option<String>,
}

impl Witness {
    /// A guess was counted, or refused: seen whether or not anybody learned of it.
    pub fn guessed(&mut self, guess: &Guess, reservation: &Reservation, journal: &Journal) {
        match reservation {
            Reservation::Reserved { spent, attempts_left, .. } => {
                self.counted(guess, *spent, journal);
                let Some(fact) = self.code_mut(guess.challenge) else { return };
                let left = fact.max_attempts.checked_sub(fact.reserved);
                journal.demand(left == Some(*attempts_left), || {
                    format!("{} has {attempts_left} guesses left and not {left:?}", guess.challenge)
                });
            }
            Reservation::OverBudget { .. } => {
                self.figures.over_budget += 1;
                if let Some(fact) = self.code_mut(guess.challenge) {
                    fact.reserved += 1;
                }
                self.demand_spent(&guess.whose, guess.at, "a guess was refused", journal);
            }
            _ => {}
        }
    }

    fn counted(&mut self, guess: &Guess, spent: Option<Spent>, journal: &Journal) {
        let Some(fact) = self.code_mut(guess.challenge) else {
            journal.violated(format!("a guess at {} was counted, which was never issued", guess.challenge));
            return;
        };
        fact.reserved += 1;
        let (reserved, most, long, dead) = (fact.reserved, fact.max_attempts, fact.long, fact.is_dead(guess.at));
        journal.demand(reserved <= most, || format!("{reserved} guesses at {}", guess.challenge));
        journal.demand(!dead, || format!("a guess at {} was counted, which is dead", guess.challenge));
        journal.demand(spent.is_some() != long, || format!("a guess took {spent:?} from the budget, long: {long}"));
        if let Some(spent) = spent {
            self.held.entry(guess.whose.clone()).or_default().push((spent, guess.challenge, guess.at));
        }
    }

    /// The caller learned that the guess is counted, and compares at once.
    pub fn compared(&mut self, guess: &Guess, subject: Subject, journal: &Journal) {
        self.figures.compared += 1;
        let Some(fact) = self.code_mut(guess.challenge) else { return };
        let right = guess.typed.as_deref() == Some(fact.code.as_str()) && subject != Subject::Nobody;
        if right {
            fact.right = true;
            return;
        }
        if fact.long {
            return;
        }
        let wrong = self.wrong.entry(guess.whose.clone()).or_default();
        wrong.add(guess.at);
        for (most, stretch) in guess.whose.limits() {
            let made = wrong.while_it_ran(*stretch, guess.at);
            journal.demand(made <= *most, || {
                format!("{made} wrong guesses were compared for {:?} within {stretch:?}", guess.whose)
            });
        }
        if let Whose::Account(_) = guess.whose {
            let made = wrong.while_it_ran(DAY, guess.at);
            self.figures.most_wrong_in_a_day = self.figures.most_wrong_in_a_day.max(u64::try_from(made).unwrap_or(0));
        }
    }

    /// A right guess was given back.
    pub fn given_back(&mut self, challenge: ChallengeId, spent: Spent) {
        for held in self.held.values_mut() {
            if let Some(index) = held.iter().rposition(|(one, id, _)| *id == challenge && *one == spent) {
                held.remove(index);
                return;
            }
        }
    }

    /// What is done about a spent budget (a refusal, a long code) must not be done while there is room.
    pub fn demand_spent(&self, whose: &Whose, now: Moment, what: &str, journal: &Journal) {
        let held = self.held.get(whose).map(Vec::as_slice).unwrap_or_default();
        let lately = |stretch: Duration| held.iter().filter(|(_, _, at)| now.shown < at.shown.after(stretch)).count();
        let spent = whose.limits().iter().any(|(most, stretch)| lately(*stretch) >= *most);
        journal.demand(spent, || format!("{what} for {whose:?}, of whose budget {} in a day were spent", lately(DAY)));
    }

    /// Whether a guess has room in that budget for certain.
    pub fn has_room(&self, whose: &Whose, now: Moment) -> bool {
        let held = self.held.get(whose).map(Vec::as_slice).unwrap_or_default();
        let lately = |stretch: Duration| held.iter().filter(|(_, _, at)| now.shown < at.shown.after(stretch)).count();
        whose.limits().iter().all(|(most, stretch)| lately(*stretch) < *most)
    }

    /// A guess at a password was counted.
    pub fn password_counted(&mut self, whose: &Whose, network: Option<&str>, now: Moment, journal: &Journal) {
        let limits: &[(usize, Duration)] = match whose {
            Whose::Account(_) | Whose::Contact(_) => &[(20, HOUR), (100, DAY)],
            Whose::Browsers(_) => &[(10, HOUR), (30, DAY)],
        };
        let mut count = |name: String, limits: &[(usize, Duration)]| {
            let tally: &mut Tally = self.passwords.entry(name.clone()).or_default();
            tally.add(now);
            for (most, stretch) in limits {
                let made = tally.while_it_ran(*stretch, now);
                journal
                    .demand(made <= *most, || format!("{made} passwords were let through for {name} in {stretch:?}"));
            }
        };
        count(format!("{whose:?}"), limits);
        if let Some(network) = network {
            count(network.to_owned(), &[(60, HOUR)]);
        }
    }

    /// A right password was given back: to whom, and from which network.
    pub fn password_given_back(&mut self, whose: &Whose, network: Option<&str>, at: otpd_domain::Timestamp) {
        for name in [Some(format!("{whose:?}")), network.map(str::to_owned)].into_iter().flatten() {
            if let Some(tally) = self.passwords.get_mut(&name) {
                tally.take_back(at);
            }
        }
    }
}
