//! The ports as the use cases see them: with faults, and with the witness behind them.

mod accounts;
mod challenges;
mod limits;
mod outbox;
mod sessions;
mod upkeep;

use std::sync::Arc;

use otpd_domain::ports::Ports;

use crate::stage::Stage;

/// A port that may fail, be left, and is watched.
pub struct Watched<P: ?Sized> {
    inner: Arc<P>,
    stage: Arc<Stage>,
}

/// The ports of a store, all of them watched.
pub fn watched(ports: Ports, stage: &Arc<Stage>) -> Ports {
    Ports {
        challenges: Arc::new(Watched { inner: ports.challenges, stage: Arc::clone(stage) }),
        sessions: Arc::new(Watched { inner: ports.sessions, stage: Arc::clone(stage) }),
        accounts: Arc::new(Watched { inner: ports.accounts, stage: Arc::clone(stage) }),
        limits: Arc::new(Watched { inner: ports.limits, stage: Arc::clone(stage) }),
        outbox: Arc::new(Watched { inner: ports.outbox, stage: Arc::clone(stage) }),
        audit: Arc::new(Watched { inner: ports.audit, stage: Arc::clone(stage) }),
        upkeep: Arc::new(Watched { inner: ports.upkeep, stage: Arc::clone(stage) }),
        ..ports
    }
}
