//! `otpd api-key`: the keys that other back ends call the API with.

mod create;
mod list;
mod revoke;

use std::io::Write;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::{Context, Outcome, block_on};
use crate::wire;

/// Make, list or revoke the keys of API callers
///
/// A key is sent as "Authorization: Bearer otpd_…". The database keeps a hash of it: it is shown when it is made and
/// never again.
#[derive(Args)]
pub struct ApiKeyCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    Create(create::Create),
    List(list::List),
    Revoke(revoke::Revoke),
}

/// Runs the command.
pub fn run(args: &ApiKeyCommand, context: &Context, out: &mut dyn Write) -> Result<Outcome> {
    let config = context.config()?;
    block_on(wire::with_office(&config, async |domain| match &args.action {
        Action::Create(args) => create::run(args, domain, out).await,
        Action::List(args) => list::run(args, domain, out).await,
        Action::Revoke(args) => revoke::run(args, domain, out).await,
    }))
}
