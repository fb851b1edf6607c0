//! Names of challenges.

use uuid::Builder;

use crate::clock::Timestamp;
use crate::id::time_ordered_id;

time_ordered_id! {
    /// Names a challenge.
    ChallengeId
}

impl ChallengeId {
    /// The smallest id that a challenge created at `moment` can have: everything older sorts before it.
    pub fn floor(moment: Timestamp) -> Self {
        let millis = u64::try_from(moment.as_millis()).unwrap_or_default();
        Self(Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid())
    }
}
