//! What a text message costs, by where it goes.

use super::{Money, MoneyError};
use crate::identifier::PhoneNumber;

/// What a message costs for each segment, by the leading digits of the number; the longest that fits counts.
#[derive(Clone, Debug, Default)]
pub struct Prices {
    by_prefix: Vec<(String, Money)>,
    otherwise: Money,
}

/// Why a price table cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// A part is not a prefix, a colon and an amount.
    #[error(
        "\"{0}\" is no price; write the leading digits with the country code, a colon and an amount, such as 91: 0.002"
    )]
    Entry(String),
    /// An amount cannot be read.
    #[error(transparent)]
    Amount(#[from] MoneyError),
    /// A prefix is there twice.
    #[error("there are two prices for \"{0}\"")]
    Twice(String),
}

impl Prices {
    /// Reads a table such as `91: 0.002, 255: 0.06, 2557: 0.08, *: 0.10`, where `*` is every other number.
    ///
    /// # Errors
    /// When a part cannot be read or a prefix is there twice.
    pub fn parse(text: &str) -> Result<Self, PriceError> {
        let mut prices = Self::default();
        let mut rest_given = false;
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (prefix, amount) = part.split_once(':').ok_or_else(|| PriceError::Entry(part.to_owned()))?;
            let (prefix, amount) = (prefix.trim().trim_start_matches('+'), Money::parse(amount)?);
            let twice = if prefix == "*" {
                prices.otherwise = amount;
                std::mem::replace(&mut rest_given, true)
            } else {
                if !(1..=15).contains(&prefix.len()) || !prefix.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err(PriceError::Entry(part.to_owned()));
                }
                let twice = prices.by_prefix.iter().any(|(known, _)| known == prefix);
                prices.by_prefix.push((prefix.to_owned(), amount));
                twice
            };
            if twice {
                return Err(PriceError::Twice(prefix.to_owned()));
            }
        }
        prices.by_prefix.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
        Ok(prices)
    }

    /// Whether no number costs anything: there is no table.
    pub fn is_empty(&self) -> bool {
        self.otherwise == Money::default() && self.by_prefix.iter().all(|(_, price)| *price == Money::default())
    }

    /// What a segment costs to a number that no prefix fits.
    pub fn otherwise(&self) -> Money {
        self.otherwise
    }

    /// What a segment to that number costs.
    pub fn of(&self, number: &PhoneNumber) -> Money {
        let digits = number.digits();
        let listed = self.by_prefix.iter().find(|(prefix, _)| digits.starts_with(prefix.as_str()));
        listed.map_or(self.otherwise, |(_, price)| *price)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(prices: &Prices, number: &str) -> String {
        prices.of(&PhoneNumber::from_stored(number.to_owned())).to_string()
    }

    #[test]
    fn the_longest_prefix_counts() {
        let prices = Prices::parse("*: 0.10, 91: 0.002, +255: 0.06, 2557: 0.08").expect("a table");
        assert_eq!(of(&prices, "+919876543210"), "0.002");
        assert_eq!(of(&prices, "+255694230173"), "0.06");
        assert_eq!(of(&prices, "+255712345678"), "0.08");
        assert_eq!(of(&prices, "+4915112345678"), "0.10");
        assert!(Prices::parse("").expect("no table").is_empty());
    }

    #[test]
    fn wrong_tables_are_named() {
        for wrong in ["91", "91 0.2", "IN: 0.2", "91: x", ": 0.1", "91: 0.1, 91: 0.2", "*: 1, *: 2"] {
            assert!(Prices::parse(wrong).is_err(), "{wrong}");
        }
    }
}
