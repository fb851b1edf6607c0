//! Text messages cost money, and whoever earns by them has them sent: prices, a ceiling, and a guard against pumping.
//!
//! *Pumping* (artificially inflated traffic) is having codes sent to numbers whose operator shares its income with the
//! attacker. Nobody ever types those codes: the share of codes that are typed tells.

mod blocks;
mod conversion;
mod country;
mod money;
mod prices;
mod standing;

pub use blocks::{BlockWidth, NumberBlock};
pub use conversion::{Conversion, GuardPolicy, Traffic};
pub use country::Country;
pub use money::{Money, MoneyError};
pub use prices::{PriceError, Prices};
pub use standing::{BlockState, SmsSpending};

/// What text messages may cost, and where they go.
#[derive(Clone, Debug, Default)]
pub struct SmsPolicy {
    /// The countries that are served; `None`: all.
    pub countries: Option<Vec<Country>>,
    /// What a message costs.
    pub prices: Prices,
    /// Most that may be spent on a day (UTC); then nothing more is sent by SMS until the next one. `None`: no ceiling.
    pub daily_ceiling: Option<Money>,
    /// When a block of numbers is closed; `None`: never.
    pub guard: Option<GuardPolicy>,
}
