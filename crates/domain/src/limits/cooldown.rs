//! Waits between sends.

use std::sync::Arc;
use std::time::Duration;

use super::{LimitError, parse_duration};

/// How long a person waits between two sends: `30s, 60s, 120s`. The last one repeats. Clones share the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cooldown(Arc<[Duration]>);

impl Cooldown {
    /// Reads a list such as `30s, 60s, 120s`.
    ///
    /// # Errors
    /// When it is empty or a part is no duration.
    pub fn parse(text: &str) -> Result<Self, LimitError> {
        if text.trim().is_empty() {
            return Err(LimitError::Empty("30s, 60s, 120s"));
        }
        text.split(',').map(parse_duration).collect::<Result<_, _>>().map(Self)
    }

    /// The wait after the send number `sends` (0 is the first one).
    pub fn after_send(&self, sends: u32) -> Duration {
        let last = self.0.len().saturating_sub(1);
        let index = usize::try_from(sends).unwrap_or(last).min(last);
        self.0.get(index).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_cooldown_repeats() {
        let cooldown = Cooldown::parse("30s, 60s, 120s").expect("a list");
        let waits: Vec<u64> = (0..5).map(|n| cooldown.after_send(n).as_secs()).collect();
        assert_eq!(waits, [30, 60, 120, 120, 120]);
        assert!(Cooldown::parse(" ").is_err());
    }
}
