//! `otpd check`: what is wrong with the configuration and, in production, what is unsafe.

mod connect;
mod deploy;
mod doors;
mod findings;
mod guessing;
mod machine;
mod sends;

use std::io::Write;

use anyhow::Result;
use clap::Args;

use super::{Context, Outcome};
use crate::config::layers::Sources;
use crate::config::{Config, Reading};
use findings::{Findings, Severity};

/// Explain what is wrong with the configuration
///
/// Checks every setting, and on this machine the key file, the database, the templates and the folders that are
/// written to. Says what the limits on guessing come to. Nothing is changed. The exit code is 1 when there is an error; warnings alone give 0.
#[derive(Args)]
#[command(after_help = "\
Examples:
  otpd check              before the first start
  otpd check --deploy     before real customers come
  otpd check --json | jq -e .ok")]
pub struct Check {
    /// Also refuse what is unsafe in production: no https, messages that are not sent, readable secrets
    #[arg(long)]
    deploy: bool,
    /// Also connect to the mail server and the providers of SMS and log in, sending nothing
    #[arg(long)]
    connect: bool,
    /// Print the findings as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Check, context: &Context, out: &mut dyn Write) -> Result<Outcome> {
    let mut findings = Findings::default();
    match context.sources(false) {
        Ok(sources) => check(args, &sources, &mut findings)?,
        Err(problem) => findings.add(Severity::Error, problem),
    }
    if args.json {
        findings.print_json(out)?;
    } else {
        findings.print(out)?;
    }
    Ok(if findings.count(Severity::Error) == 0 { Outcome::Fine } else { Outcome::ProblemFound })
}

fn check(args: &Check, sources: &Sources, findings: &mut Findings) -> Result<()> {
    let Reading { config, notes, lacks_public_url } = Config::read(sources);
    for note in notes {
        findings.add(Severity::Warning, note);
    }
    let (config, problems) = match config {
        Ok(config) => (Some(config), Vec::new()),
        Err(problems) => (None, problems.0),
    };
    for problem in problems.into_iter().chain(lacks_public_url) {
        findings.add(Severity::Error, problem);
    }
    // The machine is looked at only with settings that are right in themselves.
    let Some(config) = config else { return Ok(()) };
    doors::tell(&config, findings);
    let too_likely = if args.deploy { Severity::Error } else { Severity::Warning };
    guessing::check(&config, too_likely, findings);
    machine::check(&config, findings);
    if args.deploy {
        deploy::check(&config, findings);
        doors::check(&config, findings);
        sends::check(&config, findings);
        deploy::secrets(sources, findings);
    }
    if args.connect {
        connect::check(&config, findings)?;
    }
    Ok(())
}
