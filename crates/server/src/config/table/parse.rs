//! The values of single keys: each reader says why a text is wrong and what to write instead.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use otpd_domain::limits::parse_duration;

use super::problem::Wrong;

/// Text that is not empty and has no control characters.
pub fn text(text: &str) -> Result<String, Wrong> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Wrong::new("it is empty", "Write a value, or remove the key"));
    }
    if text.chars().any(char::is_control) {
        return Err(Wrong::new("it has line breaks or other control characters", "Write it in one line of plain text"));
    }
    Ok(text.to_owned())
}

/// A path.
pub fn path(given: &str) -> Result<PathBuf, Wrong> {
    text(given).map(PathBuf::from)
}

/// A whole number in a range.
pub fn number<T>(range: RangeInclusive<T>) -> impl Fn(&str) -> Result<T, Wrong>
where
    T: FromStr + PartialOrd + std::fmt::Display,
{
    move |text| {
        let (least, most) = (range.start(), range.end());
        let remedy = || format!("Write a whole number from {least} to {most}");
        let number: T =
            text.trim().parse().map_err(|_| Wrong::new(format!("\"{text}\" is no such number"), remedy()))?;
        if range.contains(&number) {
            Ok(number)
        } else {
            Err(Wrong::new(format!("{number} is outside of {least} to {most}"), remedy()))
        }
    }
}

/// A duration in a range.
pub fn duration(range: RangeInclusive<Duration>) -> impl Fn(&str) -> Result<Duration, Wrong> {
    move |text| {
        let (least, most) = (*range.start(), *range.end());
        let remedy = || format!("Write a duration from {} to {}", written(least), written(most));
        let duration = parse_duration(text).map_err(|_| {
            let why = format!("\"{text}\" is no duration");
            Wrong::new(why, format!("{}: a number and one of ms, s, m, h, d, such as 90s or 5m", remedy()))
        })?;
        match duration {
            short if short < least => {
                Err(Wrong::new(format!("{text} is shorter than {}, the least allowed", written(least)), remedy()))
            }
            long if long > most => {
                Err(Wrong::new(format!("{text} is longer than {}, the most allowed", written(most)), remedy()))
            }
            fitting => Ok(fitting),
        }
    }
}

/// A duration as it is written in a configuration: in the largest unit that fits.
pub fn written(duration: Duration) -> String {
    let millis = duration.as_millis();
    [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)]
        .into_iter()
        .find(|(_, unit)| millis > 0 && millis.is_multiple_of(*unit))
        .map_or_else(|| format!("{millis}ms"), |(unit, size)| format!("{}{unit}", millis / size))
}

/// One of several words.
pub fn choice<T: Copy>(words: &[(&'static str, T)]) -> impl Fn(&str) -> Result<T, Wrong> {
    move |text| {
        let given = text.trim();
        words.iter().find(|(word, _)| *word == given).map(|(_, value)| *value).ok_or_else(|| {
            let known: Vec<String> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
            Wrong::new(format!("\"{given}\" is not one of the choices"), format!("Write {}", known.join(" or ")))
        })
    }
}

/// Several of some words, each at most once, with commas between them.
pub fn choices<T: Copy + PartialEq>(words: &[(&'static str, T)]) -> impl Fn(&str) -> Result<Vec<T>, Wrong> {
    move |text| {
        let chosen = list(text).map(choice(words)).collect::<Result<Vec<T>, Wrong>>()?;
        if chosen.is_empty() {
            // As if it were a word of its own.
            return choice(words)(text).map(|one| vec![one]);
        }
        if chosen.iter().enumerate().any(|(nth, one)| chosen[..nth].contains(one)) {
            return Err(Wrong::new(format!("\"{}\" has a word twice", text.trim()), "Write each of them once"));
        }
        Ok(chosen)
    }
}

/// The parts of a list, white space around them taken off. An empty text is an empty list.
pub fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_in_the_largest_unit() {
        let written: Vec<String> = [0, 250, 1_000, 90_000, 120_000, 3_600_000, 86_400_000]
            .map(|millis| written(Duration::from_millis(millis)))
            .into();
        assert_eq!(written, ["0ms", "250ms", "1s", "90s", "2m", "1h", "1d"]);
    }

    #[test]
    fn numbers_and_durations_stay_in_their_range() {
        assert_eq!(number(1..=5_u32)(" 3 "), Ok(3));
        for wrong in ["0", "6", "-1", "x", "", "3.0"] {
            let wrong = number(1..=5_u32)(wrong).expect_err(wrong);
            assert_eq!(wrong.remedy, "Write a whole number from 1 to 5");
        }
        let minutes = duration(Duration::from_secs(30)..=Duration::from_mins(10));
        assert_eq!(minutes("5m"), Ok(Duration::from_mins(5)));
        assert!(minutes("11m").expect_err("too long").why.contains("longer than 10m"));
        assert!(minutes("1s").expect_err("too short").why.contains("shorter than 30s"));
        assert!(minutes("5").expect_err("no unit").remedy.contains("such as 90s or 5m"));
    }

    #[test]
    fn lists_overlook_spaces_and_trailing_commas() {
        assert_eq!(list(" a, b ,,c,").collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(list(" ").count(), 0);
    }
}
