//! What sends a message, and how it says what came of it.

use std::time::Duration;

use async_trait::async_trait;
use otpd_domain::message::Receipt;

use crate::RenderedMessage;

/// How handing a message over ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handover {
    /// The next system took it.
    Accepted {
        /// What that system said, for the log and for `send-test`.
        note: String,
        /// Which transport took it, under which name, and as how many SMS.
        receipt: Receipt,
        /// What went wrong with transports that were asked before this one.
        detour: Option<Detour>,
    },
    /// The next system will never take it for this recipient.
    Refused {
        /// What it said.
        reason: String,
    },
    /// It cannot be sent at all, whoever the recipient.
    Failed {
        /// Why.
        reason: String,
    },
    /// Not this time.
    Retry {
        /// Why.
        reason: String,
        /// How long the next system asked to wait.
        after: Option<Duration>,
        /// Nobody knows whether the next system took it: the line broke, or time was up, after the hand-off.
        ambiguous: bool,
        /// The next system was well and took the sender; it was the recipient's side, or what came after, that failed.
        deferred: bool,
        /// It stays so until somebody changes the settings or the other system: a refused login, for example.
        needs_operator: bool,
    },
}

/// Why a message went by another transport than the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detour {
    /// What the transports before it said.
    pub reason: String,
    /// One of them stays unusable until somebody changes the settings or the other system.
    pub needs_operator: bool,
}

impl Handover {
    /// Taken by that transport.
    pub(crate) fn accepted(note: impl Into<String>, receipt: Receipt) -> Self {
        Self::Accepted { note: note.into(), receipt, detour: None }
    }

    /// A clear failure that may pass by itself.
    pub(crate) fn retry(reason: impl Into<String>) -> Self {
        Self::Retry { reason: reason.into(), after: None, ambiguous: false, deferred: false, needs_operator: false }
    }

    /// An end that nobody knows.
    pub(crate) fn ambiguous(reason: impl Into<String>) -> Self {
        Self::Retry { reason: reason.into(), after: None, ambiguous: true, deferred: false, needs_operator: false }
    }

    /// A failure that stays until somebody does something.
    pub(crate) fn needs_operator(reason: impl Into<String>) -> Self {
        Self::Retry { reason: reason.into(), after: None, ambiguous: false, deferred: false, needs_operator: true }
    }

    /// A message of the other channel: a fault of the program's wiring.
    pub(crate) fn wrong_channel() -> Self {
        Self::Failed { reason: "this transport does not carry messages of that channel".to_owned() }
    }

    /// The same end with its text changed.
    #[must_use]
    pub(crate) fn mapped(mut self, change: impl FnOnce(String) -> String) -> Self {
        let (Self::Accepted { note: text, .. }
        | Self::Refused { reason: text }
        | Self::Failed { reason: text }
        | Self::Retry { reason: text, .. }) = &mut self;
        *text = change(std::mem::take(text));
        self
    }

    /// This retry, met at a point where it must read as sent on the page.
    #[must_use]
    pub(crate) fn past_the_login(mut self) -> Self {
        if let Self::Retry { deferred, .. } = &mut self {
            *deferred = true;
        }
        self
    }
}

/// What a transport is asked to do with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Errand {
    /// Hand it over.
    Send,
    /// Find out what would become of it, without handing it over.
    Probe,
}

/// Sends messages of a channel.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Hands a message over. Answers within `time_limit`: who calls may stop waiting soon after it and must then
    /// take the end for unknown.
    async fn send(&self, message: &RenderedMessage, time_limit: Duration) -> Handover;

    /// What would have become of this message as far as the transport alone decides it, without sending anything
    /// to anybody. It takes the same way as [`Self::send`] and fails as it does when the other system is away.
    async fn probe(&self, message: &RenderedMessage, time_limit: Duration) -> Handover;

    /// Whether sending is a matter of microseconds and never waits for another system. Such messages are sent one
    /// after the other, without a task for each.
    fn never_waits(&self) -> bool {
        false
    }

    /// Takes leave of the other system; called once, after the last send.
    async fn close(&self) {}
}
