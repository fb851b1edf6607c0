//! How long to wait before the next try.

use std::time::Duration;

use otpd_domain::Entropy;

/// Seconds after the first try, the second, and so on; the last one repeats. A code lives for minutes, so the waits
/// stay short.
const WAITS: [u64; 6] = [1, 2, 4, 8, 15, 30];
/// Up to this part of a wait is added at random, lest messages that failed together come back together.
const JITTER: f32 = 0.2;

/// The wait after a try that failed, `tries` having failed before it.
pub(super) fn backoff(tries: u32, entropy: &dyn Entropy) -> Duration {
    let index = usize::try_from(tries).unwrap_or(usize::MAX).min(WAITS.len() - 1);
    let wait = Duration::from_secs(WAITS[index]);
    let mut byte = [0];
    // Without randomness all wait the same, which is better than not waiting.
    let _ = entropy.fill(&mut byte);
    wait + wait.mul_f32(JITTER * f32::from(byte[0]) / 255.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use otpd_testkit::SeededEntropy;

    #[test]
    fn waits_grow_and_stay_within_their_jitter() {
        let entropy = SeededEntropy::new(7);
        for (tries, seconds) in [(0, 1), (1, 2), (2, 4), (3, 8), (4, 15), (5, 30), (6, 30), (u32::MAX, 30)] {
            let wait = backoff(tries, &entropy);
            let base = Duration::from_secs(seconds);
            assert!(wait >= base && wait <= base.mul_f32(1.0 + JITTER), "{tries}: {wait:?}");
        }
    }
}
