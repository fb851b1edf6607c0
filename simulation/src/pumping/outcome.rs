//! What a day came to.

use std::collections::BTreeMap;

use otpd_domain::sms::Money;

/// What one kind of people came to.
#[derive(Clone, Debug, Default)]
pub struct Share {
    /// People who asked for a code.
    pub people: u64,
    /// Codes asked for, those asked for again included.
    pub asked: u64,
    /// Codes sent.
    pub sent: u64,
    /// What they cost.
    pub spent: Money,
    /// Codes typed rightly.
    pub typed: u64,
    /// People who were denied a code at first.
    pub denied: u64,
    /// Of them, those who got one when they asked again.
    pub late: u64,
    /// Minutes that all of those waited together.
    pub waited: u64,
    /// Denials by what stood in the way.
    pub by: BTreeMap<&'static str, u64>,
}

impl Share {
    /// People who got no code at all.
    pub fn never(&self) -> u64 {
        self.denied - self.late
    }
}

/// What a day came to.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Honest people.
    pub honest: Share,
    /// The fraudster.
    pub fraud: Share,
    /// Of each block that was attacked and closed: minutes from its first code to the first that was denied for it.
    pub closed_after: Vec<u64>,
    /// Blocks that the fraudster sent to.
    pub attacked: u64,
    /// Honest people denied a code in blocks that nobody attacked.
    pub bystanders: u64,
    /// Seconds of the machine.
    pub seconds: f64,
}

impl Outcome {
    /// In the middle of those blocks: minutes until it was closed.
    pub fn median_minutes(&self) -> Option<u64> {
        let mut minutes = self.closed_after.clone();
        minutes.sort_unstable();
        minutes.get(minutes.len() / 2).copied()
    }
}
