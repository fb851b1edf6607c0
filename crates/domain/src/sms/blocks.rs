//! Blocks of phone numbers: what an operator, or somebody who rents numbers, has in one piece.

use std::fmt;

use serde::Serialize;

use crate::identifier::PhoneNumber;

/// How many numbers a block has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockWidth {
    /// Ten thousand: the last four digits are free. What is rented out in one piece.
    Narrow,
    /// A million: the last six digits are free. What an operator has.
    Wide,
}

/// Numbers with the same leading digits: the digits of E.164, without the plus.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct NumberBlock(String);

impl NumberBlock {
    /// The block of that width that the number is in.
    pub fn of(number: &PhoneNumber, width: BlockWidth) -> Self {
        let free = match width {
            BlockWidth::Narrow => 4,
            BlockWidth::Wide => 6,
        };
        let digits = number.digits();
        Self(digits[..digits.len().saturating_sub(free)].to_owned())
    }

    /// Reads what somebody types to name one: its digits, with or without a plus.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim().trim_start_matches('+');
        let fits = (1..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| Self(digits.to_owned()))
    }

    /// Read back from a store.
    pub fn from_stored(digits: String) -> Self {
        Self(digits)
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NumberBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{}…", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_digits_are_free() {
        let number = PhoneNumber::from_stored("+255694230173".to_owned());
        assert_eq!(NumberBlock::of(&number, BlockWidth::Narrow).as_str(), "25569423");
        assert_eq!(NumberBlock::of(&number, BlockWidth::Wide).to_string(), "+255694…");
        assert_eq!(NumberBlock::parse("+255694").map(|block| block.to_string()).as_deref(), Some("+255694…"));
        for wrong in ["", "+", "25a", "1234567890123456"] {
            assert_eq!(NumberBlock::parse(wrong), None, "{wrong}");
        }
    }
}
