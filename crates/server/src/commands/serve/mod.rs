//! `otpd serve`: pages and delivery, until told to stop.

mod delivery_thread;
pub mod demo;
pub mod development;
mod listen;
mod run;
mod signals;

use std::io::Write;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use otpd_web::PublicUrl;

use super::{Context, Outcome};
use crate::config::Config;
use crate::config::table::problem::Problems;
use crate::{key_file, logging};
use listen::Door;

/// Run the server
///
/// SIGTERM or Ctrl+C stops it: it takes no new work, lets requests finish for up to ten seconds, and exits with 0. A
/// second signal ends it at once.
#[derive(Args)]
#[command(after_help = "\
Examples:
  otpd serve --dev     try it out: nothing to set up
  otpd serve           for customers, after otpd check --deploy")]
pub struct Serve {
    /// Try the server out: makes database, keys and a demo customer, keeps messages in a mailbox page
    #[arg(long)]
    dev: bool,
}

/// Runs the command.
pub fn run(args: &Serve, context: &Context, out: &mut dyn Write) -> Result<Outcome> {
    let mut reading = Config::read(&context.sources(args.dev).map_err(Problems::from)?);
    let notes = std::mem::take(&mut reading.notes);
    let config = if args.dev { reading.config } else { reading.for_serving() }?;
    if args.dev && config.server.public_url.as_ref().is_some_and(PublicUrl::is_secure) {
        bail!(
            "--dev makes a demo customer and shows codes to everybody, and server.public_url is https, as only a \
             server for customers has it; run otpd serve without --dev, or without this configuration"
        );
    }
    logging::start(&config.log);
    for note in notes {
        tracing::warn!("{note}");
    }
    if args.dev {
        development::prepare(&config)?;
    }
    let keys = key_file::keyring(&config.keys.file)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("otpd").build();
    runtime.context("the asynchronous runtime does not start")?.block_on(async {
        let door = Door::open(&config.server, args.dev)?;
        let public_url = config.server.public_url.clone().unwrap_or_else(|| door.url());
        if !args.dev {
            warn(&config, &public_url);
        }
        run::serve(&config, args.dev, public_url, door, keys, out).await
    })?;
    Ok(Outcome::Fine)
}

/// What customers would soon notice.
fn warn(config: &Config, url: &PublicUrl) {
    if !url.is_secure() {
        tracing::warn!(
            "server.public_url is not https: codes and sessions travel in the clear; otpd check --deploy explains"
        );
    } else if !config.server.has_proxies {
        tracing::warn!(
            "server.public_url is https, so a proxy is before this server, and server.trusted_proxies does not name it: \
             all visitors seem to come from one address, and reach limits.send.per_ip together"
        );
    }
}
