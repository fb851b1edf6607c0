//! Limits written as text, as an environment variable can hold them.

use std::time::Duration;

/// How long a person waits between two sends: `30s, 60s, 120s`. The last one repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cooldown(Vec<Duration>);

/// How many sends are allowed in a stretch of time that moves along with the clock: `3/10m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Sends allowed.
    pub sends: u32,
    /// In this long.
    pub within: Duration,
}

/// Most sends a [`Rate`] may allow: each is looked at when the next one is asked for.
pub const MAX_RATE: u32 = 100;

impl Rate {
    /// Reads `3/10m`.
    ///
    /// # Errors
    /// When it is not a number from 1 to [`MAX_RATE`], a stroke and a duration.
    pub fn parse(text: &str) -> Result<Self, LimitError> {
        let wrong = || LimitError::Rate(text.trim().to_owned());
        let (sends, within) = text.split_once('/').ok_or_else(wrong)?;
        let sends = sends.trim().parse().ok().filter(|sends| (1..=MAX_RATE).contains(sends)).ok_or_else(wrong)?;
        let within = parse_duration(within).ok().filter(|within| !within.is_zero()).ok_or_else(wrong)?;
        Ok(Self { sends, within })
    }
}

/// Why a limit's text cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// The list is empty.
    #[error("the list is empty; write for example \"30s, 60s, 120s\"")]
    Empty,
    /// A part is no duration.
    #[error("\"{0}\" is no duration; write a number and s, m, h or d, such as 30s or 5m")]
    Duration(String),
    /// Not a rate.
    #[error("\"{0}\" is no rate; write how many (1 to {MAX_RATE}) in how long, such as 3/10m")]
    Rate(String),
}

impl Cooldown {
    /// Reads a list such as `30s, 60s, 120s`.
    ///
    /// # Errors
    /// When it is empty or a part is no duration.
    pub fn parse(text: &str) -> Result<Self, LimitError> {
        if text.trim().is_empty() {
            return Err(LimitError::Empty);
        }
        text.split(',').map(parse_duration).collect::<Result<_, _>>().map(Self)
    }

    /// The wait after the send number `sends` (0 is the first one).
    pub fn after_send(&self, sends: u32) -> Duration {
        let last = self.0.len().saturating_sub(1);
        let index = usize::try_from(sends).unwrap_or(last).min(last);
        self.0.get(index).copied().unwrap_or_default()
    }
}

/// Reads `90s`, `5m`, `24h`, `14d`, or `250ms`.
///
/// # Errors
/// When it is none of these, or longer than a thousand years.
pub fn parse_duration(text: &str) -> Result<Duration, LimitError> {
    let text = text.trim();
    let unit_at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let millis_of_unit: u64 = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(LimitError::Duration(text.to_owned())),
    };
    let thousand_years = 1_000 * 366 * 86_400_000;
    number
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(millis_of_unit))
        .filter(|millis| *millis <= thousand_years)
        .map(Duration::from_millis)
        .ok_or_else(|| LimitError::Duration(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units() {
        assert_eq!(parse_duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(parse_duration(" 5m "), Ok(Duration::from_mins(5)));
        assert_eq!(parse_duration("14d"), Ok(Duration::from_hours(24 * 14)));
        for wrong in ["", "5", "m", "-5m", "5 m", "1.5h", "5w", "99999999999999999999s", "999999999999d"] {
            assert!(parse_duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn rates_are_a_number_in_a_time() {
        assert_eq!(Rate::parse(" 3/10m"), Ok(Rate { sends: 3, within: Duration::from_mins(10) }));
        for wrong in ["", "3", "/10m", "0/10m", "101/1h", "3/0s", "3/10", "-1/1m", "3/10m/2"] {
            assert!(Rate::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_last_cooldown_repeats() {
        let cooldown = Cooldown::parse("30s, 60s, 120s").expect("a list");
        let waits: Vec<u64> = (0..5).map(|n| cooldown.after_send(n).as_secs()).collect();
        assert_eq!(waits, [30, 60, 120, 120, 120]);
        assert_eq!(Cooldown::parse(" "), Err(LimitError::Empty));
    }
}
