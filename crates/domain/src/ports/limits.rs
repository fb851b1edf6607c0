//! Limits: what is spent together with a send or a guess, and what is asked of them besides.

use async_trait::async_trait;

use super::StoreError;
use crate::account::AccountId;
use crate::browser::KnownBrowser;
use crate::clock::Timestamp;
use crate::identifier::{Channel, Identifier};
use crate::limits::{Cooldown, LedgerKey, Rates};
use crate::sms::{BlockState, GuardPolicy, Money, NumberBlock, SmsSpending};

/// What stands in the way of a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LimitedBy {
    /// The rate of its verification type, or of registrations.
    Purpose,
    /// The last send to the contact was a moment ago.
    Cooldown,
    /// Too many to the contact.
    Contact,
    /// Too many from the network.
    Client,
    /// So many from the network that a proof of work is asked for.
    ProofNeeded,
    /// The proof was used before.
    ProofUsed,
    /// Too many text messages to the block of numbers.
    Block,
    /// The block of numbers is closed: too few of the codes sent there were typed.
    BlockClosed,
    /// Too many text messages to the country.
    Country,
    /// The country is not served by SMS.
    CountryNotServed,
    /// The money for the day is spent.
    Ceiling,
}

impl LimitedBy {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Purpose,
        Self::Cooldown,
        Self::Contact,
        Self::Client,
        Self::ProofNeeded,
        Self::ProofUsed,
        Self::Block,
        Self::BlockClosed,
        Self::Country,
        Self::CountryNotServed,
        Self::Ceiling,
    ];

    /// The word for logs, metrics and the audit trail.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Purpose => "purpose",
            Self::Cooldown => "cooldown",
            Self::Contact => "contact",
            Self::Client => "client",
            Self::ProofNeeded => "proof-needed",
            Self::ProofUsed => "proof-used",
            Self::Block => "block",
            Self::BlockClosed => "block-closed",
            Self::Country => "country",
            Self::CountryNotServed => "country-not-served",
            Self::Ceiling => "ceiling",
        }
    }
}

/// A send that is not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Denied {
    /// What stands in the way.
    pub by: LimitedBy,
    /// From when on it no longer does.
    pub retry_at: Timestamp,
}

/// What a send is charged to. All of it is looked at, and spent, in the step that writes challenge and message; when
/// anything stands in the way, nothing is. It is the same whether or not anybody has the contact.
#[derive(Clone, Debug, Default)]
pub struct Charge {
    /// The contact. `None` charges nobody.
    pub contact: Option<ContactCharge>,
    /// In this order. Where two have one ledger it is spent once.
    pub limits: Vec<Limit>,
    /// What a text message is charged to besides.
    pub sms: Option<SmsCharge>,
}

impl Charge {
    /// Without the waits between sends to the contact: where another wait was looked at.
    #[must_use]
    pub fn without_cooldown(mut self) -> Self {
        if let Some(contact) = &mut self.contact {
            contact.cooldown = None;
        }
        self
    }
}

/// What is charged to the contact.
#[derive(Clone, Debug)]
pub struct ContactCharge {
    /// Its ledger.
    pub key: LedgerKey,
    /// Sends allowed.
    pub rates: Rates,
    /// Which waits these are: sends with other marks do not count for them, but do for the rates.
    pub mark: u8,
    /// The waits ([`crate::limits::Ledger::rested`] over [`crate::limits::SERIES`]); `None` where there are others.
    pub cooldown: Option<Cooldown>,
    /// What is used instead when the waits or the rates above are in the way, and the subject is one of these browsers'
    /// account: nobody else can use that up. (Then the contact's ledger is spent, too.)
    pub known: Vec<KnownBrowser>,
    /// Sends allowed in all browsers known to that account together.
    pub known_rates: Rates,
}

/// One limit.
#[derive(Clone, Debug)]
pub struct Limit {
    /// What to say when it is reached.
    pub by: LimitedBy,
    /// Its ledger.
    pub key: LedgerKey,
    /// What is allowed.
    pub rates: Rates,
}

/// What a text message is charged to.
#[derive(Clone, Debug)]
pub struct SmsCharge {
    /// The block of ten thousand numbers.
    pub narrow: NumberBlock,
    /// The block of a million numbers.
    pub wide: NumberBlock,
    /// What one segment costs. The first one is charged with the send, the others when they are known: a message to
    /// nobody costs nothing, but is denied like any other once the ceiling is reached.
    pub price: Money,
    /// Most for a day (UTC).
    pub daily_ceiling: Option<Money>,
    /// When a block is closed. A block that is to be closed is closed in this step, though the send is denied.
    pub guard: Option<GuardPolicy>,
}

