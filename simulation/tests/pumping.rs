//! A small day of pumping, as dense as a large one.

use otpd_simulation::pumping::{Attack, Day, Defence, Outcome, run};

fn day(attack: Attack) -> Day {
    Day { seed: 1, sends: 5_000, fraud: 20, typed: 75, attack }
}

fn both(attack: Attack) -> (Outcome, Outcome) {
    let nothing = Defence::new("nothing", false, false, None);
    (run(&day(attack), &nothing), run(&day(attack), &Defence::by_default()))
}

#[test]
fn a_block_that_nobody_types_from_is_closed_and_most_of_the_money_kept() {
    for attack in [Attack::OneBlock, Attack::ManyBlocks { typed: 0 }] {
        let (without, with) = both(attack);
        assert!(without.fraud.sent > 900, "{attack:?}: {without:?}");
        assert!(with.fraud.spent.times(4) < without.fraud.spent, "{attack:?}: {with:?}");
        assert!(!with.closed_after.is_empty(), "{attack:?}: {with:?}");
        assert_eq!(without.closed_after.len(), 0);
    }
}

#[test]
fn honest_people_elsewhere_get_their_codes() {
    let (without, with) = both(Attack::ManyBlocks { typed: 0 });
    assert_eq!(with.bystanders, without.bystanders, "{with:?}");
    assert_eq!(with.honest.typed, without.honest.typed, "{with:?}");
    assert!(with.honest.sent > 3_900, "{with:?}");
}
