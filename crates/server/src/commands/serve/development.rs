//! `serve --dev`: everything made on the spot, and told.

use std::io::Write;

use anyhow::Result;
use otpd_domain::Clock;
use otpd_store::sqlite;
use otpd_web::{Access, PublicUrl};

use super::demo;
use super::listen::Door;
use crate::config::Config;
use crate::key_file::{self, KeyFileError};
use crate::system::{OsEntropy, SystemClock};

/// Makes database and keys, or brings them up to date.
pub fn prepare(config: &Config) -> Result<()> {
    sqlite::migrate_to(&config.database.path, None)?;
    match key_file::generate(&config.keys.file, &OsEntropy, SystemClock.now()) {
        Ok(()) | Err(KeyFileError::Exists(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Says what to open and what to try; `password` when the demo customer has the demo password.
pub fn greet(config: &Config, url: &PublicUrl, door: &Door, password: bool, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "otpd is ready for trying out. Nothing here is for real customers.\n")?;
    if let Some(taken) = door.instead_of {
        writeln!(out, "Port {} is taken by another program, so this is port {}.\n", taken.port(), door.address.port())?;
    }
    let (database, keys) = (config.database.path.display(), config.keys.file.display());
    writeln!(out, "  Open        {}", url.link("/"))?;
    writeln!(out, "  Sign in as  {} or {}", demo::EMAIL, demo::PHONE)?;
    if config.registration.access == Access::Open {
        if password {
            writeln!(out, "  Password    {}    on {}", demo::PASSWORD, url.link("/login/"))?;
        }
        writeln!(out, "  Register    {}", url.link("/register/"))?;
    }
    writeln!(out, "  API         {}", url.link("/api/docs"))?;
    writeln!(out, "  Codes       {} (and below)", url.link("/dev/mailbox"))?;
    writeln!(
        out,
        "  Limits      those on sends are wide, for you to try as often as you like; wrong guesses count as ever"
    )?;
    writeln!(out, "  Database    {database}; keys in {keys}\n")?;
    writeln!(out, "Commands on this database:  OTPD_DATABASE__URL=sqlite:{database} otpd account list")?;
    writeln!(
        out,
        "A key for the API:          OTPD_DATABASE__URL=sqlite:{database} otpd api-key create --name me --scope verifications"
    )?;
    writeln!(out, "Ctrl+C stops the server.\n")?;
    out.flush()?;
    Ok(())
}
