//! Whether the mail server and the providers of SMS let us in, without sending anything.

use anyhow::Result;
use otpd_delivery::Handover;
use otpd_domain::identifier::{EmailAddress, Identifier, PhoneNumber};

use super::findings::Findings;
use crate::commands::{block_on, send_test};
use crate::config::Config;
use crate::config::sms::SmsTransport;

/// A number for trying out: of the range that is kept for films. It is named to nobody.
const NUMBER: &str = "+14155550100";

/// Goes the way of a message up to the point where it would be handed over.
pub fn check(config: &Config, findings: &mut Findings) -> Result<()> {
    email(config, findings)?;
    sms(config, findings)
}

fn email(config: &Config, findings: &mut Findings) -> Result<()> {
    let Some(smtp) = config.email.smtp() else {
        findings.warning("email.transport", "there is no mail server to connect to", "Write \"smtp\"");
        return Ok(());
    };
    let sender = Identifier::Email(EmailAddress::from_stored(config.email.from.address.clone()));
    let place = format!("{}:{}", smtp.host, smtp.port);
    match probe(config, &sender)? {
        Err(why) => findings.error("email.smtp", why, "Correct that first"),
        Ok(None) => findings.fine(format!("mail server {place}: it lets us in")),
        Ok(Some(failure)) => {
            let remedy = "Check email.smtp.host, port, encryption, username and password";
            findings.error("email.smtp", format!("{place}: {failure}"), remedy);
        }
    }
    Ok(())
}

fn sms(config: &Config, findings: &mut Findings) -> Result<()> {
    let transports = &config.sms.transports;
    let is_provider =
        |transport: &&SmsTransport| matches!(transport, SmsTransport::Twilio(_) | SmsTransport::Gateway(_));
    let words: Vec<&str> = transports.iter().filter(is_provider).map(SmsTransport::word).collect();
    if words.is_empty() {
        return Ok(());
    }
    let names = words.join(", ");
    match probe(config, &Identifier::Phone(PhoneNumber::from_stored(NUMBER.to_owned())))? {
        Err(why) => findings.error("sms.transport", why, "Correct that first"),
        Ok(None) => findings.fine(format!("SMS by {names}: as far as can be told without sending, it works")),
        Ok(Some(failure)) => {
            let remedy = "Check the address, the login and the sender in sms.twilio or sms.gateway";
            findings.error("sms.transport", format!("{names}: {failure}"), remedy);
        }
    }
    Ok(())
}

/// What would become of a message to that contact; `Err` when it does not come to that.
fn probe(config: &Config, to: &Identifier) -> Result<Result<Option<String>, String>> {
    let (transport, message) = match send_test::sample(config, to, config.texts.default_language.clone()) {
        Ok(sample) => sample,
        Err(error) => return Ok(Err(format!("{error:#}"))),
    };
    let probed = block_on(async {
        let probed = transport.probe(&message, config.delivery.timeout).await;
        transport.close().await;
        Ok(probed)
    })?;
    let passed_over = match &probed {
        Handover::Accepted { detour: Some(detour), .. } => Some(detour.reason.clone()),
        _ => None,
    };
    Ok(Ok(send_test::failure(&probed).or(passed_over)))
}
