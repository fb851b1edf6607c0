use std::io::Write;
use anyhow::Result;
use clap::Args;
use super::{Context, Outcome};
/// Send
#[derive(Args)]
pub struct Serve {}
/// Runs.
pub fn run(_: &Serve, _: &Context, _: &mut dyn Write) -> Result<Outcome> { Ok(Outcome::Fine) }
