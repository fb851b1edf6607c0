//! Every statement finds its rows by an index.

use rusqlite::Connection;

use super::fresh;
use crate::sqlite::{
    Options, accounts, activate, api_keys, audit, blocks, challenges, claim, clean_up, effects, forget, issue, ledgers,
    money, outbox, passwords, post, records, registrations, reports, sessions, standing, subjects, turns,
};

#[tokio::test(flavor = "multi_thread")]
async fn no_statement_scans_or_sorts_a_table() {
    let (_folder, store) = fresh(Options::default());
    let statements = [
        &ledgers::HOT.concat(),
        standing::HOT,
        subjects::HOT,
        turns::HOT,
        issue::HOT,
        post::HOT,
        effects::HOT,
        activate::HOT,
        registrations::HOT,
        passwords::HOT,
        records::HOT,
        reports::HOT,
        api_keys::HOT,
        challenges::HOT,
        sessions::HOT,
        accounts::HOT,
        claim::HOT,
        outbox::HOT,
        clean_up::HOT,
        forget::HOT,
        blocks::HOT,
        money::HOT,
        audit::HOT,
    ]
    .concat();
    for sql in statements {
        for line in store.read(|connection| plan(connection, sql)).expect("a plan") {
            assert!(!line.starts_with("SCAN"), "{sql}\n  {line}");
            // A handful of sessions is put in order of use after they were found.
            let sorts = line.contains("TEMP B-TREE") && !sql.contains("ORDER BY s.last_seen_at");
            assert!(!sorts, "{sql}\n  {line}");
        }
    }
}

fn plan(connection: &Connection, sql: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
    // Parameters stay NULL; the plan does not depend on them.
    let mut rows = statement.raw_query();
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        lines.push(row.get("detail")?);
    }
    Ok(lines)
}
