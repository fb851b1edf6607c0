//! Tickets of patience.

use super::*;

const MINUTE: i64 = 60_000;

fn judged(ticket: &str, now: Timestamp) -> Handed {
    proofs().check(ticket, HOME, now)
}

#[test]
fn a_ticket_counts_after_a_minute_and_until_ten_are_over() {
    let task = task();
    assert_eq!(task.patience, Duration::from_mins(1));
    let counts = Handed::Patience { patience: Duration::from_mins(1) };
    let too_early = |wait| Handed::TooEarly { wait: Duration::from_millis(wait) };
    for (millis, wanted) in [
        (0, too_early(60_000)),
        (1, too_early(59_999)),
        (MINUTE - 1, too_early(1)),
        (MINUTE, counts.clone()),
        (10 * MINUTE - 1, counts),
        (10 * MINUTE, Handed::Wrong),
        (i64::MAX / 2, Handed::Wrong),
    ] {
        assert_eq!(judged(&task.ticket, after(millis)), wanted, "{millis} ms later");
    }
}

#[test]
fn a_ticket_of_the_future_is_not_waited_for() {
    assert_eq!(judged(&task().ticket, after(-1)), Handed::Wrong);
    assert_eq!(judged(&task().ticket, Timestamp::from_millis(i64::MIN)), Handed::Wrong);
}

#[test]
fn a_ticket_counts_in_its_network_only() {
    let ticket = task().ticket;
    assert_eq!(proofs().check(&ticket, AWAY, after(MINUTE)), Handed::Wrong);
    // Networks have no fixed length: none may be read out of the beginning of another.
    assert_eq!(proofs().check(&ticket, "192.0.2.11", after(MINUTE)), Handed::Wrong);
    assert_eq!(proofs().check(&ticket, "192.0.2.", after(MINUTE)), Handed::Wrong);
}

#[test]
fn a_ticket_outlives_a_new_key_but_not_the_loss_of_its_own() {
    let ticket = task().ticket;
    let counts = Handed::Patience { patience: Duration::from_mins(1) };
    assert_eq!(proofs_of(&[1, 2]).check(&ticket, HOME, after(MINUTE)), counts);
    assert_eq!(proofs_of(&[2, 3]).check(&ticket, HOME, after(MINUTE)), Handed::Wrong);
}

proptest! {
    #[test]
    fn no_changed_ticket_counts(place in 0..54_usize, other in "[A-Za-z0-9_-]") {
        let ticket = task().ticket;
        prop_assert_eq!(ticket.len(), 54);
        let mut changed = ticket.clone();
        changed.replace_range(place..=place, &other);
        prop_assume!(changed != ticket);
        prop_assert_eq!(judged(&changed, after(MINUTE)), Handed::Wrong);
    }
}
