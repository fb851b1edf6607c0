//! The commands, one a file. A command prints its result to the standard output and says whether all is well.

#![allow(clippy::doc_markdown, reason = "the comments of arguments are their help, where backticks would show")]

pub mod account;
pub mod api_key;
pub mod audit;
pub mod backup;
pub mod check;
pub mod cleanup;
pub mod completions;
pub mod keys;
pub mod man;
pub mod migrate;
pub mod openapi;
#[cfg(test)]
mod reference;
pub mod restore;
pub mod send_test;
pub mod serve;
pub mod sms;
pub mod stats;

use std::future::Future;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use otpd_domain::Visitor;
use otpd_domain::visitor::Trail;

use crate::cli::Command;
use crate::config::Config;
use crate::config::layers::Sources;
use crate::config::table::problem::{Problem, Problems};

/// How a command ended that did its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All is well: exit code 0.
    Fine,
    /// The work is done and it found something wrong: exit code 1.
    ProblemFound,
}

/// What every command is given.
pub struct Context {
    /// The configuration file named on the command line.
    pub config: Option<PathBuf>,
}

impl Context {
    /// What the configuration is read from.
    pub fn sources(&self, development: bool) -> Result<Sources, Problem> {
        Sources::gather(self.config.as_deref(), development)
    }

    /// The configuration, if nothing is wrong with it.
    pub fn config(&self) -> Result<Config, Problems> {
        Config::read(&self.sources(false)?).config
    }
}

/// Runs a command.
pub fn run(command: Command, context: &Context, out: &mut dyn Write) -> Result<Outcome> {
    match command {
        Command::Serve(args) => serve::run(&args, context, out),
        Command::Migrate(args) => migrate::run(&args, context, out),
        Command::ApiKey(args) => api_key::run(&args, context, out),
        Command::Account(args) => account::run(args, context, out),
        Command::Sms(args) => sms::run(&args, context, out),
        Command::Audit(args) => audit::run(&args, context, out),
        Command::Cleanup(args) => cleanup::run(&args, context, out),
        Command::Stats(args) => stats::run(&args, context, out),
        Command::SendTest(args) => send_test::run(&args, context, out),
        Command::Check(args) => check::run(&args, context, out),
        Command::Backup(args) => backup::run(&args, context, out),
        Command::Restore(args) => restore::run(&args, context, out),
        Command::Keys(args) => keys::run(&args, context, out),
        Command::OpenApi(args) => openapi::run(&args, context, out),
        Command::Completions(args) => completions::run(&args, out),
        Command::Man(args) => man::run(&args, out),
    }
}

/// What the audit trail notes of whoever types commands.
fn staff() -> Trail {
    Visitor::at_command_line().trail()
}

/// Runs the work of a short command on this thread.
fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.context("the asynchronous runtime does not start")?.block_on(work)
}
