//! Where blocks and money stand, for those who run the server.

use super::{Conversion, Money, NumberBlock};
use crate::clock::Timestamp;

/// A block as those see it who run the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockState {
    /// The block.
    pub block: NumberBlock,
    /// Its codes whose fate is known.
    pub decided: Conversion,
    /// Until when it is closed, if it is.
    pub closed_until: Option<Timestamp>,
}

/// What text messages have cost on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SmsSpending {
    /// Messages counted.
    pub messages: u64,
    /// What they cost, by the price table.
    pub spent: Money,
}
