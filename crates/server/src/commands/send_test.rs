use std::io::Write;
use anyhow::Result;
use clap::Args;
use super::{Context, Outcome};
/// Send
#[derive(Args)]
pub struct SendTest {}
/// Runs.
pub fn run(_: &SendTest, _: &Context, _: &mut dyn Write) -> Result<Outcome> { Ok(Outcome::Fine) }
