//! `otpd sms`: blocks of phone numbers that the guard against pumping looks after.

mod blocks;
mod open;

use std::io::Write;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::{Context, Outcome, block_on};
use crate::wire;

/// List or open the blocks of phone numbers that text messages go to
///
/// A block is ten thousand numbers, or a million, with the same leading digits. Where hardly anybody types the codes that
/// are sent there, messages are sent for the sake of their price; the guard then closes the block for sms.guard.closed_for.
#[derive(Args)]
pub struct SmsCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    Blocks(blocks::Blocks),
    Open(open::Open),
}

/// Runs the command.
pub fn run(args: &SmsCommand, context: &Context, out: &mut dyn Write) -> Result<Outcome> {
    let config = context.config()?;
    block_on(wire::with_office(&config, async |domain| match &args.action {
        Action::Blocks(args) => blocks::run(args, domain, out).await,
        Action::Open(args) => open::run(args, domain, out).await,
    }))
}
