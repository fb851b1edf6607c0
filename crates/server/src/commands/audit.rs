//! `otpd audit`: who signed in, what failed, what was limited, what was changed and by whom.

use std::io::Write;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use otpd_domain::account::AccountId;
use otpd_domain::administer::read_audit;
use otpd_domain::audit::{AuditEntry, AuditEvent};
use otpd_domain::limits::parse_duration;
use otpd_domain::ports::AuditQuery;
use otpd_domain::{Clock, Timestamp};
use serde::Serialize;

use super::{Context, Outcome, block_on};
use crate::output::{self, Align, Table, moment};
use crate::system::SystemClock;
use crate::wire;

/// Show the audit trail, the latest first
///
/// Sign-ins, failures, limits, changes, and what staff did. Contacts are masked, and clients are the networks they came
/// from. Failures and limits alike within a second are one line that says how often. Lines are kept for retention.audit.
#[derive(Args)]
#[command(after_help = "\
Examples:
  otpd audit --since 24h --event guess-refused
  otpd audit --account 12 --limit 200
  otpd audit --since 1h --json | jq -r '.[].client' | sort | uniq -c")]
pub struct Audit {
    /// Only of this account
    #[arg(long, value_name = "ID")]
    account: Option<i64>,
    /// Only this event
    #[arg(long, value_name = "EVENT", value_parser = event())]
    event: Option<AuditEvent>,
    /// Only of so long until now, such as 24h
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    since: Option<Duration>,
    /// Only lines with lower numbers: the next page
    #[arg(long, value_name = "NUMBER")]
    before: Option<i64>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn event() -> impl TypedValueParser<Value = AuditEvent> {
    PossibleValuesParser::new(AuditEvent::ALL.iter().map(|event| PossibleValue::new(event.as_str())))
        .try_map(|word| AuditEvent::from_word(&word).ok_or_else(|| format!("\"{word}\" is no event")))
}

/// A line in JSON.
#[derive(Serialize)]
struct Record<'a> {
    number: i64,
    at: jiff::Timestamp,
    times: u32,
    event: &'static str,
    account: Option<i64>,
    contact: Option<&'a str>,
    door: &'static str,
    client: Option<&'a str>,
    detail: Option<&'a str>,
}

impl<'a> From<&'a AuditEntry> for Record<'a> {
    fn from(AuditEntry { number, at, times, entry }: &'a AuditEntry) -> Self {
        Self {
            number: *number,
            at: moment(*at),
            times: *times,
            event: entry.event.as_str(),
            account: entry.account.map(|account| account.0),
            contact: entry.contact.as_deref(),
            door: entry.trail.door.as_str(),
            client: entry.trail.client.as_deref(),
            detail: entry.detail.as_deref(),
        }
    }
}

/// Runs the command.
pub fn run(args: &Audit, context: &Context, out: &mut dyn Write) -> Result<Outcome> {
    let config = context.config()?;
    let query = AuditQuery {
        account: args.account.map(AccountId),
        event: args.event,
        since: args.since.map(|since| SystemClock.now().before(since)),
        before: args.before,
        // One more, to know whether there are more.
        limit: args.limit + 1,
    };
    let mut lines = block_on(wire::with_office(&config, async |domain| Ok(read_audit(domain, query).await?)))?;
    let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let more = lines.len() > limit;
    lines.truncate(limit);
    if args.json {
        output::json(out, &lines.iter().map(Record::from).collect::<Vec<_>>())?;
        return Ok(Outcome::Fine);
    }
    if lines.is_empty() {
        writeln!(out, "there are no such lines")?;
        return Ok(Outcome::Fine);
    }
    table(&lines).print(out)?;
    if let Some(last) = lines.last().filter(|_| more) {
        writeln!(out, "there are more: --before {}", last.number)?;
    }
    Ok(Outcome::Fine)
}

fn table(lines: &[AuditEntry]) -> Table {
    let (left, right) = (Align::Left, Align::Right);
    let mut table = Table::new(&[
        ("number", right),
        ("time (UTC)", left),
        ("event", left),
        ("times", right),
        ("account", right),
        ("contact", left),
        ("door", left),
        ("from", left),
        ("detail", left),
    ]);
    for AuditEntry { number, at, times, entry } in lines {
        table.row([
            number.to_string(),
            to_the_second(*at),
            entry.event.as_str().to_owned(),
            if *times == 1 { String::new() } else { times.to_string() },
            entry.account.map(|account| account.to_string()).unwrap_or_default(),
            entry.contact.clone().unwrap_or_default(),
            entry.trail.door.as_str().to_owned(),
            entry.trail.client.clone().unwrap_or_default(),
            entry.detail.clone().unwrap_or_default(),
        ]);
    }
    table
}

fn to_the_second(at: Timestamp) -> String {
    moment(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
}
