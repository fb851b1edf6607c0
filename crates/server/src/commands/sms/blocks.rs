//! `otpd sms blocks`: the blocks that text messages go to.

use std::io::Write;

use anyhow::Result;
use clap::Args;
use otpd_domain::Domain;
use otpd_domain::administer::list_blocks;
use otpd_domain::sms::{BlockState, NumberBlock};
use serde::Serialize;

use crate::commands::Outcome;
use crate::output::{self, Align, Table, moment, written};

/// List the blocks, the closed ones first
///
/// Codes that may still be typed are not counted. At most 1000 blocks are listed.
#[derive(Args)]
#[command(after_help = "\
Examples:
  otpd sms blocks
  otpd sms blocks --json | jq -r '.[] | select(.closed_until) | .block'")]
pub struct Blocks {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A block in JSON.
#[derive(Serialize)]
struct Record<'a> {
    block: &'a NumberBlock,
    sent: u32,
    typed: u32,
    /// Between 0 and 1; null before the first code.
    share_typed: Option<f64>,
    closed_until: Option<jiff::Timestamp>,
}

impl<'a> From<&'a BlockState> for Record<'a> {
    fn from(state: &'a BlockState) -> Self {
        let BlockState { block, decided, closed_until } = state;
        let share_typed = (decided.sent > 0).then(|| decided.share());
        Self { block, sent: decided.sent, typed: decided.typed, share_typed, closed_until: closed_until.map(moment) }
    }
}

/// Runs the command.
pub async fn run(args: &Blocks, domain: &Domain, out: &mut dyn Write) -> Result<Outcome> {
    let blocks = list_blocks(domain).await?;
    if args.json {
        output::json(out, &blocks.iter().map(Record::from).collect::<Vec<_>>())?;
    } else if domain.policy.limits.sms.guard.is_none() {
        writeln!(out, "the guard is off, and no block is ever closed; sms.guard.enabled = \"true\" sets it to work")?;
    } else if blocks.is_empty() {
        writeln!(out, "no text message was sent lately, and no block is closed")?;
    } else {
        table(&blocks).print(out)?;
    }
    Ok(Outcome::Fine)
}

fn table(blocks: &[BlockState]) -> Table {
    let right = Align::Right;
    let mut table = Table::new(&[
        ("block", Align::Left),
        ("codes", right),
        ("typed", right),
        ("share", right),
        ("state", Align::Left),
    ]);
    for BlockState { block, decided, closed_until } in blocks {
        let share = if decided.sent == 0 { "–".to_owned() } else { format!("{:.0} %", decided.share() * 100.0) };
        table.row([
            block.to_string(),
            decided.sent.to_string(),
            decided.typed.to_string(),
            share,
            closed_until.map_or_else(|| "open".to_owned(), |end| format!("closed until {}", written(end))),
        ]);
    }
    table
}
