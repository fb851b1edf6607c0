//! One try of one message: open, put into words, hand over, conclude.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use otpd_domain::Timestamp;
use otpd_domain::message::{ClaimedMessage, MessageId, TryOutcome};

use super::Core;
use super::backoff::backoff;
use super::log::{self, Trial};
use super::stop::{Phase, Stopping};
use crate::{Draft, Handover, RenderedMessage};

/// Ambiguous ends after which no further try is made: at most one message too many per hand-off.
const MAX_AMBIGUOUS: u32 = 2;
/// Part of a try's time that the transport is told to keep to; the rest is for its answer.
const TRANSPORT_SHARE: f32 = 0.9;

/// How a claimed message ended this time.
#[derive(Clone)]
pub(super) struct Ended {
    pub(super) id: MessageId,
    pub(super) leased_until: Timestamp,
    /// `None`: it was not tried and goes back as it is.
    pub(super) outcome: Option<TryOutcome>,
}

impl Core {
    /// Tries a claimed message once.
    pub(super) async fn attempt(&self, message: ClaimedMessage, stopping: Stopping) -> Ended {
        // A panic ends this try and nothing else: other messages wait behind it.
        let contained = AssertUnwindSafe(self.try_once(&message, stopping)).catch_unwind().await;
        let outcome = contained.unwrap_or_else(|_| {
            log::broke_down(&message);
            Some(self.conclude(&message, &Handover::ambiguous("a panic")))
        });
        Ended { id: message.id, leased_until: message.leased_until, outcome }
    }

    async fn try_once(&self, message: &ClaimedMessage, stopping: Stopping) -> Option<TryOutcome> {
        let now = self.domain.clock.now();
        if now >= message.expires_at {
            return Some(TryOutcome::Expired);
        }
        if now >= message.leased_until || stopping.has_reached(Phase::Draining) {
            return None;
        }
        let content = match message.open(&self.domain.keys) {
            Ok(content) => content,
            Err(error) => {
                log::unopenable(message, &error);
                return Some(TryOutcome::Failed);
            }
        };
        let draft = Draft {
            id: message.id,
            channel: message.channel,
            content: &content,
            recipient_name: message.recipient_name.as_deref(),
            recipient_language: message.recipient_language.as_deref(),
        };
        let handover = match self.renderer.render(&draft) {
            Ok(rendered) => self.hand_over(message, &rendered, now, stopping).await,
            Err(fault) => Handover::Failed { reason: fault.to_string() },
        };
        let outcome = self.conclude(message, &handover);
        Trial { message, content: &content }.log(&handover, &outcome);
        Some(outcome)
    }

    /// Sends, or only probes when nobody has the contact: everything else is the same for both.
    async fn hand_over(
        &self,
        message: &ClaimedMessage,
        rendered: &RenderedMessage,
        now: Timestamp,
        mut stopping: Stopping,
    ) -> Handover {
        let transport = self.transports.of(message.channel);
        let limit = self.time_for(message, now);
        let share = limit.mul_f32(TRANSPORT_SHARE);
        let sending = async {
            if message.withheld {
                transport.probe(rendered, share).await
            } else {
                transport.send(rendered, share).await
            }
        };
        if transport.never_waits() {
            // No timer and no watch for what is over in microseconds.
            return sending.await;
        }
        tokio::select! {
            ended = tokio::time::timeout(limit, sending) => {
                ended.unwrap_or_else(|_| Handover::ambiguous("the transport did not answer in time"))
            }
            // Not counted as a try in doubt: restarts while a server hangs must not use a message up. Should it have
            // been handed over, the next try is the one duplicate that this hand-off may have.
            () = stopping.reach(Phase::Cutting) => Handover::retry("cut off by the stop"),
        }
    }

    /// A try ends before its lease does, and before the code dies.
    fn time_for(&self, message: &ClaimedMessage, now: Timestamp) -> Duration {
        self.config.send_timeout.min(message.leased_until.since(now)).min(message.expires_at.since(now))
    }

    /// What follows from a hand-over.
    fn conclude(&self, message: &ClaimedMessage, handover: &Handover) -> TryOutcome {
        match handover {
            Handover::Accepted { receipt, .. } => TryOutcome::Accepted(receipt.clone()),
            Handover::Refused { .. } => TryOutcome::Refused,
            Handover::Failed { .. } => TryOutcome::Failed,
            Handover::Retry { ambiguous: true, deferred, .. } if message.ambiguous_tries + 1 >= MAX_AMBIGUOUS => {
                // Nothing of a stranger's message can end in doubt so late: see `DeliveryState::news`.
                if *deferred { TryOutcome::Refused } else { TryOutcome::Failed }
            }
            Handover::Retry { after, ambiguous, deferred, .. } => {
                let wait = backoff(message.tries, self.domain.entropy.as_ref()).max(after.unwrap_or_default());
                // Due at the latest when it expires, so that the outbox ends it then.
                let at = self.domain.clock.now().after(wait).min(message.expires_at);
                TryOutcome::Retry { at, ambiguous: *ambiguous, deferred: *deferred }
            }
        }
    }
}
