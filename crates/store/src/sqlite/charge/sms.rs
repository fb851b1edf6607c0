//! What a text message is charged to besides: its blocks of numbers, and the money for the day.

use otpd_domain::audit::{AuditEvent, NewAuditEntry};
use otpd_domain::ports::{Denied, LimitedBy, SmsCharge};
use otpd_domain::sms::{BlockWidth, GuardPolicy, NumberBlock, SmsSpending};
use otpd_domain::visitor::Trail;
use otpd_domain::{Timestamp, meters};
use rusqlite::{Connection, Result};

use super::Stop;
use crate::sqlite::audit::insert_entry;
use crate::sqlite::blocks::{Block, read_block, write_block};
use crate::sqlite::money::{add_spending, next_day, spending};

/// Blocks and money of one step, as they stand by now.
#[derive(Default)]
pub(super) struct SmsBook {
    blocks: Vec<Staged>,
    /// What was spent of the day before this step; read when there is a ceiling.
    before: Option<SmsSpending>,
    /// What this step spends.
    more: Option<SmsSpending>,
}

struct Staged {
    name: NumberBlock,
    block: Block,
    /// Under which guard something was sent there in this step.
    sent: Option<GuardPolicy>,
}

/// The blocks of a charge, the wide one first.
fn blocks_of(sms: &SmsCharge) -> [(BlockWidth, &NumberBlock); 2] {
    [(BlockWidth::Wide, &sms.wide), (BlockWidth::Narrow, &sms.narrow)]
}

impl SmsBook {
    /// Whether a block is closed. Without a guard none is.
    pub(super) fn ask_blocks(
        &mut self,
        connection: &Connection,
        sms: &SmsCharge,
        now: Timestamp,
    ) -> std::result::Result<(), Stop> {
        if sms.guard.is_none() {
            return Ok(());
        }
        for (_, name) in blocks_of(sms) {
            if let Some(retry_at) = self.block(connection, name, now)?.block.closed_until {
                return Err(Denied { by: LimitedBy::BlockClosed, retry_at }.into());
            }
        }
        Ok(())
    }

    /// Closes a block too few of whose codes were typed. That is written though nothing is sent.
    pub(super) fn judge_blocks(
        &mut self,
        connection: &Connection,
        sms: &SmsCharge,
        now: Timestamp,
    ) -> std::result::Result<(), Stop> {
        let Some(guard) = &sms.guard else { return Ok(()) };
        for (width, name) in blocks_of(sms) {
            let traffic = &self.block(connection, name, now)?.block.traffic;
            if traffic.decided(guard.window, now).closes(guard, width) {
                let retry_at = close(connection, name, guard, now)?;
                return Err(Denied { by: LimitedBy::BlockClosed, retry_at }.into());
            }
        }
        Ok(())
    }

    /// Whether there is money left for one segment.
    pub(super) fn ask_ceiling(
        &mut self,
        connection: &Connection,
        sms: &SmsCharge,
        now: Timestamp,
    ) -> std::result::Result<(), Stop> {
        let Some(ceiling) = sms.daily_ceiling else { return Ok(()) };
        let before = match self.before {
            Some(before) => before,
            None => *self.before.insert(spending(connection, now)?),
        };
        let so_far = before.spent.plus(self.more.unwrap_or_default().spent);
        if so_far.plus(sms.price) > ceiling {
            return Err(Denied { by: LimitedBy::Ceiling, retry_at: next_day(now) }.into());
        }
        Ok(())
    }

    /// Notes a send. One that does not go out leaves the same rows behind.
    pub(super) fn spend(&mut self, sms: &SmsCharge, goes_out: bool, now: Timestamp) {
        let more = self.more.get_or_insert_default();
        if goes_out {
            more.messages += 1;
            more.spent = more.spent.plus(sms.price);
        }
        let Some(guard) = &sms.guard else { return };
        for staged in &mut self.blocks {
            if staged.name == sms.wide || staged.name == sms.narrow {
                if goes_out {
                    staged.block.traffic.sent(guard.window, now);
                }
                staged.sent = Some(guard.clone());
            }
        }
    }

    /// Writes what was noted.
    pub(super) fn write(&self, connection: &Connection, now: Timestamp) -> Result<()> {
        for staged in &self.blocks {
            if let Some(guard) = &staged.sent {
                write_block(connection, &staged.name, &staged.block, guard, now)?;
            }
        }
        self.more.map_or(Ok(()), |more| add_spending(connection, more, now))
    }

    fn block(&mut self, connection: &Connection, name: &NumberBlock, now: Timestamp) -> Result<&Staged> {
        if let Some(index) = self.blocks.iter().position(|staged| staged.name == *name) {
            return Ok(&self.blocks[index]);
        }
        let block = read_block(connection, name, now)?;
        Ok(self.blocks.push_mut(Staged { name: name.clone(), block, sent: None }))
    }
}

/// Closes a block; says until when.
fn close(connection: &Connection, name: &NumberBlock, guard: &GuardPolicy, now: Timestamp) -> Result<Timestamp> {
    // Read anew: what this step staged is not sent.
    let mut block = read_block(connection, name, now)?;
    let (until, decided) = (now.after(guard.closed_for), block.traffic.decided(guard.window, now));
    block.closed_until = Some(until);
    write_block(connection, name, &block, guard, now)?;
    tracing::warn!(
        block = %name,
        sent = decided.sent,
        typed = decided.typed,
        hours = guard.closed_for.as_secs() / 3600,
        "too few of the codes sent to a block of numbers were typed: it is closed; `otpd sms open` opens it"
    );
    meters::block_closed();
    let entry = NewAuditEntry::new(AuditEvent::BlockClosed, Trail::default());
    let detail = format!("{name}: {} of {} typed", decided.typed, decided.sent);
    insert_entry(connection, &entry.saying(detail), 1, now)?;
    Ok(until)
}
