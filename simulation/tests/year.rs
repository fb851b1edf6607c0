//! Years of sign-ins, attacks and crashes. A violation prints its seed and the last events.

use otpd_simulation::year::{Home, Report, play};

/// The seed that is always played; its codes are in the database.
const FIXED: u64 = 20_261_121;
/// One whose codes are in memory.
const IN_MEMORY: u64 = 20_261_123;
/// Days of a year.
const YEAR: u64 = 365;

/// A number from the environment.
fn setting(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is a whole number, not \"{text}\"")))
}

/// Days of a run: a year, or as many years as `OTPD_SIM_YEARS` says.
fn days() -> u64 {
    setting("OTPD_SIM_YEARS").map_or(YEAR, |years| years * YEAR)
}

fn holds(seed: u64, days: u64) -> Report {
    match play(seed, days) {
        Ok(report) => {
            println!("{report}");
            report
        }
        Err(violation) => panic!("{violation}"),
    }
}

/// A seed that somebody has looked at: so much happens in its first year. One in which nothing happened would show
/// nothing.
fn holds_eventfully(seed: u64, home: Home) {
    let days = days();
    let report = holds(seed, days);
    assert_eq!(report.home, home);
    if days != YEAR {
        return;
    }
    let figures = report.figures;
    assert!(report.crashes > 20, "{report}");
    assert!(figures.long > 0 && figures.over_budget > 0 && figures.duplicates > 0, "{report}");
    assert!(figures.denied > 0 && figures.activated > 0 && figures.most_wrong_in_a_day == 20, "{report}");
}

/// `OTPD_SIM_SEED` plays that one instead, however much happens in it.
#[test]
fn a_year_of_one_seed_keeps_every_promise() {
    match setting("OTPD_SIM_SEED") {
        Some(seed) if seed != FIXED => drop(holds(seed, days())),
        _ => holds_eventfully(FIXED, Home::Database),
    }
}

#[test]
fn a_year_with_codes_in_memory_keeps_every_promise() {
    holds_eventfully(IN_MEMORY, Home::Memory);
}

#[test]
fn a_year_of_a_random_seed_keeps_every_promise() {
    // Printed with the report, and with a violation.
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    holds(seed, days());
}

#[test]
fn the_same_seed_is_the_same_story() {
    let (one, other) = (holds(7, 20), holds(7, 20));
    assert_eq!((one.events, one.hash), (other.events, other.hash));
    let another = holds(8, 20);
    assert_ne!(another.hash, holds(7, 20).hash);
}
