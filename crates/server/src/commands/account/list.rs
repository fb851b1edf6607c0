//! `otpd account list`: one page of accounts.

use std::io::Write;

use anyhow::Result;
use clap::Args;
use otpd_domain::Domain;
use otpd_domain::account::{Account, AccountId, Role};
use otpd_domain::ports::AccountQuery;

use super::record::Record;
use crate::commands::Outcome;
use crate::output::{self, Align, Table, written};

/// List accounts
#[derive(Args)]
#[command(after_help = "\
Examples:
  otpd account list --search rao
  otpd account list --role staff --json")]
pub struct List {
    /// Only those whose name, e-mail or phone contains this
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only this role: customer, staff or superuser
    #[arg(long, value_parser = role)]
    role: Option<Role>,
    /// Only those that may sign in
    #[arg(long, conflicts_with = "inactive")]
    active: bool,
    /// Only those that may not
    #[arg(long)]
    inactive: bool,
    /// Only ids above this one
    #[arg(long, value_name = "ID")]
    after: Option<i64>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Reads a role, for the command line.
pub fn role(word: &str) -> Result<Role, String> {
    Role::from_word(word).ok_or_else(|| "write customer, staff or superuser".to_owned())
}

/// Runs the command.
pub async fn run(args: List, domain: &Domain, out: &mut dyn Write) -> Result<Outcome> {
    let query = AccountQuery {
        after: args.after.map(AccountId),
        // One more, to know whether there are more.
        limit: args.limit + 1,
        role: args.role,
        active: (args.active || args.inactive).then_some(args.active),
        containing: args.search,
    };
    let mut accounts = domain.ports.accounts.list(query).await?;
    let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let more = accounts.len() > limit;
    accounts.truncate(limit);
    if args.json {
        output::json(out, &accounts.iter().map(Record::from).collect::<Vec<_>>())?;
        return Ok(Outcome::Fine);
    }
    table(&accounts).print(out)?;
    if let Some(last) = accounts.last().filter(|_| more) {
        writeln!(out, "there are more: --after {}", last.id)?;
    }
    Ok(Outcome::Fine)
}

fn table(accounts: &[Account]) -> Table {
    let headings =
        ["name", "e-mail", "phone", "type", "role", "active", "last sign-in"].map(|name| (name, Align::Left));
    let mut table = Table::new(&[&[("id", Align::Right)], headings.as_slice()].concat());
    for Account { id, profile, last_sign_in_at, .. } in accounts {
        table.row([
            id.to_string(),
            profile.name.clone(),
            profile.email.as_ref().map(ToString::to_string).unwrap_or_default(),
            profile.phone.as_ref().map(ToString::to_string).unwrap_or_default(),
            profile.customer_type.clone(),
            profile.role.as_str().to_owned(),
            if profile.active { "yes" } else { "no" }.to_owned(),
            last_sign_in_at.map_or_else(|| "never".to_owned(), written),
        ]);
    }
    table
}
