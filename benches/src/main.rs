//! One command that measures otpd as its users meet it: `cargo run --release -p otpd-benches`.
//!
//! It starts the release binary on a fresh database with a million challenges in it, loads it over HTTP with
//! the journey of a sign-in (request a code, read it from the file transport, verify it), and in the same run
//! loads a bare axum server whose routes make the same durable writes and nothing else. Then verification for other
//! back ends, with codes in the database and in memory, and log-in beside a bare Argon2id.

#![allow(
    clippy::disallowed_methods,
    reason = "a benchmark stands outside: it takes time and randomness from the system"
)]

mod bare;
mod client;
mod drive;
mod journey;
mod load;
mod log_in;
mod pages;
mod process;
mod report;
mod seed;
mod start;
mod verification;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Measures otpd beside bare durable routes.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Role>,
    #[command(flatten)]
    plan: Plan,
}

#[derive(Subcommand)]
enum Role {
    /// Runs the bare server; started by the benchmark itself.
    #[command(hide = true)]
    Bare {
        /// The database to write to.
        database: PathBuf,
    },
}

/// What to measure.
#[derive(clap::Args, Clone)]
struct Plan {
    /// Connections kept open, each with one request at a time.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Sign-ins to carry through, each from its own browser.
    #[arg(long, default_value_t = 200_000)]
    sign_ins: u64,
    /// Verifications to carry through for another back end.
    #[arg(long, default_value_t = 100_000)]
    verifications: u64,
    /// Log-ins with a password.
    #[arg(long, default_value_t = 2_000)]
    log_ins: u64,
    /// Only this part, instead of all.
    #[arg(long)]
    only: Option<Part>,
    /// Challenges stored before the load begins.
    #[arg(long, default_value_t = 1_000_000)]
    stored: u64,
    /// The binary to measure.
    #[arg(long, default_value = "target/release/otpd")]
    binary: PathBuf,
    /// An older binary to measure beside it in every round. Its database is brought to the schema it knows by
    /// `--before-schema`.
    #[arg(long, requires = "before_schema")]
    before: Option<PathBuf>,
    /// The version of the schema that the older binary knows: the first column of its `migrate --status`.
    #[arg(long, requires = "before")]
    before_schema: Option<u32>,
    /// Where seeded databases are kept between runs.
    #[arg(long, default_value = "target/bench")]
    folder: PathBuf,
    /// `email` or `sms`.
    #[arg(long, default_value = "email")]
    channel: journey::Contact,
    /// How many times the whole is repeated; otpd and the bare routes take turns. With `--before` an even number is fair: the
    /// two binaries take turns in coming first.
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// Measures the bare routes alone, without an otpd binary.
    #[arg(long)]
    bare_only: bool,
}

/// A part of what is measured.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Signing in through the pages, beside bare routes.
    Pages,
    /// Verification for other back ends.
    Verification,
    /// Log-in with a password.
    LogIn,
}

impl Plan {
    fn measures(&self, part: Part) -> bool {
        self.only.is_none_or(|only| only == part)
    }
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    match arguments.command {
        Some(Role::Bare { database }) => bare::run(&database),
        None => load::run(&arguments.plan),
    }
}
