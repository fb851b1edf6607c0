//! What sends a message, and how it says what came of it.

use std::time::Duration;

use async_trait::async_trait;

use crate::RenderedMessage;

/// How handing a message over ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handover {
    /// The next system took it.
    Accepted {
        /// What that system said, for the log and for `send-test`.
        note: String,
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

impl Handover {
    /// A clear failure that may pass by itself.
    pub(crate) fn retry(reason: impl Into<String>) -> Self {
        Self::Retry { reason: reason.into(), after: None, ambiguous: false, deferred: false, needs_operator: false }
    }

    /// An end that nobody knows.
    pub(crate) fn ambiguous(reason: impl Into<String>) -> Self {
        Self::Retry { reason: reason.into(), after: None, ambiguous: true, deferred: false, needs_operator: false }
    }

    /// A message of the other channel: a fault of the program's wiring.
    pub(crate) fn wrong_channel() -> Self {
        Self::Failed { reason: "this transport does not carry messages of that channel".to_owned() }
    }
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