/// What is guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuessKind {
    /// A code.
    Code,
    /// A password.
    Password,
}

/// Whose budget a guess at a contact's code or password is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuessedAt<'a> {
    /// The account, active or not, that holds the contact.
    Account(AccountId),
    /// The contact, when no account holds it: the same limits for everybody.
    Contact(&'a Identifier),
}

/// The budgets that a guess may be taken from. That of browsers known to the account is one for all of them together, and
/// strangers cannot spend it; whoever has signed in to the account before can.
#[derive(Clone, Debug)]
pub struct GuessBudget {
    /// What is guessed.
    pub kind: GuessKind,
    /// The browsers known, with the accounts they are known to.
    pub known: Vec<KnownBrowser>,
    /// Wrong guesses allowed in such browsers together.
    pub known_rates: Rates,
    /// Wrong guesses allowed to everybody else together.
    pub rates: Rates,
}

impl GuessBudget {
    /// The ledger and the rates that a guess is taken from.
    pub fn of(&self, at: GuessedAt<'_>) -> (LedgerKey, &Rates) {
        let [in_browser, of_account, of_contact] = match self.kind {
            GuessKind::Code => ["codes/browser", "codes/account", "codes/contact"],
            GuessKind::Password => ["passwords/browser", "passwords/account", "passwords/contact"],
        };
        match at {
            GuessedAt::Account(account) => match self.known.iter().find(|known| known.account == account) {
                Some(known) => (known.ledger(in_browser), &self.known_rates),
                None => (LedgerKey::of(of_account, &account.0.to_be_bytes()), &self.rates),
            },
            GuessedAt::Contact(contact) => (LedgerKey::of(of_contact, contact.as_str().as_bytes()), &self.rates),
        }
    }
}

/// The mark of guesses at a contact of that channel: see [`OverBudget::told`].
pub fn guess_mark(channel: Channel) -> u8 {
    match channel {
        Channel::Email => 1,
        Channel::Sms => 2,
    }
}

/// A guess that is counted: what to give back should it be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    /// The ledger.
    pub key: LedgerKey,
    /// Under which moment.
    pub at: Timestamp,
    /// With which mark.
    pub mark: u8,
}

/// A guess that may not be compared: the budget is spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverBudget {
    /// From when on there is room.
    pub retry_at: Timestamp,
    /// Whether the guesser may be told. They may when guesses at this very contact have spent it; when those at the
    /// account's other contact had a part in it, telling would tell that both belong to one account.
    pub told: bool,
}

/// Limits.
#[async_trait]
pub trait LimitStore: Send + Sync {
    /// Whether a guess at that contact has room in the budget at this moment. Looks only.
    async fn guess_has_room(
        &self,
        contact: &Identifier,
        budget: &GuessBudget,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Takes a guess at that contact from the budget, and from the limits besides, or from none of them; that one of those
    /// is reached may always be told. For guesses at codes see [`super::ChallengeStore::reserve_guess`].
    async fn spend_guess(
        &self,
        contact: &Identifier,
        budget: GuessBudget,
        limits: Vec<Limit>,
        now: Timestamp,
    ) -> Result<Result<Vec<Spent>, OverBudget>, StoreError>;

    /// Gives guesses back that were right.
    async fn give_back(&self, spent: Vec<Spent>) -> Result<(), StoreError>;

    /// Whether a send may be made at this moment. Looks only; the device allowance of [`ContactCharge`] is not looked at.
    async fn look(&self, charge: &Charge, now: Timestamp) -> Result<Result<(), Denied>, StoreError>;

    /// The blocks of numbers that something went to within the guard's window, or that are closed; the closed ones first,
    /// then by how many codes were sent.
    async fn blocks(&self, guard: &GuardPolicy, limit: u32, now: Timestamp) -> Result<Vec<BlockState>, StoreError>;

    /// Opens a closed block, whose counts begin anew. False when it is not closed.
    async fn open_block(&self, block: &NumberBlock, now: Timestamp) -> Result<bool, StoreError>;

    /// What text messages have cost on the day (UTC) of that moment.
    async fn sms_spending(&self, now: Timestamp) -> Result<SmsSpending, StoreError>;
}
