//! Whether the mail server lets us in, without sending anything.

use anyhow::Result;
use otpd_domain::identifier::{EmailAddress, Identifier};

use super::findings::Findings;
use crate::commands::{block_on, send_test};
use crate::config::Config;

/// Goes the way of a message up to the point where it would be handed over.
pub fn check(config: &Config, findings: &mut Findings) -> Result<()> {
    let Some(smtp) = config.email.smtp() else {
        findings.warning("email.transport", "there is no mail server to connect to", "Write \"smtp\"");
        return Ok(());
    };
    let sender = Identifier::Email(EmailAddress::from_stored(config.email.from.address.clone()));
    let place = format!("{}:{}", smtp.host, smtp.port);
    let (transport, message) = match send_test::sample(config, &sender, config.texts.default_language.clone()) {
        Ok(sample) => sample,
        Err(error) => {
            findings.error("email.smtp", format!("{error:#}"), "Correct that first");
            return Ok(());
        }
    };
    let probed = block_on(async {
        let probed = transport.probe(&message, config.delivery.timeout).await;
        transport.close().await;
        Ok(probed)
    })?;
    match send_test::failure(&probed) {
        None => findings.fine(format!("mail server {place}: it lets us in")),
        Some(failure) => {
            let remedy = "Check email.smtp.host, port, encryption, username and password";
            findings.error("email.smtp", format!("{place}: {failure}"), remedy);
        }
    }
    Ok(())
}
