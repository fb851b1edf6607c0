//! Moments and spans as pages show them.

use std::time::Duration;

use otpd_domain::Timestamp;
use serde::Serialize;

/// A moment for a `<time>` element: for machines, and in plain UTC for people whose browser runs no script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moment {
    /// RFC 3339.
    pub iso: String,
    /// Such as `2026-11-21 02:50 UTC`: read alike in every language.
    pub text: String,
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        // A date outside the calendar can only come from a broken store; show the epoch rather than fail.
        let at = jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or_default();
        Self { iso: at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(), text: at.strftime("%Y-%m-%d %H:%M UTC").to_string() }
    }
}

/// Seconds of a span a person has to wait, begun ones counted whole: "0" means now.
pub fn whole_seconds(span: Duration) -> u64 {
    span.as_secs() + u64::from(span.subsec_nanos() > 0)
}

/// A span as a clock shows it: `4:05`, `1:00:05`.
pub fn clock(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours == 0 { format!("{minutes}:{seconds:02}") } else { format!("{hours}:{minutes:02}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_spans_are_written_plainly() {
        let moment = Moment::from(Timestamp::from_millis(1_795_229_400_123));
        assert_eq!((moment.iso.as_str(), moment.text.as_str()), ("2026-11-21T02:50:00Z", "2026-11-21 02:50 UTC"));
        assert_eq!(Moment::from(Timestamp::from_millis(i64::MAX)).text, "1970-01-01 00:00 UTC");
        assert_eq!([0, 65, 600, 3_605].map(clock), ["0:00", "1:05", "10:00", "1:00:05"]);
        assert_eq!(whole_seconds(Duration::from_millis(29_001)), 30);
        assert_eq!(whole_seconds(Duration::ZERO), 0);
    }
}
