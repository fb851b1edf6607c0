//! So many in so long.

use std::sync::Arc;
use std::time::Duration;

use super::{LimitError, parse_duration};

/// How many are allowed in a stretch of time that moves along with the clock: `3/10m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many are allowed.
    pub sends: u32,
    /// In this long.
    pub within: Duration,
}

/// Most sends the [`Rate`] of a verification type may allow: each is looked at when the next one is asked for.
pub const MAX_RATE: u32 = 100;
/// Most that a rate among [`Rates`] may allow.
pub const MAX_TIMES: u32 = 1_000_000;

impl Rate {
    /// Reads `3/10m`, or `6/h` for `6/1h`.
    ///
    /// # Errors
    /// When it is not a number from 1 to [`MAX_RATE`], a stroke and a duration.
    pub fn parse(text: &str) -> Result<Self, LimitError> {
        Self::parse_up_to(text, MAX_RATE)
    }

    fn parse_up_to(text: &str, most: u32) -> Result<Self, LimitError> {
        let wrong = || LimitError::Rate(text.trim().to_owned(), most);
        let (sends, within) = text.split_once('/').ok_or_else(wrong)?;
        let sends = sends.trim().parse().ok().filter(|sends| (1..=most).contains(sends)).ok_or_else(wrong)?;
        let within = within.trim();
        let bare_unit = !within.is_empty() && within.bytes().all(|byte| byte.is_ascii_alphabetic());
        let within = if bare_unit { parse_duration(&format!("1{within}")) } else { parse_duration(within) };
        let within = within.ok().filter(|within| !within.is_zero()).ok_or_else(wrong)?;
        Ok(Self { sends, within })
    }
}

/// Rates that all hold at once: `3/10m, 6/h, 10/d`. Clones share the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rates(Arc<[Rate]>);

impl Rates {
    /// Reads a list such as `3/10m, 6/h, 10/d`.
    ///
    /// # Errors
    /// When it is empty, or a part is not a number from 1 to [`MAX_TIMES`], a stroke and a duration.
    pub fn parse(text: &str) -> Result<Self, LimitError> {
        if text.trim().is_empty() {
            return Err(LimitError::Empty("3/10m, 6/h, 10/d"));
        }
        text.split(',').map(|part| Rate::parse_up_to(part, MAX_TIMES)).collect::<Result<_, _>>().map(Self)
    }

    /// One alone.
    pub fn one(rate: Rate) -> Self {
        Self(Arc::from([rate]))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = Rate> + '_ {
        self.0.iter().copied()
    }

    /// The longest stretch that one of them looks back.
    pub fn reach(&self) -> Duration {
        self.iter().map(|rate| rate.within).max().unwrap_or_default()
    }

    /// Most that they let through in `stretch`, however it is placed: so many in each of its parts, and the last part
    /// counts as a whole one.
    pub fn most_in(&self, stretch: Duration) -> u64 {
        let most = |rate: Rate| {
            let parts = stretch.as_millis().div_ceil(rate.within.as_millis().max(1));
            u64::from(rate.sends).saturating_mul(u64::try_from(parts).unwrap_or(u64::MAX))
        };
        self.iter().map(most).min().unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_a_number_in_a_time() {
        assert_eq!(Rate::parse(" 3/10m"), Ok(Rate { sends: 3, within: Duration::from_mins(10) }));
        assert_eq!(Rate::parse("6/h"), Rate::parse("6/1h"));
        for wrong in ["", "3", "/10m", "0/10m", "101/1h", "3/0s", "3/10", "-1/1m", "3/10m/2", "3/", "3/fortnight"] {
            assert!(Rate::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn rates_are_a_list() {
        let rates = Rates::parse("3/10m, 6/h,10/d").expect("a list");
        assert_eq!(rates.iter().map(|rate| rate.sends).collect::<Vec<_>>(), [3, 6, 10]);
        assert_eq!(rates.reach(), Duration::from_hours(24));
        assert!(Rates::parse("1000000/h").is_ok());
        for wrong in ["", " ", "3/10m,", "1000001/h", "3/10m 6/h"] {
            assert!(Rates::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_strictest_rate_bounds_a_day() {
        let most = |text: &str| Rates::parse(text).expect("a list").most_in(Duration::from_hours(24));
        assert_eq!(most("10/h, 20/d"), 20);
        assert_eq!(most("10/h"), 240);
        assert_eq!(most("10/7h"), 40, "the last part counts as a whole one");
        assert_eq!(most("5/2d"), 5);
    }
}
