//! `otpd cleanup`: deletes what is finished.

use std::io::Write;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use otpd_domain::administer;
use otpd_domain::limits::parse_duration;
use otpd_domain::ports::Retention;

use super::{Context, Outcome, block_on};
use crate::output::{self, Align, Table};
use crate::wire;

/// Delete expired codes, ended sessions, finished messages, registrations never activated, and old audit lines
///
/// Keeps what the retention settings keep, as the server does by itself every cleanup.interval; --older-than goes
/// instead of them, except for the audit trail. Live codes, live sessions, waiting messages, waiting registrations, and what
/// counts for a limit are never deleted. A verification type's own rate is counted by the codes that are kept: after
/// --older-than 0s it begins anew.
#[derive(Args)]
#[command(after_help = "\
Examples:
  otpd cleanup                   keep what the configuration keeps
  otpd cleanup --older-than 0s   delete everything that is finished")]
pub struct Cleanup {
    /// Delete what has been finished for longer than this, such as 0s or 7d
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    older_than: Option<Duration>,
    /// Print the counts as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Cleanup, context: &Context, out: &mut dyn Write) -> Result<Outcome> {
    let config = context.config()?;
    let mut retention = wire::retention(&config);
    if let Some(age) = args.older_than {
        retention = Retention { challenges: age, sessions: age, messages: age, ..retention };
    }
    let deleted =
        block_on(wire::with_office(&config, async |domain| Ok(administer::clean_up(domain, retention).await?)))?;
    if args.json {
        output::json(out, &deleted)?;
        return Ok(Outcome::Fine);
    }
    let mut table = Table::new(&[("deleted", Align::Left), ("", Align::Right)]);
    table.row(["expired codes".to_owned(), deleted.challenges.to_string()]);
    table.row(["ended sessions".to_owned(), deleted.sessions.to_string()]);
    table.row(["registrations never activated".to_owned(), deleted.registrations.to_string()]);
    table.row(["finished messages".to_owned(), deleted.messages.to_string()]);
    table.row(["counts of limits that count no more".to_owned(), deleted.ledgers.to_string()]);
    table.row(["lines of the audit trail".to_owned(), deleted.audit.to_string()]);
    table.print(out)?;
    Ok(Outcome::Fine)
}
