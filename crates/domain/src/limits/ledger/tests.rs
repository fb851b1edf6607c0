use proptest::prelude::*;

use super::*;

fn rates(text: &str) -> Rates {
    Rates::parse(text).expect("rates")
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000)
}

/// Spends whenever there is room, at each of these moments; says at which it was let through.
fn let_through(rates: &Rates, moments: &[i64]) -> Vec<i64> {
    let mut ledger = Ledger::default();
    let mut through = Vec::new();
    for second in moments {
        if ledger.room(rates, at(*second)).is_ok() {
            ledger.spend(rates, 0, rates.reach(), at(*second));
            through.push(*second);
        }
    }
    through
}

#[test]
fn room_comes_back_to_the_second() {
    let rates = rates("3/10m");
    assert_eq!(let_through(&rates, &[0, 1, 2, 3, 599, 600, 601, 602, 603]), [0, 1, 2, 600, 601, 602]);
}

#[test]
fn the_moment_told_is_the_first_with_room() {
    let rates = rates("2/m, 3/h");
    let mut ledger = Ledger::default();
    for second in [0, 10, 70] {
        assert_eq!(ledger.room(&rates, at(second)), Ok(()));
        ledger.spend(&rates, 0, rates.reach(), at(second));
    }
    assert_eq!(ledger.room(&rates, at(80)), Err(at(3_600)));
    assert_eq!(ledger.room(&rates, at(3_600)), Ok(()));
}

#[test]
fn what_is_given_back_is_that_one_alone() {
    let rates = rates("2/h");
    let mut ledger = Ledger::default();
    ledger.spend(&rates, 1, rates.reach(), at(0));
    let noted = ledger.spend(&rates, 1, rates.reach(), at(5));
    ledger.give_back(noted, 2);
    assert!(ledger.room(&rates, at(6)).is_err(), "another mark is another's");
    ledger.give_back(noted, 1);
    assert_eq!(ledger.room(&rates, at(6)), Ok(()));
    assert_eq!(ledger.count(Duration::from_hours(1), at(6)), 1);
    ledger.give_back(at(0), 1);
    assert!(ledger.is_empty());
}

#[test]
fn what_was_refused_unseen_counts_for_what_is_told_alone() {
    let rates = rates("2/h");
    let mut ledger = Ledger::default();
    for _ in 0..2 {
        ledger.spend(&rates, 1, rates.reach(), at(0));
    }
    for second in [1, 2] {
        assert!(ledger.room(&rates, at(second)).is_err());
        assert_eq!(ledger.room_marked(2, &rates, at(second)), Ok(()), "as for a contact that nobody has");
        ledger.note_uncompared(&rates, 2, rates.reach(), at(second));
    }
    assert_eq!(ledger.room_marked(2, &rates, at(3)), Err(at(3_601)), "and then no longer");
    assert_eq!(ledger.room(&rates, at(3_600)), Ok(()), "the budget comes back as if they had not been");
    assert_eq!(ledger.count(Duration::from_hours(1), at(3)), 2);
}

#[test]
fn waits_grow_and_begin_anew_when_the_series_is_over() {
    let (rates, cooldown) = (rates("100/d"), Cooldown::parse("30s, 60s, 120s").expect("a list"));
    let hour = Duration::from_hours(1);
    let mut ledger = Ledger::default();
    for (sent, next) in [(0, 30), (30, 90), (90, 210), (210, 330)] {
        assert_eq!(ledger.rested(7, &cooldown, hour, at(sent)), Ok(()));
        ledger.spend(&rates, 7, rates.reach(), at(sent));
        assert_eq!(ledger.rested(7, &cooldown, hour, at(sent)), Err(at(next)));
        assert_eq!(ledger.rested(8, &cooldown, hour, at(sent)), Ok(()), "another mark has waits of its own");
    }
    ledger.spend(&rates, 7, rates.reach(), at(5_000));
    assert_eq!(ledger.rested(7, &cooldown, hour, at(5_001)), Err(at(5_030)));
}

#[test]
fn a_clock_set_back_gives_nothing_back() {
    let rates = rates("2/h");
    let mut ledger = Ledger::default();
    ledger.spend(&rates, 0, rates.reach(), at(10_000));
    ledger.spend(&rates, 0, rates.reach(), at(10_001));
    assert!(ledger.room(&rates, at(0)).is_err());
    assert!(ledger.room(&rates, at(13_599)).is_err());
    assert_eq!(ledger.room(&rates, at(13_600)), Ok(()));
}

#[test]
fn high_rates_are_kept_in_few_slots() {
    let rates = rates("100000/h");
    let mut ledger = Ledger::default();
    let mut through = 0;
    for tick in 0..200_000 {
        let now = Timestamp::from_millis(tick * 10);
        if ledger.room(&rates, now).is_ok() {
            ledger.spend(&rates, 0, rates.reach(), now);
            through += 1;
        }
    }
    assert_eq!(through, 100_000);
    assert!(ledger.to_bytes().len() <= 2 * 64 * ENTRY);
}

proptest! {
    #[test]
    fn what_is_written_reads_back(moments in proptest::collection::vec((0_i64..1_000_000, 0_u8..3), 0..40)) {
        let rates = rates("1000000/d");
        let mut ledger = Ledger::default();
        for (moment, mark) in moments {
            ledger.spend(&rates, mark, rates.reach(), at(moment));
        }
        prop_assert_eq!(Ledger::from_bytes(&ledger.to_bytes()), Some(ledger));
    }

    #[test]
    fn never_more_than_the_rate_in_any_stretch(
        sends in prop_oneof![1_u32..8, 101_u32..140],
        seconds in 10_i64..200,
        steps in proptest::collection::vec(0_i64..7, 1..400),
    ) {
        let rates = rates(&format!("{sends}/{seconds}s"));
        let mut now = 0;
        let moments: Vec<i64> = steps.iter().map(|step| { now += step; now }).collect();
        let through = let_through(&rates, &moments);
        for start in &through {
            let in_stretch = through.iter().filter(|moment| (*start..*start + seconds).contains(*moment)).count();
            prop_assert!(in_stretch <= sends as usize, "{} in {} s from {}", in_stretch, seconds, start);
        }
    }
}
