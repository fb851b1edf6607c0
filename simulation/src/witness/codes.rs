//! Codes: what was issued, guessed and used.

use otpd_domain::Timestamp;
use otpd_domain::challenge::{ChallengeId, Purpose, Subject};
use otpd_domain::identifier::Identifier;
use otpd_domain::message::{ClaimedMessage, MessageId, OutboxMessage};
use otpd_domain::ports::Issue;

use super::{MessageFact, Witness};
use crate::clock::Moment;
use crate::journal::Journal;

/// How far a code outlives its process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// It is in the database.
    InDatabase,
    /// It is in the memory of the process that sent it.
    InMemory,
    /// It was, and that process has ended.
    Lost,
}

/// A code that was committed.
#[derive(Clone, Debug)]
pub struct CodeFact {
    /// Where it went.
    pub contact: Identifier,
    /// What it is good for.
    pub purpose: Purpose,
    /// The code itself.
    pub code: String,
    /// Whether it is a long one.
    pub long: bool,
    /// The message that carries it.
    pub message: MessageId,
    /// When it dies.
    pub expires_at: Timestamp,
    /// When it was committed.
    pub issued: Moment,
    /// Guesses that were counted.
    pub reserved: u32,
    /// Guesses it has.
    pub max_attempts: u32,
    /// Whether a right guess was compared.
    pub right: bool,
    /// How often it was used.
    pub used: u32,
    /// Whether it is there still.
    pub life: Life,
}

impl CodeFact {
    /// Nothing may come of it any more.
    pub fn is_dead(&self, now: Moment) -> bool {
        now.shown >= self.expires_at || self.used > 0 || self.life == Life::Lost
    }
}

impl Witness {
    /// A challenge and its message were committed. `subject` is `None` where the store does not tell.
    pub fn issued(&mut self, issue: &Issue, subject: Option<Subject>, now: Moment) {
        let code = self.code_of(&issue.message).unwrap_or_default();
        let challenge = &issue.challenge;
        self.figures.issued += 1;
        self.figures.long += u64::from(challenge.long);
        let fact = CodeFact {
            contact: challenge.identifier.clone(),
            purpose: challenge.purpose.clone(),
            code: code.clone(),
            long: challenge.long,
            message: challenge.message_id,
            expires_at: challenge.expires_at,
            issued: now,
            reserved: 0,
            max_attempts: challenge.max_attempts,
            right: false,
            used: 0,
            life: if self.in_memory.contains(&challenge.purpose) { Life::InMemory } else { Life::InDatabase },
        };
        self.codes.insert(challenge.id, fact);
        let to_nobody = subject == Some(Subject::Nobody);
        let message = MessageFact::new(&issue.message, challenge.identifier.as_str(), Some(code), now);
        self.messages
            .insert(issue.message.id, MessageFact { to_nobody, has_notice: issue.notice.is_some(), ..message });
    }

    /// The fact of a code.
    pub fn code(&self, id: ChallengeId) -> Option<&CodeFact> {
        self.codes.get(&id)
    }

    /// All codes of the books.
    pub fn codes(&self) -> impl DoubleEndedIterator<Item = (&ChallengeId, &CodeFact)> {
        self.codes.iter()
    }

    pub(super) fn code_mut(&mut self, id: ChallengeId) -> Option<&mut CodeFact> {
        self.codes.get_mut(&id)
    }

    /// A code was used, its effect committed.
    pub fn used(&mut self, id: ChallengeId, now: Moment, journal: &Journal) {
        let Some(fact) = self.codes.get_mut(&id) else {
            journal.violated(format!("{id} was used and never issued"));
            return;
        };
        fact.used += 1;
        journal.demand(fact.used == 1, || format!("the code of {id} was used {} times", fact.used));
        journal.demand(fact.life != Life::Lost, || format!("the code of {id} was used after its process had ended"));
        journal.demand(fact.right, || format!("the code of {id} was used without a right guess"));
        journal.demand(now.shown < fact.expires_at, || format!("the code of {id} was used after it had expired"));
    }

    fn code_of(&self, message: &OutboxMessage) -> Option<String> {
        let claimed = ClaimedMessage {
            id: message.id,
            channel: message.channel,
            sealed: message.sealed.clone(),
            expires_at: message.expires_at,
            leased_until: message.expires_at,
            tries: 0,
            ambiguous_tries: 0,
            withheld: false,
            recipient_name: None,
            recipient_language: None,
        };
        let content = claimed.open(&self.keys).ok()?;
        content.code.map(|code| code.digits().to_owned())
    }
}
