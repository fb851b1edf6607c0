//! Prints what SMS pumping costs on a day, with and without what is done about it: see `docs/pumping.md`.
//!
//! `cargo run --release -p otpd-simulation --bin pumping [SENDS_OF_THE_LARGE_DAY [SENDS_OF_THE_SMALL_ONES]]`

use std::time::Duration;

use otpd_domain::sms::{GuardPolicy, Money};
use otpd_simulation::pumping::{Attack, Day, Defence, Outcome, run, table};
use otpd_testkit::limits::guard;

const SEED: u64 = 20_261_121;
/// Codes asked for on the large day, and on each of the small ones.
const LARGE: u32 = 1_000_000;
const SMALL: u32 = 20_000;
const MANY: Attack = Attack::ManyBlocks { typed: 0 };

fn main() {
    let mut sends = std::env::args().skip(1).map(|text| text.parse().expect("a number of codes"));
    let (large, small) = (sends.next().unwrap_or(LARGE), sends.next().unwrap_or(SMALL));
    println!("A day of {large} codes, a fifth of them fraud:\n");
    print(large, &[(MANY, nothing()), (MANY, Defence::by_default())]);
    println!("\nDays of {small} codes, as dense:\n");
    print(small, &small_days(small));
    println!("\nOther guards, days of {small} codes:\n");
    print(small, &other_guards());
    println!("\nDays of {small} codes without fraud, when fewer people type theirs:\n");
    quiet_days(small);
}

fn nothing() -> Defence {
    Defence::new("nothing", false, false, None)
}

fn small_days(sends: u32) -> Vec<(Attack, Defence)> {
    // A quarter more than honest people cost.
    let ceiling = Money::from_millionths(i64::from(sends) * 8 / 10 * 20_000 * 5 / 4);
    let defences = [
        nothing(),
        Defence::new("rate", true, false, None),
        Defence::new("guard", false, true, None),
        Defence::by_default(),
        Defence::new("rate and ceiling", true, false, Some(ceiling)),
        Defence::new("all three", true, true, Some(ceiling)),
    ];
    let typing = |typed| Attack::ManyBlocks { typed };
    let attacks = [Attack::OneBlock, MANY, typing(20), typing(40), Attack::AmongHonest];
    attacks.into_iter().flat_map(|attack| defences.iter().map(move |defence| (attack, defence.clone()))).collect()
}

fn other_guards() -> Vec<(Attack, Defence)> {
    let hours = |hours| GuardPolicy { closed_for: Duration::from_hours(hours), ..guard() };
    let share = |least_share| GuardPolicy { least_share, ..guard() };
    let enough = |enough, enough_wide| GuardPolicy { enough, enough_wide, ..guard() };
    let guards = [
        ("at 10 %", share(0.1)),
        ("at 30 %", share(0.3)),
        ("at 40 %", share(0.4)),
        ("from 10 / 100 on", enough(10, 100)),
        ("from 50 / 500 on", enough(50, 500)),
        ("closed for 1 h", hours(1)),
        ("closed for 4 h", hours(4)),
    ];
    let guards = guards.map(|(name, guard)| Defence::guarded_by(name, guard));
    let attacks = [MANY, Attack::ManyBlocks { typed: 20 }, Attack::AmongHonest];
    attacks.into_iter().flat_map(|attack| guards.iter().map(move |guard| (attack, guard.clone()))).collect()
}

/// Days without fraud, on which fewer and fewer honest people type their code.
fn quiet_days(sends: u32) {
    let lived = [75, 50, 40, 30, 25].map(|typed| {
        let day = Day { seed: SEED, sends, fraud: 0, typed, attack: MANY };
        let defence = Defence { name: format!("{typed} % type it"), ..Defence::by_default() };
        (Attack::None, defence.clone(), run(&day, &defence))
    });
    println!("{}", table(&lived));
}

fn print(sends: u32, days: &[(Attack, Defence)]) {
    let lived = days.iter().map(|(attack, defence)| {
        let day = Day { seed: SEED, sends, fraud: 20, typed: 75, attack: *attack };
        let outcome: Outcome = run(&day, defence);
        eprintln!("{}, {}: {:.1} s", attack.name(), defence.name, outcome.seconds);
        (*attack, defence.clone(), outcome)
    });
    println!("{}", table(&lived.collect::<Vec<_>>()));
}
