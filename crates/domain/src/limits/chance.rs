//! How likely it is that somebody guesses a code.

use std::time::Duration;

use super::Rates;
use crate::code::CodeLength;

const DAY: Duration = Duration::from_hours(24);

/// How likely it is that somebody guesses a code of one account, who tries as often as the limits allow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chance {
    /// Guesses that come through in a day.
    pub guesses_a_day: u64,
    /// The chance in a day.
    pub in_a_day: f64,
    /// The chance in a year of 365 such days.
    pub in_a_year: f64,
}

/// The chance that codes of `length` digits are guessed within `rates`.
///
/// Each guess is compared with one code, drawn uniformly from 10^length and unknown to the guesser, so it is right with
/// chance 10^-length whatever was guessed before; a wrong one rules out one of that code's values, which is why `n` guesses
/// come to n·10^-length at most (union bound). Days are independent: codes do not outlive ten minutes.
#[allow(clippy::cast_precision_loss, reason = "guesses a day stay far below 2^52")]
pub fn chance_of_a_guess(rates: &Rates, length: CodeLength) -> Chance {
    let guesses_a_day = rates.most_in(DAY);
    let in_a_day = (guesses_a_day as f64 / 10_f64.powi(i32::from(length.digits()))).min(1.0);
    Chance { guesses_a_day, in_a_day, in_a_year: 1.0 - (1.0 - in_a_day).powi(365) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_keep_the_promise() {
        let rates = Rates::parse("10/h, 20/d").expect("rates");
        let chance = chance_of_a_guess(&rates, CodeLength::new(6).expect("a length"));
        assert_eq!(chance.guesses_a_day, 20);
        assert!(chance.in_a_day <= 2e-5, "{chance:?}");
        assert!((0.0072..0.0073).contains(&chance.in_a_year), "{chance:?}");
    }

    #[test]
    fn it_is_never_more_than_certain() {
        let rates = Rates::parse("1000000/s").expect("rates");
        let chance = chance_of_a_guess(&rates, CodeLength::new(4).expect("a length"));
        assert!((chance.in_a_day - 1.0).abs() < f64::EPSILON && (chance.in_a_year - 1.0).abs() < f64::EPSILON);
    }
}
