//! The server's clock, which is sometimes set back.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use otpd_domain::{Clock, Timestamp};

/// A moment, told twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// What the server's clock shows.
    pub shown: Timestamp,
    /// How far it has run forwards in all. What was counted a day ago by the clock was never counted less than a day ago by
    /// this, however often the clock was set back and put right: limits are held against it.
    pub run: Timestamp,
}

/// The server's clock.
#[derive(Debug)]
pub struct SimClock {
    shown: AtomicI64,
    run: AtomicI64,
}

impl SimClock {
    /// A clock that shows `start`.
    pub fn at(start: Timestamp) -> Self {
        Self { shown: AtomicI64::new(start.as_millis()), run: AtomicI64::new(start.as_millis()) }
    }

    /// Runs on.
    pub fn advance(&self, step: Duration) {
        let step = millis(step);
        self.shown.fetch_add(step, Ordering::SeqCst);
        self.run.fetch_add(step, Ordering::SeqCst);
    }

    /// Is set back.
    pub fn set_back(&self, step: Duration) {
        self.shown.fetch_sub(millis(step), Ordering::SeqCst);
    }

    /// This moment.
    pub fn moment(&self) -> Moment {
        let read = |clock: &AtomicI64| Timestamp::from_millis(clock.load(Ordering::SeqCst));
        Moment { shown: read(&self.shown), run: read(&self.run) }
    }
}

impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        self.moment().shown
    }
}

fn millis(step: Duration) -> i64 {
    i64::try_from(step.as_millis()).unwrap_or(i64::MAX)
}
