//! `otpd account`: customers and staff.

pub mod cells;
mod create;
mod disable;
pub mod export;
pub mod import;
mod list;
pub mod profile;
mod record;
mod set_role;
mod show;

use std::io::Write;

use anyhow::Result;
use clap::{Args, Subcommand};
use otpd_domain::Domain;
use otpd_domain::account::{Account, AccountId};
use otpd_domain::identifier::{Channel, Identifier};
use otpd_domain::ports::AccountError;

use super::{Context, Outcome, block_on};
use crate::wire;

/// Manage customers and staff
#[derive(Args)]
pub struct AccountCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    Create(create::Create),
    List(list::List),
    Show(show::Show),
    Disable(disable::Disable),
    SetRole(set_role::SetRole),
    Import(import::Import),
    Export(export::Export),
}

/// Runs the command.
pub fn run(args: AccountCommand, context: &Context, out: &mut dyn Write) -> Result<Outcome> {
    let config = context.config()?;
    block_on(wire::with_office(&config, async |domain| match args.action {
        Action::Create(args) => create::run(args, &config, domain, out).await,
        Action::List(args) => list::run(args, domain, out).await,
        Action::Show(args) => show::run(&args, domain, out).await,
        Action::Disable(args) => disable::run(&args, domain, out).await,
        Action::SetRole(args) => set_role::run(&args, domain, out).await,
        Action::Import(args) => import::run(&args, &config, domain, out).await,
        Action::Export(args) => export::run(&args, domain, out).await,
    }))
}

/// The account somebody means: by id, e-mail address or phone number. A plain number is an id if there is such an
/// account, else a phone number.
async fn find(domain: &Domain, meant: &str) -> Result<Account> {
    let nobody = || anyhow::anyhow!("there is no account {meant}; otpd account list shows all");
    if let Ok(id) = meant.parse::<i64>() {
        match domain.ports.accounts.get(AccountId(id)).await {
            Ok(account) => return Ok(account),
            Err(AccountError::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let channel = if meant.contains('@') { Channel::Email } else { Channel::Sms };
    let identifier: Identifier = match domain.contacts.parse(channel, meant) {
        Ok(identifier) => identifier,
        // A number that is no phone number was meant as an id.
        Err(_) if meant.parse::<i64>().is_ok() => return Err(nobody()),
        Err(error) => {
            anyhow::bail!("\"{meant}\" is no account: write its id, e-mail address or phone number ({error})")
        }
    };
    domain.ports.accounts.find(&identifier).await?.ok_or_else(nobody)
}
