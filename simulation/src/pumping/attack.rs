//! What a fraudster does.

use crate::dice::Dice;

/// Sends to which all numbers of blocks belong, for a day of a million.
const MILLION: u32 = 1_000_000;
/// Operators with a million numbers each that honest people have, for a day of a million sends.
const OPERATORS: u32 = 100;

/// What a fraudster does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attack {
    /// Nothing.
    None,
    /// Everything to one block of ten thousand numbers.
    OneBlock,
    /// The same to a thousand blocks in a country where it pays, a little to each.
    ManyBlocks {
        /// Of a hundred codes, how many the fraudster types.
        typed: u32,
    },
    /// To all of an honest operator's numbers, among its customers.
    AmongHonest,
}

impl Attack {
    /// Its name in tables.
    pub fn name(self) -> String {
        match self {
            Self::None => "none".to_owned(),
            Self::OneBlock => "one block".to_owned(),
            Self::ManyBlocks { typed: 0 } => "1,000 blocks".to_owned(),
            Self::ManyBlocks { typed } => format!("1,000 blocks, {typed} % typed"),
            Self::AmongHonest => "an honest operator's million".to_owned(),
        }
    }

    /// Of a hundred codes, how many the fraudster types.
    pub fn typed(self) -> u32 {
        match self {
            Self::ManyBlocks { typed } => typed,
            _ => 0,
        }
    }

    /// The next number that is sent to: twelve digits.
    pub(super) fn number(self, dice: &Dice, sends: u32) -> u64 {
        let last_four = dice.below(10_000);
        match self {
            Self::None | Self::OneBlock => 9_929_001 * 100_000 + 10_000 + last_four,
            Self::ManyBlocks { .. } => {
                let blocks = u64::from(scaled(1_000, sends));
                // Spread over the whole country: ten to a million numbers.
                let block = dice.below(blocks);
                (99_200_000 + block / 10 * 100 + block % 10 * 7) * 10_000 + last_four
            }
            Self::AmongHonest => 917_000 * 1_000_000 + dice.below(1_000_000),
        }
    }
}

/// An honest person's number.
pub(super) fn honest_number(dice: &Dice, sends: u32) -> u64 {
    let operator = dice.below(u64::from(scaled(OPERATORS, sends)));
    (917_000 + operator) * 1_000_000 + dice.below(1_000_000)
}

/// So many of them, for a day of that many sends.
fn scaled(count: u32, sends: u32) -> u32 {
    (u64::from(count) * u64::from(sends)).div_ceil(u64::from(MILLION)).try_into().unwrap_or(count).max(1)
}
