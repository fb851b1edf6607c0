//! Years of sign-ins, attacks and crashes. A violation prints its seed and the last events.

use otpd_simulation::year::{Report, play};

/// The seed that is always played.
const FIXED: u64 = 20_261_121;

/// A number from the environment.
fn setting(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is a whole number, not \"{text}\"")))
}

/// Days of a run: a year, or as many years as `OTPD_SIM_YEARS` says.
fn days() -> u64 {
    setting("OTPD_SIM_YEARS").map_or(365, |years| years * 365)
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

/// `OTPD_SIM_SEED` plays that one instead.
#[test]
fn a_year_of_one_seed_keeps_every_promise() {
    let report = holds(setting("OTPD_SIM_SEED").unwrap_or(FIXED), days());
    // A year in which nothing happened would show nothing.
    let figures = report.figures;
    assert!(report.crashes > 20, "{report}");
    assert!(figures.long > 0 && figures.over_budget > 0 && figures.duplicates > 0, "{report}");
    assert!(figures.denied > 0 && figures.activated > 0 && figures.most_wrong_in_a_day == 20, "{report}");
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
