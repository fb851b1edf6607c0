//! A day of SMS pumping: a fraudster has codes sent to numbers whose operator pays a share, among a day's honest traffic.
//!
//! The rules and the store are the real ones; a back end with a key asks for verifications, so nothing but the limits on
//! numbers and money stands in the way. Nobody's phone exists: the outbox is emptied by reading it.

mod attack;
mod day;
mod outcome;
mod post;
mod table;
mod users;

pub use attack::Attack;
pub use day::run;
use otpd_domain::limits::LimitPolicy;
use otpd_domain::sms::{GuardPolicy, Money, Prices, SmsPolicy};
use otpd_testkit::limits::{ample_limits, default_limits, guard};
pub use outcome::Outcome;
pub use table::table;

/// What the day is like.
#[derive(Clone, Debug)]
pub struct Day {
    /// The seed.
    pub seed: u64,
    /// Codes asked for, honest and fraudulent. Blocks of numbers are as many as belong to it: a smaller day is as dense.
    pub sends: u32,
    /// Of a hundred codes, how many the fraudster asks for.
    pub fraud: u32,
    /// Of a hundred honest people who get a code, how many type it.
    pub typed: u32,
    /// What the fraudster does.
    pub attack: Attack,
}

/// What is done about it.
#[derive(Clone, Debug)]
pub struct Defence {
    /// Its name in tables.
    pub name: String,
    /// Whether sends to a block of ten thousand numbers are limited.
    pub rate: bool,
    /// When blocks are closed.
    pub guard: Option<GuardPolicy>,
    /// Most that may be spent.
    pub ceiling: Option<Money>,
}

impl Defence {
    /// With or without each of the three; the guard as it is by default.
    pub fn new(name: &str, rate: bool, guarded: bool, ceiling: Option<Money>) -> Self {
        Self { name: name.to_owned(), rate, guard: guarded.then(guard), ceiling }
    }

    /// Everything that is on by default.
    pub fn by_default() -> Self {
        Self::new("rate and guard", true, true, None)
    }

    /// The default with another guard.
    pub fn guarded_by(name: &str, guard: GuardPolicy) -> Self {
        Self { name: name.to_owned(), rate: true, guard: Some(guard), ceiling: None }
    }

    fn limits(&self) -> LimitPolicy {
        let (ample, mut limits) = (ample_limits(), default_limits());
        // One number asks rarely enough; what is looked at here are blocks.
        limits.sends.before_proof = None;
        if !self.rate {
            limits.sends.to_block = ample.sends.to_block;
        }
        let prices = Prices::parse(PRICES).expect("a table");
        limits.sms = SmsPolicy { countries: None, prices, daily_ceiling: self.ceiling, guard: self.guard.clone() };
        limits
    }
}

/// What a message costs: honest people live where it is cheap, and one country pays fraudsters well.
const PRICES: &str = "91: 0.02, 992: 0.25";
