//! Ids: time-ordered, so that rows made together lie together.

use std::fmt;

use uuid::{Builder, Uuid};

use crate::clock::Timestamp;
use crate::entropy::{Entropy, EntropyError, random};

/// Names a challenge. A version 7 UUID: its order is the order of creation, which keeps the newest rows of a
/// store side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChallengeId(Uuid);

/// A fresh, time-ordered UUID.
pub(crate) fn new_uuid(now: Timestamp, entropy: &dyn Entropy) -> Result<Uuid, EntropyError> {
    let millis = u64::try_from(now.as_millis()).unwrap_or_default();
    Ok(Builder::from_unix_timestamp_millis(millis, &random(entropy)?).into_uuid())
}

impl ChallengeId {
    /// A fresh id.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn generate(now: Timestamp, entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        new_uuid(now, entropy).map(Self)
    }

    /// The id of sixteen stored bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    /// The sixteen bytes stores keep.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// The smallest id that a challenge created at `moment` can have: everything older sorts before it.
    pub fn floor(moment: Timestamp) -> Self {
        let millis = u64::try_from(moment.as_millis()).unwrap_or_default();
        Self(Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid())
    }
}

impl fmt::Display for ChallengeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
