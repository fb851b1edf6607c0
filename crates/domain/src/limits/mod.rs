//! How often things may be done: limits as people write them, and the ledgers that stores keep of what was done.

mod chance;
mod cooldown;
mod duration;
mod key;
mod ledger;
mod policy;
mod rate;

pub use chance::{Chance, chance_of_a_guess};
pub use cooldown::Cooldown;
pub use duration::parse_duration;
pub use key::LedgerKey;
pub use ledger::Ledger;
pub use policy::{GuessPolicy, LimitPolicy, SERIES, SendPolicy};
pub use rate::{MAX_RATE, MAX_TIMES, Rate, Rates};

/// Why a limit's text cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// The list is empty.
    #[error("the list is empty; write for example \"{0}\"")]
    Empty(&'static str),
    /// A part is no duration.
    #[error("\"{0}\" is no duration; write a number and s, m, h or d, such as 30s or 5m")]
    Duration(String),
    /// Not a rate.
    #[error("\"{0}\" is no rate; write how many (1 to {1}) in how long, such as 3/10m or 6/h")]
    Rate(String, u32),
}
