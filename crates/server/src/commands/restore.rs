//! `otpd restore`: a backup becomes the database.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use otpd_domain::Clock;
use otpd_store::sqlite;

use super::{Context, Outcome};
use crate::output::{Align, Table};
use crate::system::SystemClock;

/// Put a backup in the place of the database
///
/// The server must be stopped. Every code that was alive in the backup is void afterwards, its message is not sent,
/// and everybody signs in anew: a backup may be old, and what was used or ended since must stay so. For the same reason, what
/// was spent of limits, and the audit trail, are taken over from the database that is replaced, where it can be read.
#[derive(Args)]
#[command(after_help = "Example:  otpd restore /var/backups/otpd-2026-01-31.db")]
pub struct Restore {
    /// A file that `otpd backup` wrote
    file: PathBuf,
}

/// Runs the command.
pub fn run(args: &Restore, context: &Context, out: &mut dyn Write) -> Result<Outcome> {
    let target = context.config()?.database.path;
    let restored = sqlite::restore_from(&args.file, &target, SystemClock.now())?;
    writeln!(out, "restored {} from {}", target.display(), args.file.display())?;
    let mut table = Table::new(&[("", Align::Left), ("", Align::Right)]);
    table.row(["accounts".to_owned(), restored.accounts.to_string()]);
    table.row(["live codes voided".to_owned(), restored.codes_voided.to_string()]);
    table.row(["waiting messages dropped".to_owned(), restored.messages_dropped.to_string()]);
    table.row(["sessions ended".to_owned(), restored.sessions_ended.to_string()]);
    table.print(out)?;
    if restored.limits_kept {
        writeln!(out, "what was spent of limits, and the audit trail, stay as they were")?;
    } else {
        writeln!(
            out,
            "what was spent of limits, and the audit trail, are as in the backup: there was nothing to keep"
        )?;
    }
    Ok(Outcome::Fine)
}
