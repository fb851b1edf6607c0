//! What the log is told of a try: one line, with the contact masked and neither contact nor code in the reason.

use otpd_domain::identifier::{Channel, Identifier};
use otpd_domain::keys::OpenError;
use otpd_domain::message::{ClaimedMessage, MessageContent, Receipt, TryOutcome};

use crate::{Detour, Handover};

/// Longest reason that is logged, in characters: other systems' replies are not ours to trust.
const MAX_REASON: usize = 300;

/// A try, as far as the log is concerned.
pub(super) struct Trial<'a> {
    pub(super) message: &'a ClaimedMessage,
    pub(super) content: &'a MessageContent,
}

/// A message that was sealed with another key, or changed.
pub(super) fn unopenable(message: &ClaimedMessage, error: &OpenError) {
    tracing::error!(
        id = %message.id,
        channel = message.channel.as_str(),
        %error,
        "message not sent: it cannot be opened; check that `keys.file` holds the keys of this database"
    );
}

/// A fault of the program; the panic itself was printed where it happened.
pub(super) fn broke_down(message: &ClaimedMessage) {
    tracing::error!(
        id = %message.id,
        channel = message.channel.as_str(),
        number = message.tries + 1,
        "a try to send a message broke down; this is a fault of the program"
    );
}

impl Trial<'_> {
    pub(super) fn log(&self, handover: &Handover, outcome: &TryOutcome) {
        let (id, channel) = (self.message.id, self.message.channel.as_str());
        let number = self.message.tries + 1;
        let (reason, needs_operator) = match handover {
            Handover::Accepted { note, receipt, detour } => return self.accepted(note, receipt, detour.as_ref()),
            Handover::Refused { reason } | Handover::Failed { reason } => (reason, false),
            Handover::Retry { reason, needs_operator, .. } => (reason, *needs_operator),
        };
        let (to, reason) = (self.recipient(), self.cleaned(reason));
        match outcome {
            TryOutcome::Retry { .. } if needs_operator => {
                let text =
                    "message not sent, and will not be until the settings or the other system are mended; tried again";
                tracing::error!(%id, channel, %to, number, reason, "{text}");
            }
            TryOutcome::Retry { ambiguous: true, .. } => {
                let text = "nobody knows whether the message was sent; tried once more";
                tracing::warn!(%id, channel, %to, number, reason, "{text}");
            }
            TryOutcome::Retry { .. } => {
                tracing::warn!(%id, channel, %to, number, reason, "message not sent; tried again");
            }
            TryOutcome::Refused if matches!(handover, Handover::Retry { .. }) => {
                let text = "given up in doubt: the recipient may have the message, or not";
                tracing::warn!(%id, channel, %to, number, reason, "{text}");
            }
            TryOutcome::Refused => tracing::warn!(%id, channel, %to, number, reason, "message refused"),
            TryOutcome::Failed | TryOutcome::Expired | TryOutcome::Accepted(_) => {
                tracing::error!(%id, channel, %to, number, reason, "message given up");
            }
        }
    }

    fn accepted(&self, note: &str, receipt: &Receipt, detour: Option<&Detour>) {
        let (id, channel, transport) = (self.message.id, self.message.channel.as_str(), receipt.transport.as_str());
        match detour {
            Some(Detour { reason, needs_operator: true }) => {
                let (to, reason) = (self.recipient(), self.cleaned(reason));
                let text = "a transport is left out until its settings or the other system are mended; \
                            message handed over by another";
                tracing::error!(%id, channel, %to, transport, reason, "{text}");
            }
            Some(Detour { reason, .. }) => {
                let (to, reason) = (self.recipient(), self.cleaned(reason));
                tracing::warn!(%id, channel, %to, transport, reason, "message handed over by another transport");
            }
            None if tracing::enabled!(tracing::Level::DEBUG) => {
                let (to, note) = (self.recipient(), self.cleaned(note));
                let (number, withheld) = (self.message.tries + 1, self.message.withheld);
                let reference = self.cleaned(receipt.reference.as_deref().unwrap_or_default());
                tracing::debug!(%id, channel, %to, number, withheld, transport, reference, note, "message handed over");
            }
            None => {}
        }
    }

    fn recipient(&self) -> String {
        masked(self.message.channel, &self.content.to)
    }

    /// A reason without the contact, the code and line breaks: servers repeat what they were told.
    fn cleaned(&self, reason: &str) -> String {
        let to = self.content.to.as_str();
        let mut cleaned = replaced(reason, to, &self.recipient());
        // Without the plus, or only the part before the @.
        for part in [to.trim_start_matches('+'), to.split('@').next().unwrap_or(to)] {
            if part.len() >= 4 {
                cleaned = replaced(&cleaned, part, "•••");
            }
        }
        if let Some(code) = &self.content.code {
            for written in [code.digits(), &code.readable()] {
                cleaned = replaced(&cleaned, written, "•••");
            }
        }
        cleaned.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_REASON).collect()
    }
}

fn masked(channel: Channel, to: &str) -> String {
    Identifier::from_stored(channel, to.to_owned()).masked().to_string()
}

/// Every occurrence replaced, whatever its case; the needle is ASCII, as canonical contacts and codes are.
fn replaced(text: &str, needle: &str, by: &str) -> String {
    if needle.is_empty() {
        return text.to_owned();
    }
    let (lower, needle) = (text.to_ascii_lowercase(), needle.to_ascii_lowercase());
    let mut result = String::with_capacity(text.len());
    let mut rest = 0;
    for (at, found) in lower.match_indices(&needle) {
        result.push_str(&text[rest..at]);
        result.push_str(by);
        rest = at + found.len();
    }
    result.push_str(&text[rest..]);
    result
}

#[cfg(test)]
mod tests {
    use otpd_domain::Timestamp;
    use otpd_domain::code::{Code, CodeLength};
    use otpd_domain::keys::{KeyId, Sealed};
    use otpd_domain::message::{MessageId, MessageKind};
    use otpd_testkit::SeededEntropy;

    use super::*;

    #[test]
    fn neither_way_to_write_a_long_code_is_repeated() {
        let now = Timestamp::from_millis(0);
        let message = ClaimedMessage {
            id: MessageId::generate(now, &SeededEntropy::default()).expect("seeded"),
            channel: Channel::Email,
            sealed: Sealed { key_id: KeyId(1), bytes: Vec::new() },
            expires_at: now,
            leased_until: now,
            tries: 0,
            ambiguous_tries: 0,
            withheld: false,
            recipient_name: None,
            recipient_language: None,
        };
        let length = CodeLength::new(6).expect("a length");
        let content = MessageContent {
            to: "asha@example.com".to_owned(),
            kind: MessageKind::SignIn,
            code: Code::parse("7KQ4-MZ2X-9HTWB", length).ok(),
            valid_seconds: 300,
            language: "en".to_owned(),
            name: None,
        };
        let trial = Trial { message: &message, content: &content };
        let said = "spam: 7KQ4-MZ2X-9HTWB, #7KQ4MZ2X9HTWB, 7kq4-mz2x-9htwb";
        assert_eq!(trial.cleaned(said), "spam: •••, #•••, •••");
    }
}
