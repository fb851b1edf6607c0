//! `otpd account disable`: takes an account out of use.

use std::io::Write;

use anyhow::Result;
use clap::Args;
use otpd_domain::{Domain, administer};

use crate::commands::{Outcome, staff};

/// Take an account out of use and end its sessions
#[derive(Args)]
#[command(after_help = "Example:  otpd account disable 12")]
pub struct Disable {
    /// Its id, e-mail address or phone number
    account: String,
}

/// Runs the command.
pub async fn run(args: &Disable, domain: &Domain, out: &mut dyn Write) -> Result<Outcome> {
    let account = super::find(domain, &args.account).await?;
    administer::disable_account(domain, account.id, &staff()).await?;
    writeln!(out, "account {} ({}) can no longer sign in; its sessions are ended", account.id, account.profile.name)?;
    Ok(Outcome::Fine)
}
