//! Fields that may be left out.

use serde::{Deserialize, Deserializer};

/// A field that may be left out but is not null: put `#[serde(default)]` beside it.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
