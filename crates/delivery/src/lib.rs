//! From the outbox to a phone or a mailbox: the worker and its transports.
