//! `otpd send-test`: a real message through the configured transport.

use std::io::Write;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use otpd_delivery::{Draft, Handover, RenderedMessage, Transport};
use otpd_domain::Clock;
use otpd_domain::code::Code;
use otpd_domain::identifier::{Channel, Identifier};
use otpd_domain::message::{MessageContent, MessageId, MessageKind};

use super::{Context, Outcome, block_on};
use crate::config::Config;
use crate::config::table::problem::Problems;
use crate::system::{OsEntropy, SystemClock};
use crate::wire;

/// Most characters shown of what a provider said.
const MAX_SHOWN: usize = 500;
/// Who the test message greets.
const RECIPIENT: &str = "Test Customer";

/// Send a test message through the configured transport
///
/// The message is the one customers get, with a sample code that signs nobody in. Printed are the provider's own words,
/// its name for the message, and how many SMS it counts as. If it fails, the exit code is 1.
#[derive(Args)]
#[command(after_help = "\
Examples:
  otpd send-test --channel email --to you@example.com
  otpd send-test --channel sms --to +919876543210")]
pub struct SendTest {
    /// How to send it
    #[arg(long)]
    channel: Way,
    /// Where to send it: an e-mail address or a phone number
    #[arg(long, value_name = "CONTACT")]
    to: String,
    /// Language of the message [default: locales.default]
    #[arg(long, value_name = "TAG")]
    language: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Way {
    Email,
    Sms,
}

/// Runs the command.
pub fn run(args: &SendTest, context: &Context, out: &mut dyn Write) -> Result<Outcome> {
    let config = context.config()?;
    crate::logging::start(&config.log);
    let channel = match args.channel {
        Way::Email => Channel::Email,
        Way::Sms => Channel::Sms,
    };
    let to = config
        .phone
        .contacts
        .parse(channel, &args.to)
        .with_context(|| format!("nothing was sent to \"{}\"", args.to))?;
    let language = args.language.as_ref().unwrap_or(&config.texts.default_language).clone();
    block_on(send(&config, &to, language, out))
}

async fn send(config: &Config, to: &Identifier, language: String, out: &mut dyn Write) -> Result<Outcome> {
    let (transport, message) = sample(config, to, language)?;
    let handover = transport.send(&message, config.delivery.timeout).await;
    transport.close().await;
    report(&handover, to, &message, out)
}

/// The configured transport, and what a customer would get by it: with a code that was never issued.
pub fn sample(config: &Config, to: &Identifier, language: String) -> Result<(Arc<dyn Transport>, RenderedMessage)> {
    let public_url = config.server.required_public_url().map_err(Problems::from)?;
    let renderer = wire::renderer(config, &public_url, &wire::templates(config)?)?;
    let content = MessageContent {
        to: to.as_str().to_owned(),
        kind: MessageKind::SignIn,
        code: Some(Code::generate(&OsEntropy, config.challenges.code_length)?),
        valid_seconds: config.challenges.ttl.as_secs(),
        language,
        name: None,
    };
    let draft = Draft {
        id: MessageId::generate(SystemClock.now(), &OsEntropy)?,
        channel: to.channel(),
        content: &content,
        recipient_name: Some(RECIPIENT),
        recipient_language: None,
    };
    let transports = wire::transports(config, &public_url)?;
    let transport = match to.channel() {
        Channel::Email => transports.email,
        Channel::Sms => transports.sms,
    };
    Ok((transport, renderer.render(&draft)?))
}

fn report(handover: &Handover, to: &Identifier, message: &RenderedMessage, out: &mut dyn Write) -> Result<Outcome> {
    let outcome = if let Handover::Accepted { note, receipt, detour } = handover {
        if let Some(detour) = detour {
            writeln!(out, "not sent at first: {}", shown(&detour.reason))?;
        }
        writeln!(out, "sent to {} by {}", to.as_str(), receipt.transport)?;
        writeln!(out, "the provider says: {}", shown(note))?;
        if let Some(reference) = &receipt.reference {
            writeln!(out, "its name for the message: {}", shown(reference))?;
        }
        Outcome::Fine
    } else {
        writeln!(out, "{}", failure(handover).unwrap_or_default())?;
        Outcome::ProblemFound
    };
    if let Some(sms) = message.sms() {
        let segments = sms.segments();
        writeln!(out, "it counts as {} SMS ({}, {} units)", segments.segments, segments.encoding, segments.units)?;
    }
    Ok(outcome)
}

/// What went wrong, in the provider's own words.
pub fn failure(handover: &Handover) -> Option<String> {
    let (what, reason) = match handover {
        Handover::Accepted { .. } => return None,
        Handover::Refused { reason } => ("the provider refuses this recipient", reason),
        Handover::Failed { reason } => ("it cannot be sent", reason),
        Handover::Retry { reason, ambiguous: true, .. } => ("nobody knows whether it was sent", reason),
        Handover::Retry { reason, .. } => ("it was not sent this time", reason),
    };
    Some(format!("{what}: {}", shown(reason)))
}

/// A provider's words, fit for a terminal.
fn shown(words: &str) -> String {
    words.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_SHOWN).collect()
}
