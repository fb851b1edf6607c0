//! `otpd man`: the manual pages.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Args, CommandFactory};
use clap_mangen::Man as Page;

use super::Outcome;
use crate::cli::Cli;

/// Print the manual page, or write those of all commands
#[derive(Args)]
#[command(after_help = "\
Examples:
  otpd man | man -l -
  otpd man --folder /usr/local/share/man/man1")]
pub struct Man {
    /// Write one page a command into this folder
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: &Man, out: &mut dyn Write) -> Result<Outcome> {
    match &args.folder {
        Some(folder) => {
            clap_mangen::generate_to(Cli::command(), folder).with_context(|| {
                format!("the pages cannot be written to {}; make the folder first", folder.display())
            })?;
            writeln!(out, "wrote the pages to {}", folder.display())?;
        }
        None => Page::new(Cli::command()).render(out)?,
    }
    Ok(Outcome::Fine)
}
