//! Who asks for codes on that day, and when.

use super::Day;
use super::attack::honest_number;
use crate::dice::Dice;

/// Minutes of a day.
pub const MINUTES: usize = 24 * 60;
/// How busy each hour is, from midnight on.
const HOURS: [u64; 24] = [2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 10, 9, 9, 9, 9, 10, 11, 12, 12, 11, 9, 6, 3];

/// Somebody who wants a code, or the fraudster in their name.
#[derive(Clone, Debug)]
pub struct User {
    /// Twelve digits.
    pub number: u64,
    /// Whether it is the fraudster.
    pub is_fraud: bool,
    /// Types the code, when there is one.
    pub types: bool,
    /// The minute of the first ask.
    pub first: usize,
    /// How often a code was asked for.
    pub asks: u32,
}

/// Everybody who asks, by the minute.
pub fn arrivals(day: &Day, dice: &Dice) -> Vec<Vec<User>> {
    let mut minutes = vec![Vec::new(); MINUTES];
    let all: u64 = HOURS.iter().sum();
    for _ in 0..day.sends {
        let is_fraud = dice.below(100) < u64::from(day.fraud);
        // Machines ask around the clock.
        let hour = if is_fraud { dice.index(24) } else { busy_hour(dice.below(all)) };
        let first = hour * 60 + dice.index(60);
        let (number, share) = if is_fraud {
            (day.attack.number(dice, day.sends), day.attack.typed())
        } else {
            (honest_number(dice, day.sends), day.typed)
        };
        let types = dice.below(100) < u64::from(share);
        minutes[first].push(User { number, is_fraud, types, first, asks: 0 });
    }
    minutes
}

fn busy_hour(mut left: u64) -> usize {
    for (hour, weight) in HOURS.iter().enumerate() {
        if left < *weight {
            return hour;
        }
        left -= weight;
    }
    HOURS.len() - 1
}
