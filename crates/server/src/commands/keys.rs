//! `otpd keys`: makes, lists and rotates the secret keys.

use std::io::Write;

use anyhow::Result;
use clap::{Args, Subcommand};
use otpd_domain::Clock;

use super::{Context, Outcome};
use crate::key_file;
use crate::output::{Align, Table};
use crate::system::{OsEntropy, SystemClock};

/// Make, list or rotate the secret keys
///
/// The keys protect codes and waiting messages. They live in the file named by keys.file, outside the database, and
/// only the owner of that file may read it.
#[derive(Args)]
pub struct Keys {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Make the key file with its first key
    Generate,
    /// List the keys, without their secrets
    List,
    /// Add a key; it is in use from the next start of the server on
    ///
    /// Older keys still open what they closed: a form may be a day old, a code ten minutes. Keys that are no longer
    /// kept are deleted; what they closed is then void.
    #[command(after_help = "Example:  otpd keys rotate && systemctl restart otpd")]
    Rotate {
        /// How many keys to keep in all, the new one included
        #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=100))]
        keep: u16,
    },
}

/// Runs the command.
pub fn run(args: &Keys, context: &Context, out: &mut dyn Write) -> Result<Outcome> {
    let path = context.config()?.keys.file;
    let now = SystemClock.now();
    match args.action {
        Action::Generate => {
            key_file::generate(&path, &OsEntropy, now)?;
            writeln!(
                out,
                "made {} with one key; keep a copy of it apart from the backups of the database",
                path.display()
            )?;
        }
        Action::List => list(&key_file::read(&path)?, out)?,
        Action::Rotate { keep } => {
            let rotated = key_file::rotate(&path, usize::from(keep), &OsEntropy, now)?;
            writeln!(out, "added key {}; restart the server to use it", rotated.new.0)?;
            if !rotated.dropped.is_empty() {
                let ids: Vec<String> = rotated.dropped.iter().map(|id| id.0.to_string()).collect();
                writeln!(out, "deleted key {}", ids.join(", "))?;
            }
        }
    }
    Ok(Outcome::Fine)
}

fn list(keys: &[key_file::StoredKey], out: &mut dyn Write) -> Result<()> {
    let newest = keys.iter().map(|key| key.secret.id).max();
    let mut table = Table::new(&[("id", Align::Right), ("made", Align::Left), ("use", Align::Left)]);
    for key in keys {
        let used = if Some(key.secret.id) == newest { "in use" } else { "opens older values" };
        table.row([
            key.secret.id.0.to_string(),
            key.created.strftime("%Y-%m-%d %H:%M UTC").to_string(),
            used.to_owned(),
        ]);
    }
    Ok(table.print(out)?)
}
