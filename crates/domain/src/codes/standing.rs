//! Where a code stands, for callers that hold its handle and ask.

use serde::Serialize;

use crate::challenge::PendingChallenge;
use crate::clock::Timestamp;

/// Where a code stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It can be typed.
    Pending,
    /// It was typed rightly.
    Verified,
    /// Its time is over.
    Expired,
    /// All guesses are spent.
    TooManyAttempts,
    /// A newer code took its place, or it was cancelled.
    Superseded,
}

impl Standing {
    /// Where it stands at `now`.
    pub(crate) fn of(pending: &PendingChallenge, now: Timestamp) -> Self {
        if pending.verified_at.is_some() {
            Self::Verified
        } else if pending.superseded_at.is_some() {
            Self::Superseded
        } else if now >= pending.challenge.expires_at {
            Self::Expired
        } else if pending.attempts_left() == 0 {
            Self::TooManyAttempts
        } else {
            Self::Pending
        }
    }

    /// Whether another code in its place would be for nobody: it was verified or given up.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Verified | Self::Superseded)
    }
}
