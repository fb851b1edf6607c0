//! What a failed dialogue means for the message: the one place where it is decided.

use std::time::Duration;

use crate::Handover;

/// A step of the dialogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Step {
    Connect,
    Encrypt,
    Login,
    Sender,
    Recipient,
    Data,
    /// The text is being handed over, or its reply awaited.
    Text,
}

impl Step {
    pub(super) const ALL: [Self; 7] =
        [Self::Connect, Self::Encrypt, Self::Login, Self::Sender, Self::Recipient, Self::Data, Self::Text];

    /// Whether a probe never comes this far.
    fn is_past_the_probe(self) -> bool {
        matches!(self, Self::Recipient | Self::Data | Self::Text)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Connect => "connecting",
            Self::Encrypt => "STARTTLS",
            Self::Login => "the login",
            Self::Sender => "MAIL FROM",
            Self::Recipient => "RCPT TO",
            Self::Data => "DATA",
            Self::Text => "the text",
        }
    }
}

/// Why a step failed.
#[derive(Debug)]
pub(super) enum Fault {
    /// The server replied with this code.
    Reply { code: u16, text: String },
    /// There was no reply in time.
    NoReply(Duration),
    /// The line broke, or what came over it was no SMTP.
    Line(String),
    /// TLS failed, or the server offers nothing that was asked for.
    Unsuitable(String),
}

impl Fault {
    /// Whether nothing more can be said over the connection; 421 announces that the server closes it.
    pub(super) fn broke_the_line(&self) -> bool {
        !matches!(self, Self::Reply { code, .. } if *code != 421)
    }
}

impl From<lettre::transport::smtp::Error> for Fault {
    fn from(error: lettre::transport::smtp::Error) -> Self {
        match error.status() {
            Some(code) => Self::Reply { code: code.into(), text: error.to_string() },
            None if error.is_tls() || error.is_client() => Self::Unsuitable(error.to_string()),
            None => Self::Line(error.to_string()),
        }
    }
}

/// What a failed step means for the message.
///
/// Whatever fails from the recipient on is marked as such (`Refused`, or `deferred`): a probe ends before it, so only
/// messages to known contacts can meet it, and people must not be told.
pub(super) fn judge(step: Step, fault: &Fault) -> Handover {
    let mut handover = verdict(step, fault);
    if let Handover::Retry { deferred, .. } = &mut handover {
        *deferred = step.is_past_the_probe();
    }
    handover
}

fn verdict(step: Step, fault: &Fault) -> Handover {
    let reason = match fault {
        Fault::Reply { text, .. } | Fault::Line(text) | Fault::Unsuitable(text) => format!("{}: {text}", step.name()),
        Fault::NoReply(waited) => format!("{}: no reply within {} ms", step.name(), waited.as_millis()),
    };
    match (step, fault) {
        // A reply leaves no doubt, wherever it comes.
        (_, Fault::Reply { code: 400..=499, .. }) => Handover::retry(reason),
        // The text was on its way: the server may have the mail.
        (Step::Text, Fault::NoReply(_) | Fault::Line(_) | Fault::Unsuitable(_)) => Handover::ambiguous(reason),
        // The server refuses this machine or its login, not the message. That a login is wanted is told as late as
        // at MAIL FROM or RCPT TO by some servers.
        (Step::Connect | Step::Encrypt | Step::Login, Fault::Reply { .. })
        | (_, Fault::Reply { code: 530 | 534 | 535 | 538, .. } | Fault::Unsuitable(_)) => {
            Handover::Retry { reason, after: None, ambiguous: false, deferred: false, needs_operator: true }
        }
        (Step::Recipient | Step::Data | Step::Text, Fault::Reply { .. }) => Handover::Refused { reason },
        (Step::Sender, Fault::Reply { .. }) => Handover::Failed { reason },
        // Until the text nothing was handed over.
        (_, Fault::NoReply(_) | Fault::Line(_)) => Handover::retry(reason),
    }
}

/// What it means that the time for the whole message was up.
pub(super) fn out_of_time(step: Step) -> Handover {
    judge(step, &Fault::Line("the time for a try was up".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(code: u16) -> Fault {
        Fault::Reply { code, text: "as it says".to_owned() }
    }

    fn is_clear_retry(handover: &Handover, operator: bool) -> bool {
        matches!(handover, Handover::Retry { ambiguous: false, needs_operator, .. } if *needs_operator == operator)
    }

    #[test]
    fn replies_are_clear_at_every_step() {
        for step in Step::ALL {
            for code in [421, 450, 451, 452] {
                assert!(is_clear_retry(&judge(step, &reply(code)), false), "{step:?} {code}");
            }
            for code in [530, 535] {
                assert!(is_clear_retry(&judge(step, &reply(code)), true), "{step:?} {code}");
            }
            let refused = judge(step, &reply(550));
            match step {
                Step::Connect | Step::Encrypt | Step::Login => assert!(is_clear_retry(&refused, true), "{step:?}"),
                Step::Sender => assert!(matches!(refused, Handover::Failed { .. })),
                Step::Recipient | Step::Data | Step::Text => {
                    assert!(matches!(refused, Handover::Refused { .. }), "{step:?}");
                }
            }
        }
    }

    #[test]
    fn only_a_break_after_the_text_leaves_doubt() {
        for step in Step::ALL {
            let faults = [Fault::NoReply(Duration::from_secs(1)), Fault::Line("broken pipe".to_owned())];
            for handover in faults.iter().map(|fault| judge(step, fault)).chain([out_of_time(step)]) {
                let doubtful = matches!(handover, Handover::Retry { ambiguous: true, .. });
                assert_eq!(doubtful, step == Step::Text, "{step:?} {handover:?}");
            }
        }
    }

    #[test]
    fn what_a_probe_never_meets_is_not_told() {
        for step in Step::ALL {
            for fault in
                [reply(451), reply(530), Fault::NoReply(Duration::from_secs(1)), Fault::Line("gone".to_owned())]
            {
                let Handover::Retry { deferred, .. } = judge(step, &fault) else { unreachable!("{step:?} {fault:?}") };
                assert_eq!(deferred, step.is_past_the_probe(), "{step:?} {fault:?}");
            }
        }
    }

    #[test]
    fn the_reason_names_the_step() {
        let Handover::Refused { reason } = judge(Step::Recipient, &reply(550)) else { unreachable!("refused") };
        assert_eq!(reason, "RCPT TO: as it says");
    }
}
