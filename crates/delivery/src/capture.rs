//! Keeps the latest messages for the developer's mailbox page.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use otpd_domain::Clock;
use otpd_domain::ports::{CapturedMessage, Mailbox};

use crate::{Handover, RenderedMessage, Transport};

/// Messages kept.
const KEPT: usize = 50;

/// Keeps the latest messages that went through the transports wrapped with it. Only a development server has one:
/// it holds codes in the clear.
pub struct CaptureMailbox {
    latest: Mutex<VecDeque<CapturedMessage>>,
    clock: Arc<dyn Clock>,
}

impl CaptureMailbox {
    /// An empty mailbox.
    pub fn new(clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self { latest: Mutex::new(VecDeque::with_capacity(KEPT)), clock })
    }

    /// A transport that keeps what the other one accepts.
    pub fn wrap(self: &Arc<Self>, inner: Arc<dyn Transport>) -> Arc<dyn Transport> {
        Arc::new(Capturing { mailbox: Arc::clone(self), inner })
    }

    fn keep(&self, message: &RenderedMessage) {
        let (id, to, subject, text) = match message {
            RenderedMessage::Mail(mail) => (mail.id, &mail.to, mail.subject.as_str(), &mail.text),
            RenderedMessage::Sms(sms) => (sms.id, &sms.to, "", &sms.text),
        };
        let captured = CapturedMessage {
            id: id.to_string(),
            at: self.clock.now(),
            channel: message.channel(),
            to: to.clone(),
            subject: subject.to_owned(),
            text: text.clone(),
        };
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        latest.truncate(KEPT - 1);
        latest.push_front(captured);
    }
}

impl Mailbox for CaptureMailbox {
    fn recent(&self) -> Vec<CapturedMessage> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

struct Capturing {
    mailbox: Arc<CaptureMailbox>,
    inner: Arc<dyn Transport>,
}

#[async_trait]
impl Transport for Capturing {
    async fn send(&self, message: &RenderedMessage, time_limit: Duration) -> Handover {
        let handover = self.inner.send(message, time_limit).await;
        if matches!(handover, Handover::Accepted { .. }) {
            self.mailbox.keep(message);
        }
        handover
    }

    async fn probe(&self, message: &RenderedMessage, time_limit: Duration) -> Handover {
        self.inner.probe(message, time_limit).await
    }

    fn never_waits(&self) -> bool {
        self.inner.never_waits()
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}
