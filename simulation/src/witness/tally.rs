//! When something was done.

use std::time::Duration;

use crate::clock::Moment;

/// When something was done.
#[derive(Clone, Debug, Default)]
pub struct Tally(Vec<Moment>);

impl Tally {
    /// Once more.
    pub fn add(&mut self, at: Moment) {
        self.0.push(at);
    }

    /// One less: the one of that moment.
    pub fn take_back(&mut self, shown: otpd_domain::Timestamp) {
        if let Some(index) = self.0.iter().rposition(|at| at.shown == shown) {
            self.0.remove(index);
        }
    }

    /// How often while the clock ran that far: no limit may let more through.
    pub fn while_it_ran(&self, stretch: Duration, now: Moment) -> usize {
        self.0.iter().filter(|at| now.run < at.run.after(stretch)).count()
    }

    /// How often by what the clock showed: what a limit may count, those of a future that was set back included.
    pub fn as_it_showed(&self, stretch: Duration, now: Moment) -> usize {
        self.0.iter().filter(|at| now.shown < at.shown.after(stretch)).count()
    }

    /// Nothing is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Forgets what is over for both ways to count.
    pub fn forget(&mut self, horizon: Moment) {
        self.0.retain(|at| at.run >= horizon.run || at.shown >= horizon.shown);
    }
}
