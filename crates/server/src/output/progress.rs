//! How far long work is, on the standard error, where somebody looks at it.

use std::io::{IsTerminal, Write, stderr};
use std::time::{Duration, Instant};

/// Shows a count that grows. Where the standard error is no terminal it is silent: logs need no progress.
pub struct Progress {
    what: &'static str,
    shown_at: Option<Instant>,
    started_at: Instant,
    wanted: bool,
}

impl Progress {
    /// Nothing shows within this time, and then not more often than this.
    const EVERY: Duration = Duration::from_millis(250);

    /// Progress of that many `what` done.
    pub fn new(what: &'static str) -> Self {
        Self { what, shown_at: None, started_at: Instant::now(), wanted: stderr().is_terminal() }
    }

    /// So many are done.
    pub fn update(&mut self, done: u64, total: Option<u64>) {
        if !self.wanted || self.shown_at.unwrap_or(self.started_at).elapsed() < Self::EVERY {
            return;
        }
        let of = total.map(|total| format!(" of {total}")).unwrap_or_default();
        let _ = write!(stderr(), "\r\u{1b}[K{done}{of} {}", self.what);
        self.shown_at = Some(Instant::now());
    }
}

impl Drop for Progress {
    /// Clears the line.
    fn drop(&mut self) {
        if self.shown_at.is_some() {
            let _ = write!(stderr(), "\r\u{1b}[K");
        }
    }
}
