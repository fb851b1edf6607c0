//! `otpd backup`: a consistent copy of the database.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use otpd_store::sqlite;

use super::{Context, Outcome};
use crate::output::Progress;

/// Copy the database to a file, while the server goes on serving
///
/// The copy is consistent and readable by its owner only. The key file is not in it: keep a copy of that elsewhere.
#[derive(Args)]
#[command(after_help = "Example:  otpd backup /var/backups/otpd-$(date +%F).db")]
pub struct Backup {
    /// The file to write; it must not exist
    file: PathBuf,
}

/// Runs the command.
pub fn run(args: &Backup, context: &Context, out: &mut dyn Write) -> Result<Outcome> {
    let source = context.config()?.database.path;
    let mut progress = Progress::new("pages copied");
    let copied = sqlite::backup_to(&source, &args.file, &mut |at| {
        progress.update(at.done_pages.into(), Some(at.total_pages.into()));
    })?;
    drop(progress);
    writeln!(out, "copied {} to {}: {} bytes", source.display(), args.file.display(), copied.bytes)?;
    Ok(Outcome::Fine)
}
