//! Ids: version 7 UUIDs. Their order is the order of creation, so that rows made together lie together in a store.

use uuid::{Builder, Uuid};

use crate::clock::Timestamp;
use crate::entropy::{Entropy, EntropyError, random};

/// A fresh, time-ordered UUID.
pub(crate) fn new_uuid(now: Timestamp, entropy: &dyn Entropy) -> Result<Uuid, EntropyError> {
    let millis = u64::try_from(now.as_millis()).unwrap_or_default();
    Ok(Builder::from_unix_timestamp_millis(millis, &random(entropy)?).into_uuid())
}

/// Makes a type of ids: what all of them can.
macro_rules! time_ordered_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// A fresh id.
            ///
            /// # Errors
            /// When there is no randomness.
            pub fn generate(
                now: $crate::Timestamp,
                entropy: &dyn $crate::Entropy,
            ) -> Result<Self, $crate::EntropyError> {
                $crate::id::new_uuid(now, entropy).map(Self)
            }

            /// The id of sixteen stored bytes.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(uuid::Uuid::from_bytes(bytes))
            }

            /// The sixteen bytes stores keep.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// Reads the text form, as it is shown.
            pub fn parse(text: &str) -> Option<Self> {
                uuid::Uuid::try_parse(text).ok().map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

pub(crate) use time_ordered_id;
