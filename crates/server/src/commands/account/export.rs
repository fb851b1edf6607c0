//! `otpd account export`: all accounts as CSV.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use otpd_domain::Domain;
use otpd_domain::account::Account;
use otpd_domain::ports::AccountQuery;

use super::cells::defused;
use crate::commands::Outcome;
use crate::output::{Progress, moment};

/// The columns of an exported file.
pub const COLUMNS: [&str; 13] = [
    "id",
    "name",
    "first_name",
    "last_name",
    "email",
    "phone",
    "address",
    "customer_type",
    "role",
    "active",
    "language",
    "created_at",
    "last_sign_in_at",
];
/// Accounts read at a time.
const PAGE: u32 = 1_000;

/// Write all accounts as CSV
///
/// Cells that a spreadsheet would take for a formula (a phone number begins with +) get an apostrophe before them;
/// otpd account import takes it off again.
#[derive(Args)]
#[command(after_help = "\
Examples:
  otpd account export accounts.csv
  otpd account export | gzip > accounts.csv.gz")]
pub struct Export {
    /// The file to write; - is the standard output
    #[arg(default_value = "-")]
    file: PathBuf,
}

/// Runs the command.
pub async fn run(args: &Export, domain: &Domain, out: &mut dyn Write) -> Result<Outcome> {
    if args.file == Path::new("-") {
        write(domain, out).await?;
        return Ok(Outcome::Fine);
    }
    let path = args.file.display();
    // Contacts of people: for the owner only, and never over another file.
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&args.file);
    let mut file = file.with_context(|| format!("{path} cannot be made; name a file that does not exist yet"))?;
    let count = write(domain, &mut file).await?;
    file.sync_all()?;
    writeln!(out, "wrote {count} accounts to {path}")?;
    Ok(Outcome::Fine)
}

async fn write(domain: &Domain, out: &mut dyn Write) -> Result<u64> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(COLUMNS)?;
    let mut progress = Progress::new("accounts written");
    let (mut count, mut after) = (0, None);
    loop {
        let page = domain.ports.accounts.list(AccountQuery { after, limit: PAGE, ..AccountQuery::default() }).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for account in &page {
            csv.write_record(cells(account).map(|cell| defused(&cell)))?;
        }
        count += page.len() as u64;
        progress.update(count, None);
    }
    csv.flush()?;
    Ok(count)
}

/// An account as a row.
pub fn cells(account: &Account) -> [String; COLUMNS.len()] {
    let profile = &account.profile;
    let names = profile.names.clone().unwrap_or_default();
    [
        account.id.to_string(),
        profile.name.clone(),
        names.first,
        names.last,
        profile.email.as_ref().map(ToString::to_string).unwrap_or_default(),
        profile.phone.as_ref().map(ToString::to_string).unwrap_or_default(),
        profile.address.clone(),
        profile.customer_type.clone(),
        profile.role.as_str().to_owned(),
        profile.active.to_string(),
        profile.language.clone().unwrap_or_default(),
        moment(account.created_at).to_string(),
        account.last_sign_in_at.map(|at| moment(at).to_string()).unwrap_or_default(),
    ]
}
