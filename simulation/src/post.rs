//! The mail server and the SMS provider, and everybody's mailboxes.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use otpd_delivery::{Handover, RenderedMessage, Transport};
use otpd_domain::message::{MessageId, Receipt, SmsSize};

use crate::stage::Stage;

/// How long a transport that hangs keeps the worker: as long as a try may last.
const HANGS_FOR: Duration = Duration::from_secs(20);

/// How the next systems are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Everything is taken.
    Fine,
    /// Much goes wrong.
    Flaky,
    /// Nothing is taken.
    Down,
}

/// How one hand-over goes.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Taken,
    TakenInDoubt,
    TakenAndHangs,
    TakenAndPanics,
    PutOff,
    InDoubt,
    Hangs,
    Panics,
    Refused,
    Failed,
}

/// The mail server and the SMS provider.
pub struct Post {
    stage: Arc<Stage>,
    mood: Mutex<Mood>,
    arrived: Mutex<BTreeSet<MessageId>>,
}

impl Post {
    /// A post that is well.
    pub fn new(stage: Arc<Stage>) -> Self {
        Self { stage, mood: Mutex::new(Mood::Fine), arrived: Mutex::default() }
    }

    /// From now on it is like that.
    pub fn set_mood(&self, mood: Mood) {
        *self.mood.lock().unwrap_or_else(PoisonError::into_inner) = mood;
    }

    /// Whether the message is in its mailbox.
    pub fn has(&self, message: MessageId) -> bool {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner).contains(&message)
    }

    /// Empties the mailboxes.
    pub fn forget(&self) {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn fate(&self) -> Fate {
        let mood = *self.mood.lock().unwrap_or_else(PoisonError::into_inner);
        match mood {
            Mood::Fine => Fate::Taken,
            Mood::Down => self.stage.dice.pick(&[(9, Fate::PutOff), (1, Fate::Hangs)]),
            Mood::Flaky => self.stage.dice.pick(&[
                (50, Fate::Taken),
                (20, Fate::PutOff),
                (8, Fate::TakenInDoubt),
                (8, Fate::InDoubt),
                (4, Fate::TakenAndHangs),
                (4, Fate::Hangs),
                (1, Fate::TakenAndPanics),
                (1, Fate::Panics),
                (3, Fate::Refused),
                (1, Fate::Failed),
            ]),
        }
    }

    fn carry(&self, message: &RenderedMessage, hand_over: bool) -> Handover {
        let (id, to, text) = match message {
            RenderedMessage::Mail(mail) => (mail.id, &mail.to, &mail.text),
            RenderedMessage::Sms(sms) => (sms.id, &sms.to, &sms.text),
        };
        let fate = self.fate();
        self.stage.journal.note(format!("message {id} {}: {fate:?}", if hand_over { "is sent" } else { "is probed" }));
        let taken =
            matches!(fate, Fate::Taken | Fate::TakenInDoubt | Fate::TakenAndHangs | Fate::TakenAndPanics) && hand_over;
        if taken {
            self.stage.witness().taken(id, to, text, self.stage.clock.moment(), &self.stage.journal);
            self.arrived.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        }
        if let Fate::Hangs | Fate::TakenAndHangs = fate {
            self.stage.clock.advance(HANGS_FOR);
        }
        match fate {
            Fate::Taken => Handover::Accepted { note: String::new(), receipt: receipt(message), detour: None },
            Fate::PutOff => retry(false),
            Fate::TakenInDoubt | Fate::InDoubt | Fate::TakenAndHangs | Fate::Hangs => retry(true),
            // Without the hook of panics: nothing is printed.
            Fate::TakenAndPanics | Fate::Panics => std::panic::resume_unwind(Box::new("by the dice")),
            Fate::Refused => Handover::Refused { reason: "by the dice".to_owned() },
            Fate::Failed => Handover::Failed { reason: "by the dice".to_owned() },
        }
    }
}

#[async_trait]
impl Transport for Post {
    async fn send(&self, message: &RenderedMessage, _time_limit: Duration) -> Handover {
        self.carry(message, true)
    }

    async fn probe(&self, message: &RenderedMessage, _time_limit: Duration) -> Handover {
        self.carry(message, false)
    }

    fn never_waits(&self) -> bool {
        true
    }
}

fn retry(ambiguous: bool) -> Handover {
    let reason = "by the dice".to_owned();
    Handover::Retry { reason, after: None, ambiguous, deferred: false, needs_operator: false }
}

fn receipt(message: &RenderedMessage) -> Receipt {
    let segments = message.sms().map(|_| SmsSize { count: 1, unicode: false });
    Receipt { transport: "simulated".to_owned(), reference: None, segments }
}
