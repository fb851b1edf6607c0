//! What goes out, and what became of it.

mod content;
mod receipt;

pub use content::{MessageContent, MessageKind};
pub use receipt::{DeliveryReport, Receipt, ReportedStage, SmsSize};
use serde::Serialize;

use crate::clock::Timestamp;
use crate::entropy::{Entropy, EntropyError};
use crate::id::time_ordered_id;
use crate::identifier::Channel;
use crate::keys::{Keyring, OpenError, Sealed};

time_ordered_id! {
    /// Names a message. Every try of the same message carries it (as `Message-ID` in mail), so that a receiver
    /// can tell a duplicate.
    MessageId
}

impl MessageId {
    /// When the message was made: a version 7 UUID begins with its moment. Every try of the same message bears
    /// this date.
    pub fn created_at(&self) -> Timestamp {
        let millis = self.0.as_bytes()[..6].iter().fold(0_i64, |millis, byte| millis << 8 | i64::from(*byte));
        Timestamp::from_millis(millis)
    }
}

/// A message as it is put into the outbox.
#[derive(Clone, Debug)]
pub struct OutboxMessage {
    /// Its id.
    pub id: MessageId,
    /// How it travels.
    pub channel: Channel,
    /// What it says, sealed.
    pub sealed: Sealed,
    /// When it was put in; due at once.
    pub created_at: Timestamp,
    /// When it becomes pointless: it is never sent after that.
    pub expires_at: Timestamp,
}

impl OutboxMessage {
    /// Seals a content; the id and the channel are bound to it, so that rows cannot be swapped.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn seal(
        keys: &Keyring,
        entropy: &dyn Entropy,
        id: MessageId,
        channel: Channel,
        content: &MessageContent,
    ) -> Result<Sealed, EntropyError> {
        let plain = zeroize::Zeroizing::new(serde_json::to_vec(content).map_err(|_| EntropyError)?);
        keys.seal(entropy, &plain, &seal_context(id, channel))
    }
}

fn seal_context(id: MessageId, channel: Channel) -> Vec<u8> {
    [id.as_bytes().as_slice(), channel.as_str().as_bytes()].concat()
}

/// A message leased to a worker.
#[derive(Clone, Debug)]
pub struct ClaimedMessage {
    /// Its id.
    pub id: MessageId,
    /// How it travels.
    pub channel: Channel,
    /// What it says, sealed.
    pub sealed: Sealed,
    /// When it becomes pointless.
    pub expires_at: Timestamp,
    /// Until when it is this worker's; also tells a late record from that of a newer lease.
    pub leased_until: Timestamp,
    /// Tries made before this one.
    pub tries: u32,
    /// Tries whose end nobody knows: the receiver may have the message already.
    pub ambiguous_tries: u32,
    /// No account has this contact: everything is done as for a real message, but nothing is sent.
    pub withheld: bool,
    /// The account's name, for the greeting.
    pub recipient_name: Option<String>,
    /// The account's own language.
    pub recipient_language: Option<String>,
}

impl ClaimedMessage {
    /// Opens what it says.
    ///
    /// # Errors
    /// When the key is gone or the row was changed.
    pub fn open(&self, keys: &Keyring) -> Result<MessageContent, OpenError> {
        let plain = keys.open(&self.sealed, &seal_context(self.id, self.channel))?;
        serde_json::from_slice(&plain).map_err(|_| OpenError::Tampered)
    }
}

/// How one try to deliver ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TryOutcome {
    /// The next system took it, and gave this receipt. Final: the row is erased.
    Accepted(Receipt),
    /// Not taken this time; try again at that moment.
    Retry {
        /// When to try again.
        at: Timestamp,
        /// Nobody knows whether it was taken: the line broke after the hand-off.
        ambiguous: bool,
        /// The channel is well; it was the recipient's side that put it off.
        deferred: bool,
    },
    /// The next system will never take it for this recipient. Final.
    Refused,
    /// It cannot be sent at all, whoever the recipient. Final.
    Failed,
    /// The code died before it could be sent. Final.
    Expired,
}

/// Where a message stands in the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// Waiting, or being tried; `tries` were made and failed.
    Pending {
        /// Tries that failed so far.
        tries: u32,
    },
    /// The recipient's side put it off before: it is tried again, or was given up, or its code died while it waited.
    Deferred,
    /// The next system took it.
    Accepted,
    /// The next system refused this recipient for good.
    Refused,
    /// It could not be sent at all.
    Failed,
    /// Its code died first.
    Expired,
}

/// What a person is told of their message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryNews {
    /// Not handed over yet.
    OnItsWay,
    /// A try failed; more follow.
    Delayed,
    /// Handed over.
    Sent,
    /// Could not be sent: choose another way.
    Failed,
}

impl DeliveryState {
    /// What a person is told. What only the recipient's side did (a refusal, a put-off) reads as sent: to contacts
    /// that nobody has nothing goes, so it can never happen to them, and telling would tell who is a customer.
    pub fn news(self) -> DeliveryNews {
        match self {
            Self::Pending { tries: 0 } => DeliveryNews::OnItsWay,
            Self::Pending { .. } => DeliveryNews::Delayed,
            Self::Accepted | Self::Refused | Self::Deferred => DeliveryNews::Sent,
            Self::Failed | Self::Expired => DeliveryNews::Failed,
        }
    }
}
