//! The real time and the real randomness: the only place that hands them in.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use otpd_domain::{Clock, Entropy, EntropyError, Timestamp};

/// The system's clock, which within a process never goes back.
///
/// When the wall clock is set back, time goes on from where it was, at its usual pace: no code or session that was dead
/// comes to life, and nothing that is due waits for the clock to catch up. Set forward, or after a sleep of the machine,
/// it follows.
pub struct SystemClock;

#[allow(clippy::disallowed_methods, reason = "this is the clock everybody else is handed")]
static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);
/// How far the wall clock was ahead of the process's own time, at most, in milliseconds.
static AHEAD: AtomicI64 = AtomicI64::new(i64::MIN);

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the clock everybody else is handed")]
    fn now(&self) -> Timestamp {
        let wall = millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default());
        let running = millis(STARTED.elapsed());
        Timestamp::from_millis(never_back(&AHEAD, wall, running))
    }
}

fn never_back(ahead: &AtomicI64, wall: i64, running: i64) -> i64 {
    let now_ahead = wall - running;
    running + ahead.fetch_max(now_ahead, Ordering::Relaxed).max(now_ahead)
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// The operating system's random source.
pub struct OsEntropy;

impl Entropy for OsEntropy {
    #[allow(clippy::disallowed_methods, reason = "this is the source everybody else is handed")]
    fn fill(&self, dest: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(dest).map_err(|_| EntropyError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_set_back_goes_on_from_where_it_was() {
        let ahead = AtomicI64::new(i64::MIN);
        assert_eq!(never_back(&ahead, 1_000, 0), 1_000);
        assert_eq!(never_back(&ahead, 1_010, 10), 1_010);
        assert_eq!(never_back(&ahead, 500, 20), 1_020, "set back");
        assert_eq!(never_back(&ahead, 510, 30), 1_030, "at its usual pace");
        assert_eq!(never_back(&ahead, 9_000, 40), 9_000, "set forward");
        assert_eq!(never_back(&ahead, 1_060, 60), 9_020, "and back");
    }
}
