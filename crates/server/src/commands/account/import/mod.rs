//! `otpd account import`: accounts from CSV, telling of each row what is wrong with it.

mod header;
pub mod rows;

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use otpd_domain::account::NewAccount;
use otpd_domain::administer::{ChangeError, create_account};
use otpd_domain::identifier::Identifier;
use otpd_domain::ports::AccountError;
use otpd_domain::{Domain, account::AccountId};
use tokio::task::JoinSet;

use super::profile::Fault;
use crate::commands::{Outcome, staff};
use crate::config::Config;
use crate::output::{Align, Progress, Table};
use rows::{Row, Rows};

/// Rows written together: the store commits what is queued as one group.
const BATCH: usize = 256;

/// Create accounts from a CSV file
///
/// The first line names the columns: name (or `first_name` and `last_name`), and email or phone or both; address,
/// `customer_type`, role, active, language if you like. id, `created_at` and `last_sign_in_at`, which an export has, are overlooked. Good rows are
/// imported even if others are wrong; of those, the line, the column and the reason are printed, and the exit code
/// is 1.
#[derive(Args)]
#[command(after_help = "\
Examples:
  otpd account import accounts.csv --dry-run
  gunzip -c accounts.csv.gz | otpd account import -")]
pub struct Import {
    /// The file to read; - is the standard input
    file: PathBuf,
    /// Check every row and create nothing
    #[arg(long)]
    dry_run: bool,
}

/// A row that was not imported, and why.
struct Refused {
    line: u64,
    faults: Vec<Fault>,
}

/// Runs the command.
pub async fn run(args: &Import, config: &Config, domain: &Domain, out: &mut dyn Write) -> Result<Outcome> {
    let mut rows = Rows::open(&input(&args.file)?)?;
    let mut progress = Progress::new("rows read");
    let mut job = Job { domain, config, dry_run: args.dry_run, seen: HashMap::new(), good: 0, refused: Vec::new() };
    let mut read = 0;
    let finished = loop {
        let batch: Vec<Row> = rows.by_ref().take(BATCH).collect();
        if batch.is_empty() {
            break Ok(());
        }
        read += batch.len() as u64;
        if let Err(error) = job.batch(batch).await {
            break Err(error);
        }
        progress.update(read, None);
    };
    drop(progress);
    job.report(out)?;
    // After the report, so that nobody need guess what a failed store has already taken.
    finished?;
    Ok(if job.refused.is_empty() { Outcome::Fine } else { Outcome::ProblemFound })
}

struct Job<'a> {
    domain: &'a Domain,
    config: &'a Config,
    dry_run: bool,
    /// The line that has a contact, for a dry run: there the store cannot tell.
    seen: HashMap<Identifier, u64>,
    good: u64,
    refused: Vec<Refused>,
}

impl Job<'_> {
    async fn batch(&mut self, batch: Vec<Row>) -> Result<()> {
        let mut good = Vec::new();
        for Row { line, typed } in batch {
            let types = &self.config.customers.types;
            match typed.and_then(|typed| super::profile::read(typed, self.domain.contacts, types)) {
                Ok(profile) => good.push((line, profile)),
                Err(faults) => self.refused.push(Refused { line, faults }),
            }
        }
        if self.dry_run { self.look_up(good).await } else { self.create(good).await }
    }

    async fn create(&mut self, rows: Vec<(u64, NewAccount)>) -> Result<()> {
        let mut jobs = JoinSet::new();
        for (line, profile) in rows {
            let (domain, types) = (self.domain.clone(), self.config.customers.types.clone());
            jobs.spawn(async move { (line, create_account(&domain, profile, &types, &staff()).await) });
        }
        // All of a batch are counted, also those that come after one that the store failed on.
        let mut broken = None;
        for (line, created) in jobs.join_all().await {
            match created.map_err(|error| fault(error, line)) {
                Ok(AccountId(_)) => self.good += 1,
                Err(Ok(fault)) => self.refused.push(Refused { line, faults: vec![fault] }),
                Err(Err(error)) => broken = broken.or(Some(error)),
            }
        }
        broken.map_or(Ok(()), Err)
    }

    async fn look_up(&mut self, rows: Vec<(u64, NewAccount)>) -> Result<()> {
        for (line, profile) in rows {
            let email = profile.email.map(|email| ("email", Identifier::Email(email)));
            let phone = profile.phone.map(|phone| ("phone", Identifier::Phone(phone)));
            let contacts: Vec<_> = email.into_iter().chain(phone).collect();
            let mut faults = Vec::new();
            for (column, contact) in &contacts {
                if let Some(other) = self.seen.get(contact) {
                    faults.push(Fault::new(column, format!("line {other} has the same")));
                } else if let Some(account) = self.domain.ports.accounts.find(contact).await? {
                    faults.push(Fault::new(column, format!("account {} has the same", account.id)));
                }
            }
            if faults.is_empty() {
                self.good += 1;
                self.seen.extend(contacts.into_iter().map(|(_, contact)| (contact, line)));
            } else {
                self.refused.push(Refused { line, faults });
            }
        }
        Ok(())
    }

    fn report(&mut self, out: &mut dyn Write) -> Result<()> {
        self.refused.sort_by_key(|refused| refused.line);
        if !self.refused.is_empty() {
            let mut table =
                Table::new(&[("line", Align::Right), ("column", Align::Left), ("what is wrong", Align::Left)]);
            for Refused { line, faults } in &self.refused {
                for fault in faults {
                    table.row([&line.to_string(), fault.column, &fault.why]);
                }
            }
            table.print(out)?;
        }
        let (good, bad) = (self.good, self.refused.len());
        let done = if self.dry_run { "could be imported (dry run: nothing was created)" } else { "imported" };
        writeln!(out, "{good} {} {done}, {bad} refused", if good == 1 { "account" } else { "accounts" })?;
        Ok(())
    }
}

/// What is wrong with the row that the store refused. When the store itself failed, no row is to blame.
fn fault(error: ChangeError, line: u64) -> Result<Fault> {
    match error {
        ChangeError::Account(error @ AccountError::EmailTaken) => Ok(Fault::new("email", error)),
        ChangeError::Account(error @ AccountError::PhoneTaken) => Ok(Fault::new("phone", error)),
        ChangeError::Profile(error) => Ok(Fault::new("", error)),
        error => bail!("the import stopped at line {line}: {error}"),
    }
}

fn input(file: &Path) -> Result<Vec<u8>> {
    if file == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().read_to_end(&mut bytes).context("the standard input cannot be read")?;
        return Ok(bytes);
    }
    fs::read(file).with_context(|| format!("{} cannot be read", file.display()))
}
