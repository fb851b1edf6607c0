//! Rates as they are written: how many in how long, and several that all hold at once.

use std::time::Duration;

use otpd_domain::limits::{LimitError, MAX_TIMES, Rate, Rates};

use crate::config::table::parse;
use crate::config::table::problem::Wrong;

/// Shortest stretch of a rate: within less, nobody does anything twice.
const SHORTEST: Duration = Duration::from_secs(1);
/// Longest stretch of a rate: what was done is kept as long.
const LONGEST: Duration = Duration::from_hours(24 * 31);
/// A rate of more than this is kept in slots: [`otpd_domain::limits::Ledger`].
const EXACT: u32 = 100;
/// Slots of the shortest stretch of such rates.
const SLOTS: u128 = 64;
/// Most moments that one limit may have to keep, at 13 bytes each: they are read and written with each step.
const MOST_KEPT: u128 = 10_000;

/// Reads rates such as `3/10m, 6/h, 10/d`.
pub fn rates(text: &str) -> Result<Rates, Wrong> {
    const REMEDY: &str = "Write how many in how long, several with commas between them, such as 3/10m, 6/h, 10/d";
    let rates = Rates::parse(text).map_err(|error| match error {
        LimitError::Empty(_) => {
            Wrong::new("it is empty, and this limit cannot be left out", format!("{REMEDY}, or remove the key"))
        }
        LimitError::Duration(part) | LimitError::Rate(part, _) => {
            Wrong::new(format!("\"{part}\" is no rate"), format!("{REMEDY}; at most {MAX_TIMES} in each"))
        }
    })?;
    if let Some(rate) = rates.iter().find(|rate| !(SHORTEST..=LONGEST).contains(&rate.within)) {
        return Err(stretch(rate));
    }
    let kept = most_kept(&rates);
    if kept > MOST_KEPT {
        let why = format!("{kept} moments would have to be kept for it, read and written each time");
        return Err(Wrong::new(why, "Write stretches that are nearer to one another, or fewer in the longest"));
    }
    Ok(rates)
}

/// Rates, or none when nothing is written.
pub fn or_none(text: &str) -> Result<Option<Rates>, Wrong> {
    if text.trim().is_empty() { Ok(None) } else { rates(text).map(Some) }
}

/// Rates, or none with `off`.
pub fn or_off(text: &str) -> Result<Option<Rates>, Wrong> {
    if text.trim() == "off" {
        return Ok(None);
    }
    rates(text).map(Some).map_err(|wrong| Wrong::new(wrong.why, format!("{}, or \"off\"", wrong.remedy)))
}

/// Rates as they are written, `6/h` for `6/1h`.
pub fn written(rates: &Rates) -> String {
    let all: Vec<String> = rates.iter().map(|rate| format!("{}/{}", rate.sends, in_how_long(rate))).collect();
    all.join(", ")
}

fn in_how_long(rate: Rate) -> String {
    let written = parse::written(rate.within);
    let unit = written.strip_prefix('1').filter(|unit| unit.bytes().all(|byte| byte.is_ascii_alphabetic()));
    unit.map(str::to_owned).unwrap_or(written)
}

fn stretch(rate: Rate) -> Wrong {
    let given = parse::written(rate.within);
    if rate.within < SHORTEST {
        let why =
            format!("it looks back {given}, which is shorter than {}, the least allowed", parse::written(SHORTEST));
        return Wrong::new(why, "Write a stretch of at least a second, such as 3/10m");
    }
    let why = format!("it looks back {given}, which is longer than {}, the most allowed", parse::written(LONGEST));
    Wrong::new(why, "Write a stretch of at most 31 days, such as 100/31d")
}

/// Most moments that a ledger of these rates comes to keep.
fn most_kept(rates: &Rates) -> u128 {
    let spent = u128::from(rates.most_in(rates.reach()));
    let shortest = rates.iter().map(|rate| rate.within.as_millis()).min().unwrap_or(1);
    if rates.iter().all(|rate| rate.sends <= EXACT) {
        return spent;
    }
    spent.min((rates.reach().as_millis() * SLOTS).div_ceil(shortest.max(1)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rates_are_written_as_they_are_read() {
        for text in ["10/h, 20/d", "3/10m, 6/h, 10/d", "100/31d", "1000000/1s", "5/90m"] {
            let read = rates(text).unwrap_or_else(|wrong| panic!("{text}: {}", wrong.why));
            assert_eq!(rates(&written(&read)).map(|again| again == read), Ok(true), "{text}");
        }
        assert_eq!(written(&rates("10/h,20/24h").expect("rates")), "10/h, 20/d");
    }

    #[test]
    fn some_limits_can_be_left_out() {
        assert_eq!(or_none(" "), Ok(None));
        assert_eq!(or_off("off"), Ok(None));
        assert_eq!(or_off("10/h").map(|rates| rates.is_some()), Ok(true));
        assert!(or_off("").is_err() && or_off("no").expect_err("no rate").remedy.ends_with("or \"off\""));
    }

    #[test]
    fn what_would_be_too_much_to_keep_is_refused() {
        assert!(rates("1000/m, 20000/d").expect_err("a large ledger").why.contains("20000 moments"));
        assert!(rates("1000/h, 20000/d").is_ok(), "1536 slots");
    }

    proptest! {
        #[test]
        fn whatever_is_taken_is_written_as_it_was_meant(
            parts in proptest::collection::vec((0..2_000_000_u32, 0..100_u32, "ms|s|m|h|d|w"), 0..4)
        ) {
            let text: Vec<String> = parts.iter().map(|(sends, within, unit)| format!("{sends}/{within}{unit}")).collect();
            if let Ok(read) = rates(&text.join(", ")) {
                prop_assert_eq!(&rates(&written(&read)).map_err(|wrong| wrong.why), &Ok(read.clone()));
                prop_assert!(most_kept(&read) <= MOST_KEPT && read.reach() <= LONGEST);
            }
        }
    }
}
