//! `otpd migrate`: brings the database to a version of its schema.

use std::io::Write;

use anyhow::Result;
use clap::Args;
use otpd_store::sqlite::{self, Direction};

use super::{Context, Outcome};

/// Create the database or bring it up to date
///
/// Without an option, applies every migration that is missing. Going down deletes what later versions added: make
/// a backup first.
#[derive(Args)]
#[command(after_help = "\
Examples:
  otpd migrate            apply what is missing
  otpd migrate --status   list the migrations, [X] for applied
  otpd migrate --to 1     go to version 1, up or down; 0 removes everything")]
pub struct Migrate {
    /// Go to this version, up or down
    #[arg(long, value_name = "VERSION", conflicts_with = "status")]
    to: Option<u32>,
    /// List the migrations and change nothing
    #[arg(long)]
    status: bool,
}

/// Runs the command.
pub fn run(args: &Migrate, context: &Context, out: &mut dyn Write) -> Result<Outcome> {
    let path = context.config()?.database.path;
    if args.status {
        for migration in sqlite::status(&path)? {
            let mark = if migration.applied { "X" } else { " " };
            writeln!(out, "[{mark}] {:>4} {}", migration.version, migration.name)?;
        }
        return Ok(Outcome::Fine);
    }
    let migrated = sqlite::migrate_to(&path, args.to)?;
    for step in &migrated.steps {
        let (sign, done) = match step.direction {
            Direction::Up => ("+", "applied"),
            Direction::Down => ("-", "taken back"),
        };
        writeln!(out, "{sign} {:>4} {} {done}", step.version, step.name)?;
    }
    let path = path.display();
    match migrated.steps.len() {
        0 => writeln!(out, "{path} is at version {}: nothing to do", migrated.to)?,
        _ => writeln!(out, "{path} went from version {} to {}", migrated.from, migrated.to)?,
    }
    Ok(Outcome::Fine)
}
