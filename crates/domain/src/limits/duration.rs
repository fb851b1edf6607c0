//! Stretches of time as people write them.

use std::time::Duration;

use super::LimitError;

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
}
