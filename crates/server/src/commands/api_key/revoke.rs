//! `otpd api-key revoke`: a key is worth nothing from now on.

use std::io::Write;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use otpd_domain::Domain;
use otpd_domain::administer::revoke_api_key;
use otpd_domain::api_key::{ApiKeyId, ApiKeyToken};

use crate::commands::{Outcome, staff};

/// Revoke a key, at once and for good
#[derive(Args)]
#[command(after_help = "Example:  otpd api-key revoke 0199c1a2-7b4e-7c6f-8d21-3f5a6b7c8d9e")]
pub struct Revoke {
    /// Its id, as otpd api-key list shows it
    id: String,
}

/// Runs the command.
pub async fn run(args: &Revoke, domain: &Domain, out: &mut dyn Write) -> Result<Outcome> {
    // Whoever found a key somewhere it should not be may have nothing but the key.
    let token = ApiKeyToken::parse(args.id.trim()).map(|token| token.id);
    let id = token.or_else(|| ApiKeyId::parse(args.id.trim()));
    // What was given is not repeated: it may be most of a key.
    let id = id.context("this is no id of a key; otpd api-key list shows all")?;
    if !revoke_api_key(domain, id, &staff()).await? {
        bail!("there is no key {id} that is not revoked already; otpd api-key list shows all");
    }
    writeln!(out, "revoked key {id}: it is refused from now on")?;
    Ok(Outcome::Fine)
}
