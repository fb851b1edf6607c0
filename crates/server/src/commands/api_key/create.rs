//! `otpd api-key create`: a new key, shown once.

use std::io::{Write, stderr};
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use otpd_domain::Domain;
use otpd_domain::administer::create_api_key;
use otpd_domain::api_key::Scope;
use otpd_domain::limits::parse_duration;

use crate::commands::{Outcome, staff};
use crate::output::written;

/// Make a key and print it
///
/// Only the key goes to the standard output, so that a script can take it; what else there is to say goes to the
/// standard error.
#[derive(Args)]
#[command(after_help = "\
Examples:
  otpd api-key create --name pharmacy --scope verifications
  otpd api-key create --name portal --scope sign-ins,sessions --expires 90d > portal.key")]
pub struct Create {
    /// What to call it, such as the back end that uses it
    #[arg(long)]
    name: String,
    /// What it may do; several with commas between them
    #[arg(long = "scope", value_name = "SCOPE", required = true, value_delimiter = ',', value_parser = scope())]
    scopes: Vec<Scope>,
    /// When it ends by itself, such as 90d [default: never]
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    expires: Option<Duration>,
}

fn scope() -> impl TypedValueParser<Value = Scope> {
    let words = Scope::ALL.map(|scope| PossibleValue::new(scope.as_str()).help(help(scope)));
    PossibleValuesParser::new(words)
        .try_map(|word| Scope::from_word(&word).ok_or_else(|| format!("\"{word}\" is no scope")))
}

fn help(scope: Scope) -> &'static str {
    match scope {
        Scope::Verifications => "send and check codes for phones and addresses",
        Scope::SignIns => "sign people in",
        Scope::TellUnknown => "learn whether a contact has an account; without it, known and unknown read the same",
        Scope::AccountsRead => "read accounts",
        Scope::AccountsWrite => "create and change accounts",
        Scope::Sessions => "read and end sessions, and ask whose a token is",
    }
}

/// Runs the command.
pub async fn run(args: &Create, domain: &Domain, out: &mut dyn Write) -> Result<Outcome> {
    let expires_at = args.expires.map(|in_time| domain.clock.now().after(in_time));
    let token = create_api_key(domain, &args.name, args.scopes.clone(), expires_at, &staff()).await?;
    let end = expires_at.map(|at| format!(" It ends on {}.", written(at))).unwrap_or_default();
    // A closed standard error must not keep the key from being shown: it exists already.
    let _ = writeln!(stderr(), "made key {}; this is the only time it is shown.{end}", token.id);
    writeln!(out, "{}", token.to_text())?;
    Ok(Outcome::Fine)
}
