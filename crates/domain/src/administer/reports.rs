//! A provider reports on a message it took.

use crate::message::DeliveryReport;
use crate::{Domain, Fault};

/// Notes the report. The same one again, or one that comes late, changes nothing. False when no message has that
/// reference.
///
/// # Errors
/// When the store fails; the provider should try again then.
pub async fn record_report(domain: &Domain, report: DeliveryReport) -> Result<bool, Fault> {
    let DeliveryReport { transport, reference, stage, error_code } = &report;
    tracing::debug!(transport, reference, stage = stage.as_str(), error_code, "report on a message");
    Ok(domain.ports.outbox.record_report(report, domain.clock.now()).await?)
}
