//! `otpd completions`: what a shell needs to complete the command line.

use std::io::Write;

use anyhow::Result;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::Outcome;
use crate::cli::Cli;

/// Print the completions of a shell
#[derive(Args)]
#[command(after_help = "Example:  otpd completions bash > /etc/bash_completion.d/otpd")]
pub struct Completions {
    /// The shell
    shell: Shell,
}

/// Runs the command.
pub fn run(args: &Completions, out: &mut dyn Write) -> Result<Outcome> {
    // Into memory first: the generator panics where the reader has gone.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "otpd", &mut script);
    out.write_all(&script)?;
    Ok(Outcome::Fine)
}
