//! `otpd sms open`: a closed block gets text messages again.

use std::io::Write;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use otpd_domain::Domain;
use otpd_domain::administer::open_block;
use otpd_domain::sms::NumberBlock;

use crate::commands::{Outcome, staff};

/// Open a closed block, at once, and count its codes anew
#[derive(Args)]
#[command(after_help = "Example:  otpd sms open +25569423")]
pub struct Open {
    /// Its leading digits, as otpd sms blocks shows them
    block: String,
}

/// Runs the command.
pub async fn run(args: &Open, domain: &Domain, out: &mut dyn Write) -> Result<Outcome> {
    let digits = args.block.trim().trim_end_matches('…');
    let block = NumberBlock::parse(digits)
        .with_context(|| format!("\"{}\" is no block; write its leading digits, such as +25569423", args.block))?;
    if !open_block(domain, &block, &staff()).await? {
        bail!("the block {block} is not closed; otpd sms blocks shows those that are");
    }
    writeln!(out, "opened {block}: text messages go there again")?;
    Ok(Outcome::Fine)
}
