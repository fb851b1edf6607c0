//! A clock that tests set.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use otpd_domain::{Clock, Timestamp};

/// Stands still until a test moves it, in either direction.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that shows `moment`.
    pub const fn at(moment: Timestamp) -> Self {
        Self(AtomicI64::new(moment.as_millis()))
    }

    /// Shows `moment` from now on.
    pub fn set(&self, moment: Timestamp) {
        self.0.store(moment.as_millis(), Ordering::SeqCst);
    }

    /// Goes on by `step`; says what it shows then.
    pub fn advance(&self, step: Duration) -> Timestamp {
        let moment = self.now().after(step);
        self.set(moment);
        moment
    }

    /// Jumps back by `step`, as a corrected clock does; says what it shows then.
    pub fn go_back(&self, step: Duration) -> Timestamp {
        let moment = self.now().before(step);
        self.set(moment);
        moment
    }
}

impl Default for FixedClock {
    /// Shows [`crate::sample::NOW`].
    fn default() -> Self {
        Self::at(crate::sample::NOW)
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}
