//! A send that a limit does not let through.

use std::time::Duration;

use crate::audit::{AuditEvent, NewAuditEntry};
use crate::clock::Timestamp;
use crate::identifier::Identifier;
use crate::ports::LimitedBy;
use crate::{Domain, Visitor, meters};

/// A send that a limit does not let through. It is the same whether or not anybody has the contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limited {
    /// Which limit.
    pub by: LimitedBy,
    /// How long to wait; zero where waiting does not help.
    pub wait: Duration,
}

impl Limited {
    /// Notes it in the audit trail and in the log.
    pub(crate) fn note(self, domain: &Domain, visitor: &Visitor, contact: &Identifier, now: Timestamp) -> Self {
        let entry = NewAuditEntry::new(AuditEvent::SendRefused, visitor.trail()).of_contact(contact);
        domain.ports.audit.note(entry.saying(self.by.as_str()), now);
        meters::send_refused(self.by);
        tracing::debug!(contact = %contact.masked(), by = self.by.as_str(), wait = ?self.wait, "not sent");
        self
    }
}
