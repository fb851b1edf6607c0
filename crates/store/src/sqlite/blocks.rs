//! Blocks of phone numbers: what went there, how much of it was typed, and which are closed.

use otpd_domain::Timestamp;
use otpd_domain::identifier::Identifier;
use otpd_domain::sms::{BlockState, BlockWidth, GuardPolicy, NumberBlock, Traffic};
use rusqlite::types::Type;
use rusqlite::{Connection, Error, OptionalExtension, Result, Row, params};

use super::columns::maybe_instant;

/// A block as its row has it.
#[derive(Clone, Default)]
pub(super) struct Block {
    /// What went there.
    pub(super) traffic: Traffic,
    /// Until when it is closed.
    pub(super) closed_until: Option<Timestamp>,
}

const READ: &str = "SELECT traffic, closed_until FROM number_blocks WHERE block = ?1";

/// The block as it stands at `now`. One that opened by time begins its counts anew.
pub(super) fn read_block(connection: &Connection, block: &NumberBlock, now: Timestamp) -> Result<Block> {
    let found = read_row(connection, block)?;
    Ok(found.filter(|block| block.closed_until.is_none_or(|until| now < until)).unwrap_or_default())
}

fn read_row(connection: &Connection, block: &NumberBlock) -> Result<Option<Block>> {
    let mut statement = connection.prepare_cached(READ)?;
    let read = statement.query_row([block.as_str()], |row| {
        Ok(Block { traffic: traffic(row, 0)?, closed_until: maybe_instant(row, 1)? })
    });
    read.optional()
}

fn traffic(row: &Row<'_>, index: usize) -> Result<Traffic> {
    let unreadable = || Error::FromSqlConversionFailure(index, Type::Blob, "not the traffic of a block".into());
    Traffic::from_bytes(row.get_ref(index)?.as_blob()?).ok_or_else(unreadable)
}

const WRITE: &str = "INSERT INTO number_blocks (block, traffic, closed_until, dead_at) VALUES (?1, ?2, ?3, ?4) \
     ON CONFLICT (block) DO UPDATE SET traffic = ?2, closed_until = ?3, dead_at = ?4";

/// Writes it; it is forgotten when nothing more went there for as long as the guard looks back.
pub(super) fn write_block(
    connection: &Connection,
    name: &NumberBlock,
    block: &Block,
    guard: &GuardPolicy,
    now: Timestamp,
) -> Result<()> {
    let forgotten_at = now.after(guard.window);
    let dead_at = block.closed_until.map_or(forgotten_at, |until| until.max(forgotten_at));
    let closed_until = block.closed_until.map(Timestamp::as_millis);
    let values = params![name.as_str(), block.traffic.to_bytes(), closed_until, dead_at.as_millis()];
    connection.prepare_cached(WRITE)?.execute(values).map(|_| ())
}

const NOTE_TYPED: &str = "UPDATE number_blocks SET traffic = ?2 WHERE block = ?1";

/// Counts a code that was sent to a number at `sent_at` and typed rightly. Mail counts for nothing.
pub(super) fn note_typed(connection: &Connection, contact: &Identifier, sent_at: Timestamp) -> Result<()> {
    let Identifier::Phone(number) = contact else { return Ok(()) };
    for width in [BlockWidth::Narrow, BlockWidth::Wide] {
        let name = NumberBlock::of(number, width);
        let Some(mut block) = read_row(connection, &name)? else { continue };
        block.traffic.typed(sent_at);
        connection.prepare_cached(NOTE_TYPED)?.execute(params![name.as_str(), block.traffic.to_bytes()])?;
    }
    Ok(())
}

const OPEN: &str = "UPDATE number_blocks SET traffic = x'', closed_until = NULL WHERE block = ?1 AND closed_until > ?2";

/// Opens a closed block. False when it is not closed.
pub(super) fn open_block(connection: &Connection, block: &NumberBlock, now: Timestamp) -> Result<bool> {
    Ok(connection.prepare_cached(OPEN)?.execute(params![block.as_str(), now.as_millis()])? > 0)
}

const LIST: &str = "SELECT traffic, closed_until, block FROM number_blocks WHERE dead_at > ?1";

/// The blocks that something went to lately or that are closed: the closed ones first, then by how many codes were sent. Reads
/// all there are.
pub(super) fn list_blocks(
    connection: &Connection,
    guard: &GuardPolicy,
    limit: u32,
    now: Timestamp,
) -> Result<Vec<BlockState>> {
    let mut statement = connection.prepare_cached(LIST)?;
    let mut rows = statement.query([now.as_millis()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let closed_until = maybe_instant(row, 1)?;
        let traffic = traffic(row, 0)?;
        // One that opened by time has seen nothing since; and what was only asked for by strangers went nowhere.
        let opened_by_time = closed_until.is_some_and(|until| until <= now);
        if opened_by_time || traffic == Traffic::default() {
            continue;
        }
        let (block, decided) = (NumberBlock::from_stored(row.get(2)?), traffic.decided(guard.window, now));
        found.push(BlockState { block, decided, closed_until });
    }
    found.sort_by(|a, b| {
        let order = |state: &BlockState| (state.closed_until.is_none(), std::cmp::Reverse(state.decided.sent));
        order(a).cmp(&order(b)).then_with(|| a.block.cmp(&b.block))
    });
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

const DEAD: &str = "SELECT block FROM number_blocks WHERE block > ?1 AND dead_at <= ?2 ORDER BY block LIMIT ?3";

/// Up to `limit` forgotten blocks after that one, in their order.
pub(super) fn dead_blocks(connection: &Connection, after: &str, now: Timestamp, limit: u32) -> Result<Vec<String>> {
    let mut statement = connection.prepare_cached(DEAD)?;
    statement.query_map(params![after, now.as_millis(), limit], |row| row.get(0))?.collect()
}

const DELETE_DEAD: &str = "DELETE FROM number_blocks WHERE block = ?1 AND dead_at <= ?2";

/// Deletes a block, unless something went there again.
pub(super) fn delete_dead_block(connection: &Connection, block: &str, now: Timestamp) -> Result<()> {
    connection.prepare_cached(DELETE_DEAD)?.execute(params![block, now.as_millis()]).map(|_| ())
}

/// The statements of this file that people wait for.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[READ, WRITE, NOTE_TYPED, OPEN, DEAD, DELETE_DEAD];
