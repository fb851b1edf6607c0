//! Limits, as those see them who run the server.

use crate::audit::{AuditEvent, NewAuditEntry};
use crate::limits::{Chance, chance_of_a_guess};
use crate::ports::{AuditQuery, LimitStore};
use crate::sms::{BlockState, NumberBlock, SmsSpending};
use crate::visitor::Trail;
use crate::{Domain, Fault, Policy};

/// Most blocks that are listed.
const LISTED: u32 = 1_000;

/// The chance that a code of an account is guessed, for the shortest codes that sign somebody in, activate an account, or set
/// a password.
pub fn chance_of_guessing_an_account(policy: &Policy) -> Chance {
    let lengths = [policy.sign_in.length, policy.registration.codes.length];
    let shortest = lengths.into_iter().min_by_key(|length| length.digits()).unwrap_or(policy.sign_in.length);
    chance_of_a_guess(&policy.limits.guesses.codes, shortest)
}

/// Blocks of numbers with how many of their codes were typed; the closed ones first. Without a guard there are none.
///
/// # Errors
/// When the store fails.
pub async fn list_blocks(domain: &Domain) -> Result<Vec<BlockState>, Fault> {
    let limits: &dyn LimitStore = domain.ports.limits.as_ref();
    match &domain.policy.limits.sms.guard {
        Some(guard) => Ok(limits.blocks(guard, LISTED, domain.clock.now()).await?),
        None => Ok(Vec::new()),
    }
}

/// How many blocks are closed now.
///
/// # Errors
/// When the store fails.
pub async fn closed_blocks(domain: &Domain) -> Result<usize, Fault> {
    let now = domain.clock.now();
    let blocks = list_blocks(domain).await?;
    Ok(blocks.iter().filter(|block| block.closed_until.is_some_and(|end| now < end)).count())
}

/// Opens a closed block, whose counts begin anew. False when it is not closed.
///
/// # Errors
/// When the store fails.
pub async fn open_block(domain: &Domain, block: &NumberBlock, by: &Trail) -> Result<bool, Fault> {
    let now = domain.clock.now();
    let opened = domain.ports.limits.open_block(block, now).await?;
    if opened {
        let entry = NewAuditEntry::new(AuditEvent::BlockOpened, by.clone()).saying(block.to_string());
        domain.ports.audit.append(entry, now).await?;
    }
    Ok(opened)
}

/// What text messages have cost today (UTC).
///
/// # Errors
/// When the store fails.
pub async fn sms_spending(domain: &Domain) -> Result<SmsSpending, Fault> {
    Ok(domain.ports.limits.sms_spending(domain.clock.now()).await?)
}

/// Lines of the audit trail, the latest first.
///
/// # Errors
/// When the store fails.
pub async fn read_audit(domain: &Domain, query: AuditQuery) -> Result<Vec<crate::audit::AuditEntry>, Fault> {
    Ok(domain.ports.audit.list(query).await?)
}
