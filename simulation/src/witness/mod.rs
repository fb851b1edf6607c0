//! Books of all that was committed, kept outside of the store: what it says later is held against them.

mod budgets;
mod codes;
mod messages;
mod sends;
mod sessions;
mod tally;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use budgets::{Guess, Whose};
pub use codes::{CodeFact, Life};
pub use messages::MessageFact;
use otpd_domain::Keyring;
use otpd_domain::account::AccountId;
use otpd_domain::challenge::{ChallengeId, Purpose};
use otpd_domain::message::MessageId;
use otpd_domain::ports::Spent;
use otpd_domain::session::SessionId;
pub use sends::Send;
pub use sessions::SessionFact;
use tally::Tally;

use crate::clock::Moment;
use crate::journal::Journal;

/// What was seen, in figures, for the report.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    /// Codes that were issued.
    pub issued: u64,
    /// Of them, long ones.
    pub long: u64,
    /// Sends that a limit refused.
    pub denied: u64,
    /// Guesses that were compared.
    pub compared: u64,
    /// Guesses that the budget refused.
    pub over_budget: u64,
    /// Passwords that the budget refused.
    pub passwords_over_budget: u64,
    /// Sessions that were opened.
    pub sessions: u64,
    /// Accounts that were activated.
    pub activated: u64,
    /// Messages that reached a mailbox.
    pub taken: u64,
    /// Of them, duplicates.
    pub duplicates: u64,
    /// Most wrong guesses that were compared for one account in a day, outside of known browsers.
    pub most_wrong_in_a_day: u64,
}

/// The books.
pub struct Witness {
    keys: Arc<Keyring>,
    /// What codes are for that end with the process.
    in_memory: Vec<Purpose>,
    /// Figures for the report.
    pub figures: Figures,
    codes: BTreeMap<ChallengeId, CodeFact>,
    messages: BTreeMap<MessageId, MessageFact>,
    sessions: BTreeMap<SessionId, SessionFact>,
    disabled: BTreeMap<AccountId, bool>,
    held: BTreeMap<Whose, Vec<(Spent, ChallengeId, Moment)>>,
    wrong: BTreeMap<Whose, Tally>,
    passwords: BTreeMap<String, Tally>,
    sends: BTreeMap<String, Tally>,
    spent: BTreeMap<i64, i64>,
}

impl Witness {
    /// Empty books. The keys open what messages say; codes for those purposes are kept in memory.
    pub fn new(keys: Arc<Keyring>, in_memory: Vec<Purpose>) -> Self {
        Self {
            keys,
            in_memory,
            figures: Figures::default(),
            codes: BTreeMap::new(),
            messages: BTreeMap::new(),
            sessions: BTreeMap::new(),
            disabled: BTreeMap::new(),
            held: BTreeMap::new(),
            wrong: BTreeMap::new(),
            passwords: BTreeMap::new(),
            sends: BTreeMap::new(),
            spent: BTreeMap::new(),
        }
    }

    /// An account was written.
    pub fn account(&mut self, account: AccountId, active: bool, journal: &Journal) {
        let before = self.disabled.insert(account, !active);
        journal
            .demand(before != Some(true) || !active, || format!("account {account} was disabled and is active again"));
    }

    /// A server started: the leases of the one before it were given back, and the codes in its memory are gone.
    pub fn started(&mut self) {
        self.messages.values_mut().for_each(|fact| fact.leased_until = None);
        for code in self.codes.values_mut().filter(|code| code.life == Life::InMemory) {
            code.life = Life::Lost;
            // What carries it expired at once; where a notice goes out instead, it carries nothing that was lost.
            let carrier = self.messages.get_mut(&code.message).filter(|message| !message.to_nobody && code.used == 0);
            if let Some(message) = carrier {
                message.expires_at = message.made.shown;
            }
        }
    }

    /// The accounts, and whether each is disabled.
    pub fn accounts(&self) -> impl Iterator<Item = (AccountId, bool)> + '_ {
        self.disabled.iter().map(|(account, disabled)| (*account, *disabled))
    }

    /// Forgets what the clock has run past for so long that the clean-up may have deleted it, and no limit looks back to.
    pub fn forget(&mut self, horizon: Moment) {
        self.codes.retain(|_, fact| fact.issued.run >= horizon.run);
        self.messages.retain(|_, fact| fact.made.run >= horizon.run);
        self.sessions.retain(|_, fact| fact.opened.run >= horizon.run || fact.is_open());
        self.held
            .values_mut()
            .for_each(|held| held.retain(|(_, _, at)| at.run >= horizon.run || at.shown >= horizon.shown));
        for tally in self.wrong.values_mut().chain(self.passwords.values_mut()).chain(self.sends.values_mut()) {
            tally.forget(horizon);
        }
        self.held.retain(|_, held| !held.is_empty());
        self.wrong.retain(|_, tally| !tally.is_empty());
        self.passwords.retain(|_, tally| !tally.is_empty());
        self.sends.retain(|_, tally| !tally.is_empty());
    }
}
