//! Messages: what went out, how often, and how each ended.

use otpd_domain::Timestamp;
use otpd_domain::message::{ClaimedMessage, MessageId, OutboxMessage, TryOutcome};

use super::Witness;
use crate::clock::Moment;
use crate::journal::Journal;

/// Ambiguous ends of a message that may be recorded; then it is given up.
const MOST_AMBIGUOUS: u32 = 1;

/// A message that was committed.
#[derive(Clone, Debug)]
pub struct MessageFact {
    /// Where it goes.
    pub to: String,
    /// The code it carries.
    pub code: Option<String>,
    /// When it becomes pointless.
    pub expires_at: Timestamp,
    /// When it was committed.
    pub made: Moment,
    /// Nobody has the contact.
    pub to_nobody: bool,
    /// The contact's owner may be told instead.
    pub has_notice: bool,
    /// How often the next system took it.
    pub taken: u32,
    /// How often it was recorded that nobody knows whether it was taken.
    pub ambiguous: u32,
    /// Until when the worker holds it that claimed it last; none when it was given back. A moment in the place of
    /// "given back" would be wrong: the clock may be set back before it.
    pub leased_until: Option<Timestamp>,
    /// It has ended: nothing more may be sent.
    pub ended: bool,
}

impl MessageFact {
    /// A message to somebody.
    pub fn new(message: &OutboxMessage, to: &str, code: Option<String>, now: Moment) -> Self {
        Self {
            to: to.to_owned(),
            code,
            expires_at: message.expires_at,
            made: now,
            to_nobody: false,
            has_notice: false,
            taken: 0,
            ambiguous: 0,
            leased_until: None,
            ended: false,
        }
    }

    /// The code as people read it.
    fn readable(&self) -> Option<String> {
        let code = self.code.as_deref().filter(|code| !code.is_empty())?;
        match (code.get(..4), code.get(4..8), code.get(8..)) {
            (Some(first), Some(second), Some(third)) if code.len() == 13 => Some(format!("{first}-{second}-{third}")),
            _ => Some(code.to_owned()),
        }
    }
}

impl Witness {
    /// A notice was committed; to whom it goes, nobody outside of it knows.
    pub fn noticed(&mut self, message: &OutboxMessage, now: Moment) {
        self.messages.insert(message.id, MessageFact::new(message, "", None, now));
    }

    /// The next system took a message.
    pub fn taken(&mut self, id: MessageId, to: &str, text: &str, now: Moment, journal: &Journal) {
        let Some(fact) = self.messages.get_mut(&id) else {
            journal.violated(format!("message {id} was sent and never put into the outbox"));
            return;
        };
        fact.taken += 1;
        self.figures.taken += 1;
        self.figures.duplicates += u64::from(fact.taken > 1);
        journal.demand(!fact.ended, || format!("message {id} was sent after it had ended"));
        journal.demand(fact.to.is_empty() || fact.to == to, || format!("message {id} went to {to}"));
        journal.demand(now.shown < fact.expires_at, || format!("message {id} was sent after it had expired"));
        journal.demand(!fact.to_nobody || fact.has_notice, || format!("message {id} was sent, which nobody waits for"));
        let carries = fact.readable().is_none_or(|code| text.contains(&code));
        // Where an account has the contact already, its owner is told, and not the code.
        journal.demand(carries != fact.to_nobody || fact.code.is_none(), || format!("message {id} says another code"));
    }

    /// Ends of tries were recorded.
    pub fn recorded(&mut self, (id, leased_until): (MessageId, Timestamp), outcome: &TryOutcome, journal: &Journal) {
        let Some(fact) = self.messages.get_mut(&id) else { return };
        match outcome {
            // An outdated lease changes nothing.
            TryOutcome::Retry { .. } if fact.leased_until != Some(leased_until) => {}
            TryOutcome::Retry { ambiguous, .. } => {
                fact.ambiguous += u32::from(*ambiguous);
                fact.leased_until = None;
                journal.demand(fact.ambiguous <= MOST_AMBIGUOUS, || {
                    format!("message {id} is tried again after {} ends that nobody knows", fact.ambiguous)
                });
            }
            _ => fact.ended = true,
        }
    }

    /// A message was given back untried.
    pub fn released(&mut self, (id, leased_until): (MessageId, Timestamp)) {
        let held = self.messages.get_mut(&id).filter(|fact| fact.leased_until == Some(leased_until));
        if let Some(fact) = held {
            fact.leased_until = None;
        }
    }

    /// A message was handed out to the worker.
    pub fn claimed(&mut self, message: &ClaimedMessage, now: Moment, journal: &Journal) {
        let id = message.id;
        let Some(fact) = self.messages.get_mut(&id) else {
            journal.violated(format!("message {id} was handed out and never put into the outbox"));
            return;
        };
        let held = fact.leased_until.is_some_and(|until| now.shown < until);
        journal.demand(!held, || format!("message {id} was handed out twice at once"));
        fact.leased_until = Some(message.leased_until);
        journal.demand(!fact.ended, || format!("message {id} was handed out after it had ended"));
        journal.demand(now.shown < fact.expires_at, || format!("message {id} was handed out after it had expired"));
    }

    /// What carries a code.
    pub fn message(&self, id: MessageId) -> Option<&MessageFact> {
        self.messages.get(&id)
    }
}
