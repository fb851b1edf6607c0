//! The `otpd` binary: configuration, commands, and the wiring of all rooms.
//!
//! It is a library for one reason: the fuzz targets reach its parsers through `fuzzing`, and a binary has no door.
//!
//! [`cli`] is the command line, one command a file in [`commands`]; [`config`] is the configuration, one section a
//! file; [`wire`] is the one place that knows every room and puts them together.

mod cli;
mod commands;
mod config;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod key_file;
mod logging;
mod metrics;
mod output;
mod system;
mod wire;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use commands::{Context, Outcome};

/// Runs the command line that the process was started with.
pub fn run() -> ExitCode {
    let cli = cli::Cli::parse();
    // Not locked: transports for development print there, too.
    let mut out = io::BufWriter::new(io::stdout());
    let context = Context { config: cli.config };
    let result = commands::run(cli.command, &context, &mut out).and_then(|outcome| {
        out.flush()?;
        Ok(outcome)
    });
    match result {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::ProblemFound) => ExitCode::FAILURE,
        // Whoever reads our output has seen enough, as in `otpd account list | head`.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = out.flush();
            // Not eprintln: a closed standard error must not turn a failure into a panic.
            let _ = writeln!(io::stderr(), "otpd: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>()).any(|io| io.kind() == io::ErrorKind::BrokenPipe)
}
