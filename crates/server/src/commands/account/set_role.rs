//! `otpd account set-role`: what an account may do.

use std::io::Write;

use anyhow::Result;
use clap::Args;
use otpd_domain::account::Role;
use otpd_domain::{Domain, administer};

use crate::commands::{Outcome, staff};

/// Give an account another role
#[derive(Args)]
#[command(after_help = "Example:  otpd account set-role desk@example.com staff")]
pub struct SetRole {
    /// Its id, e-mail address or phone number
    account: String,
    /// customer, staff or superuser
    #[arg(value_parser = super::list::role)]
    role: Role,
}

/// Runs the command.
pub async fn run(args: &SetRole, domain: &Domain, out: &mut dyn Write) -> Result<Outcome> {
    let account = super::find(domain, &args.account).await?;
    administer::set_role(domain, account.id, args.role, &staff()).await?;
    let (was, is) = (account.profile.role.as_str(), args.role.as_str());
    writeln!(out, "account {} ({}) was {was} and is {is} now", account.id, account.profile.name)?;
    Ok(Outcome::Fine)
}
