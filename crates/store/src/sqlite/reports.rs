//! What providers report of messages they took.

use otpd_domain::Timestamp;
use otpd_domain::message::{DeliveryReport, MessageId, ReportedStage};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::columns::word;

const FIND: &str = "SELECT id, reported FROM outbox \
     WHERE transport = ?1 AND reference = ?2 ORDER BY id DESC LIMIT 1";

const NOTE: &str = "UPDATE outbox SET reported = ?2, reported_error = ?3, reported_at = ?4 WHERE id = ?1";

/// Notes a report, unless the message has come as far already. False when no message has that reference.
pub(super) fn record_report(connection: &Connection, report: &DeliveryReport, now: Timestamp) -> Result<bool> {
    let mut statement = connection.prepare_cached(FIND)?;
    let found = statement.query_row(params![report.transport, report.reference], |row| {
        let reported = row.get_ref(1)?.as_str_or_null()?.is_some();
        Ok((MessageId::from_bytes(row.get(0)?), if reported { Some(word(row, 1, stage)?) } else { None }))
    });
    let Some((id, before)) = found.optional()? else { return Ok(false) };
    // `None` comes before every stage.
    if before < Some(report.stage) {
        let values = params![id.as_bytes(), report.stage.as_str(), report.error_code, now.as_millis()];
        connection.prepare_cached(NOTE)?.execute(values)?;
    }
    Ok(true)
}

fn stage(word: &str) -> Option<ReportedStage> {
    [ReportedStage::Sent, ReportedStage::Undelivered, ReportedStage::Delivered]
        .into_iter()
        .find(|stage| stage.as_str() == word)
}

/// The statements of this file that run beside people's requests.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[FIND, NOTE];
