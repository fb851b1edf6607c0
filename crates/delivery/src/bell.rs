//! The bell that wakes the worker of this process.

use std::sync::Arc;

use otpd_domain::identifier::Channel;
use otpd_domain::ports::DeliveryBell;
use tokio::sync::Notify;

/// Wakes the worker when a message was put into the outbox. A ring while nobody waits is kept for the next wait;
/// more of them count as one.
#[derive(Debug, Default)]
pub struct Bell {
    email: Notify,
    sms: Notify,
}

impl Bell {
    /// A bell to put into the ports and to give to the worker.
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Each channel hears for itself, so that one that is busy takes no ring away from the other.
    pub(crate) fn of(&self, channel: Channel) -> &Notify {
        match channel {
            Channel::Email => &self.email,
            Channel::Sms => &self.sms,
        }
    }
}

impl DeliveryBell for Bell {
    fn ring(&self) {
        self.email.notify_one();
        self.sms.notify_one();
    }
}
