//! `otpd openapi`: the description of the API.

use std::io::Write;

use anyhow::Result;
use clap::Args;
use otpd_web::{Declared, PublicUrl, openapi};

use super::{Context, Outcome};
use crate::{output, wire};

/// What the document names as the server where `server.public_url` is not set.
const SOMEWHERE: &str = "https://signin.example.com";

/// Print the OpenAPI document of the API
///
/// The same that the server has at /api/openapi.json: with its public URL, its types of verification and of customers.
/// Without any configuration, those are the defaults.
#[derive(Args)]
#[command(after_help = "Example:  otpd openapi > openapi.json")]
pub struct OpenApi {}

/// Runs the command.
pub fn run(_: &OpenApi, context: &Context, out: &mut dyn Write) -> Result<Outcome> {
    let config = context.config()?;
    let public_url = config.server.public_url.clone().map_or_else(|| PublicUrl::parse(SOMEWHERE), Ok)?;
    let declared = Declared::of(&wire::policy(&config), &config.customers.types);
    output::json(out, &openapi(&public_url, &declared))?;
    Ok(Outcome::Fine)
}
