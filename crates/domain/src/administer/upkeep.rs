//! Clean-up and figures.

use crate::clock::Timestamp;
use crate::ports::{CleanedUp, Retention, Stats};
use crate::{Domain, Fault};

/// Deletes what is finished and older than the retention.
///
/// # Errors
/// When the store fails; what was deleted until then stays deleted.
pub async fn clean_up(domain: &Domain, retention: Retention) -> Result<CleanedUp, Fault> {
    Ok(domain.ports.upkeep.clean_up(retention, domain.clock.now()).await?)
}

/// How many messages are waiting or being tried.
///
/// # Errors
/// When the store fails.
pub async fn waiting_messages(domain: &Domain) -> Result<u64, Fault> {
    Ok(domain.ports.upkeep.waiting().await?)
}

/// The figures, with "today" from `day_start` on.
///
/// # Errors
/// When the store fails.
pub async fn stats(domain: &Domain, day_start: Timestamp) -> Result<Stats, Fault> {
    Ok(domain.ports.upkeep.stats(day_start, domain.clock.now()).await?)
}
