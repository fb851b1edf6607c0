//! What a restore keeps of the database it replaces: what was spent of limits is not given back by a backup, and the audit
//! trail goes on.

use std::path::Path;

use rusqlite::{Connection, Result};

use super::migrate::applied_version;
use super::migrations::newest;

/// What the old database knows is newer. Days are counted up only.
const CARRY_OVER: &str = "
    BEGIN IMMEDIATE;
    DELETE FROM main.ledgers WHERE key IN (SELECT key FROM old.ledgers);
    INSERT INTO main.ledgers (key, moments, dead_at) SELECT key, moments, dead_at FROM old.ledgers ORDER BY number;
    INSERT OR REPLACE INTO main.guess_ledgers (key, moments, dead_at)
        SELECT key, moments, dead_at FROM old.guess_ledgers;
    INSERT OR REPLACE INTO main.number_blocks (block, traffic, closed_until, dead_at)
        SELECT block, traffic, closed_until, dead_at FROM old.number_blocks;
    INSERT INTO main.sms_days (day, messages, millionths)
        SELECT day, messages, millionths FROM old.sms_days WHERE true
        ON CONFLICT (day) DO UPDATE SET messages = max(messages, excluded.messages),
            millionths = max(millionths, excluded.millionths);
    INSERT INTO main.audit (number, at, times, event, account_id, contact, door, client, detail)
        SELECT number, at, times, event, account_id, contact, door, client, detail FROM old.audit
        WHERE number > (SELECT coalesce(max(number), 0) FROM main.audit);
    COMMIT;
";

/// Copies it from the database at `old`. False when there is none that can be read, or it is older than these tables.
pub(super) fn carry_over(fresh: &Connection, old: &Path) -> bool {
    let readable = old.exists() && applied_version(old).is_ok_and(|version| version == newest());
    let Some(path) = old.to_str().filter(|_| readable) else { return false };
    match copy(fresh, path) {
        Ok(()) => true,
        Err(error) => {
            tracing::warn!(%error, "what was spent of limits could not be taken over from the old database");
            false
        }
    }
}

fn copy(fresh: &Connection, path: &str) -> Result<()> {
    fresh.execute("ATTACH DATABASE ?1 AS old", [path])?;
    let copied = fresh.execute_batch(CARRY_OVER);
    if copied.is_err() && !fresh.is_autocommit() {
        fresh.execute_batch("ROLLBACK")?;
    }
    fresh.execute("DETACH DATABASE old", [])?;
    copied
}
