//! `otpd account show`: everything about one account.

use std::io::Write;

use anyhow::Result;
use clap::Args;
use otpd_domain::Domain;
use otpd_domain::account::Account;
use otpd_domain::sign_in::list_sessions;
use serde::Serialize;

use super::record::Record;
use crate::commands::Outcome;
use crate::output::{self, Align, Table, written};

/// Show one account
#[derive(Args)]
#[command(after_help = "Example:  otpd account show asha@example.com")]
pub struct Show {
    /// Its id, e-mail address or phone number
    account: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// An account in JSON, with what only this command looks up.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    record: Record<'a>,
    has_password: bool,
}

/// Runs the command.
pub async fn run(args: &Show, domain: &Domain, out: &mut dyn Write) -> Result<Outcome> {
    let account = super::find(domain, &args.account).await?;
    let has_password = has_password(domain, &account).await?;
    if args.json {
        output::json(out, &Shown { record: Record::from(&account), has_password })?;
        return Ok(Outcome::Fine);
    }
    let sessions = list_sessions(domain, account.id).await?;
    let profile = &account.profile;
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
    let mut table = Table::new(&[("", Align::Left), ("", Align::Left)]);
    table.row(["id".to_owned(), account.id.to_string()]);
    table.row(["name", &profile.name]);
    table.row(["e-mail".to_owned(), or_none(profile.email.as_ref().map(ToString::to_string))]);
    table.row(["phone".to_owned(), or_none(profile.phone.as_ref().map(ToString::to_string))]);
    table.row(["address".to_owned(), or_none(Some(profile.address.clone()).filter(|address| !address.is_empty()))]);
    table.row(["customer type", &profile.customer_type]);
    table.row(["role", profile.role.as_str()]);
    table.row(["active", if profile.active { "yes" } else { "no" }]);
    table.row(["password", if has_password { "yes" } else { "no" }]);
    table.row(["language".to_owned(), or_none(profile.language.clone())]);
    table.row(["created".to_owned(), written(account.created_at)]);
    table.row(["last sign-in".to_owned(), account.last_sign_in_at.map_or_else(|| "never".to_owned(), written)]);
    table.row(["active sessions".to_owned(), sessions.len().to_string()]);
    table.print(out)?;
    Ok(Outcome::Fine)
}

async fn has_password(domain: &Domain, account: &Account) -> Result<bool> {
    // Every account has a contact, and any of them leads to its password.
    let Some(contact) = account.profile.contacts().next() else { return Ok(false) };
    Ok(domain.ports.accounts.password(&contact).await?.is_some_and(|stored| stored.hash.is_some()))
}
