//! Amounts of money, in millionths of the configured currency.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An amount of money: millionths of one unit, so that prices such as 0.0075 are exact. Which currency it is, only the
/// configuration knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(i64);

const UNIT: i64 = 1_000_000;
const DECIMALS: usize = 6;

/// A text is no amount of money.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no amount; write for example 0.045 or 50, with a point and at most six decimals")]
pub struct MoneyError(pub String);

impl Money {
    /// Reads `50` or `0.0075`.
    ///
    /// # Errors
    /// When it is no such number, has more than six decimals, or is larger than a billion.
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        let wrong = || MoneyError(text.trim().to_owned());
        let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(part) || part.len() > DECIMALS || whole.len() > 9 {
            return Err(wrong());
        }
        let whole: i64 = whole.parse().map_err(|_| wrong())?;
        let part: i64 = format!("{part:0<DECIMALS$}").parse().map_err(|_| wrong())?;
        Ok(Self(whole * UNIT + part))
    }

    /// That many millionths.
    pub const fn from_millionths(millionths: i64) -> Self {
        Self(millionths)
    }

    /// In millionths.
    pub const fn millionths(self) -> i64 {
        self.0
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// That many of it.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self(self.0.saturating_mul(i64::from(times)))
    }
}

impl fmt::Display for Money {
    /// With two decimals at least, and as many as are needed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, millionths) = if self.0 < 0 { ("-", self.0.unsigned_abs()) } else { ("", self.0.unsigned_abs()) };
        let unit = UNIT.unsigned_abs();
        let decimals = format!("{:06}", millionths % unit);
        let shown = decimals.trim_end_matches('0').len().max(2);
        write!(f, "{sign}{}.{}", millionths / unit, &decimals[..shown])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_exact() {
        for (text, millionths, shown) in
            [("50", 50_000_000, "50.00"), ("0.0075", 7_500, "0.0075"), (" 0.1 ", 100_000, "0.10"), ("0", 0, "0.00")]
        {
            let money = Money::parse(text).expect("an amount");
            assert_eq!((money.millionths(), money.to_string().as_str()), (millionths, shown), "{text}");
        }
        for wrong in ["", "-1", "1,5", "1.", ".5", "0.0000001", "1e3", "10000000000", "5 EUR", "١"] {
            assert!(Money::parse(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(millionths in 0_i64..1_000_000_000_000_000) {
            let money = Money::from_millionths(millionths);
            prop_assert_eq!(Money::parse(&money.to_string()), Ok(money));
        }
    }
}
