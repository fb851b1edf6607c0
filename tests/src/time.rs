//! The time outside: what the server under test reads, too.

use std::time::SystemTime;

/// Milliseconds since the Unix epoch.
#[allow(clippy::disallowed_methods, reason = "the server under test runs on the system's clock")]
pub fn now_millis() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
