//! `otpd api-key list`: all keys, without their secrets.

use std::io::Write;

use anyhow::Result;
use clap::Args;
use otpd_domain::administer::list_api_keys;
use otpd_domain::api_key::{ApiKey, Scope};
use otpd_domain::{Domain, Timestamp};
use serde::Serialize;

use crate::commands::Outcome;
use crate::output::{self, Align, Table, moment, written};

/// List the keys, the oldest first
#[derive(Args)]
#[command(after_help = "\
Examples:
  otpd api-key list
  otpd api-key list --json | jq -r '.[] | select(.state == \"in-force\") | .id'")]
pub struct List {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What a key is good for now.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    InForce,
    Expired,
    Revoked,
}

/// A key in JSON.
#[derive(Serialize)]
struct Record<'a> {
    id: String,
    name: &'a str,
    scopes: &'a [Scope],
    state: State,
    created_at: jiff::Timestamp,
    expires_at: Option<jiff::Timestamp>,
    last_used_at: Option<jiff::Timestamp>,
    revoked_at: Option<jiff::Timestamp>,
}

/// Runs the command.
pub async fn run(args: &List, domain: &Domain, out: &mut dyn Write) -> Result<Outcome> {
    let keys = list_api_keys(domain).await?;
    let now = domain.clock.now();
    if args.json {
        output::json(out, &keys.iter().map(|key| record(key, now)).collect::<Vec<_>>())?;
    } else if keys.is_empty() {
        writeln!(out, "there are no keys; make one with: otpd api-key create")?;
    } else {
        table(&keys, now).print(out)?;
    }
    Ok(Outcome::Fine)
}

fn state(key: &ApiKey, now: Timestamp) -> State {
    match key.revoked_at {
        Some(_) => State::Revoked,
        None if key.is_in_force(now) => State::InForce,
        None => State::Expired,
    }
}

fn record(found: &ApiKey, now: Timestamp) -> Record<'_> {
    let ApiKey { key, last_used_at, revoked_at } = found;
    Record {
        id: key.id.to_string(),
        name: &key.name,
        scopes: &key.scopes,
        state: state(found, now),
        created_at: moment(key.created_at),
        expires_at: key.expires_at.map(moment),
        last_used_at: last_used_at.map(moment),
        revoked_at: revoked_at.map(moment),
    }
}

fn table(keys: &[ApiKey], now: Timestamp) -> Table {
    let headings = ["id", "name", "scopes", "created", "last used", "state"].map(|name| (name, Align::Left));
    let mut table = Table::new(&headings);
    for found in keys {
        let ApiKey { key, last_used_at, revoked_at } = found;
        let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
        let state = match (state(found, now), key.expires_at, revoked_at) {
            (State::InForce, Some(end), _) => format!("until {}", written(end)),
            (State::InForce, None, _) => "in force".to_owned(),
            (State::Expired, end, _) => format!("expired {}", end.map(written).unwrap_or_default()),
            (State::Revoked, _, at) => format!("revoked {}", at.map(written).unwrap_or_default()),
        };
        table.row([
            key.id.to_string(),
            key.name.clone(),
            scopes.join(","),
            written(key.created_at),
            last_used_at.map_or_else(|| "never".to_owned(), written),
            state,
        ]);
    }
    table
}
