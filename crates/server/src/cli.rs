//! The command line: `otpd COMMAND`. Each command's arguments are in its own file.

#![allow(clippy::doc_markdown, reason = "the comments of arguments are their help, where backticks would show")]

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::commands::{
    account, api_key, audit, backup, check, cleanup, completions, keys, man, migrate, openapi, restore, send_test,
    serve, sms, stats,
};

/// What `--help` ends with.
const AFTER_HELP: &str = "\
To try it out:        otpd serve --dev
To set it up:         otpd keys generate, otpd migrate, otpd check --deploy, otpd serve

Settings are read from otpd.toml, .env and OTPD_… variables; later ones go over earlier ones.

Exit codes: 0 all well, 1 a problem was found or the work failed, 2 the command line is wrong.";

/// Signs customers in by a code sent by e-mail or SMS.
#[derive(Parser)]
#[command(name = "otpd", version, after_help = AFTER_HELP, max_term_width = 100, propagate_version = false)]
pub struct Cli {
    /// The configuration file [default: OTPD_CONFIG, or otpd.toml if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What `otpd` can do.
#[derive(Subcommand)]
pub enum Command {
    Serve(serve::Serve),
    Migrate(migrate::Migrate),
    Account(account::AccountCommand),
    ApiKey(api_key::ApiKeyCommand),
    Sms(sms::SmsCommand),
    Audit(audit::Audit),
    Cleanup(cleanup::Cleanup),
    Stats(stats::StatsCommand),
    SendTest(send_test::SendTest),
    Check(check::Check),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Keys(keys::Keys),
    #[command(name = "openapi")]
    OpenApi(openapi::OpenApi),
    Completions(completions::Completions),
    Man(man::Man),
}
