//! Telling two series of measurements apart by rank: what an observer with a stopwatch could learn.

use std::time::Duration;

/// The chance that a measurement of the first series is greater than one of the second, ties counting half: the area under
/// the curve of the best single threshold. 0.5 when nobody can tell the two apart.
///
/// # Panics
/// When a series is empty.
pub fn auc(first: &[Duration], second: &[Duration]) -> f64 {
    assert!(!first.is_empty() && !second.is_empty(), "nothing was measured");
    let mut sorted = second.to_vec();
    sorted.sort_unstable();
    let below =
        |it: &Duration| sorted.partition_point(|other| other < it) + sorted.partition_point(|other| other <= it);
    let halves: usize = first.iter().map(below).sum();
    as_f64(halves) / (2.0 * as_f64(first.len()) * as_f64(second.len()))
}

fn as_f64(number: usize) -> f64 {
    f64::from(u32::try_from(number).expect("fewer than four thousand million pairs"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_and_the_middle() {
        let of = |numbers: &[u64]| numbers.iter().map(|number| Duration::from_millis(*number)).collect::<Vec<_>>();
        let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-9, "{found}");
        near(auc(&of(&[1, 2]), &of(&[3, 4])), 0.0);
        near(auc(&of(&[3, 4]), &of(&[1, 2])), 1.0);
        near(auc(&of(&[1, 2, 3]), &of(&[1, 2, 3])), 0.5);
        near(auc(&of(&[5]), &of(&[1, 9, 5, 2])), 0.625);
    }
}
