//! Records ends in batches: while one commit is under way, the ends of other tries gather for the next.

use std::sync::Arc;
use std::time::Duration;

use otpd_domain::identifier::Channel;
use otpd_domain::message::TryOutcome;
use tokio::sync::{OwnedSemaphorePermit, mpsc};

use super::attempt::Ended;
use super::stop::{Phase, Stopping};
use super::{BATCH, Core};

/// Waits between tries to record, while the store is away.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LAST_WAIT: Duration = Duration::from_secs(2);

/// An end with the slot it still holds.
pub(super) type Finished = (Ended, OwnedSemaphorePermit);

/// Records until all senders are gone.
pub(super) async fn record_all(
    core: Arc<Core>,
    channel: Channel,
    mut finished: mpsc::Receiver<Finished>,
    stopping: Stopping,
) {
    let mut batch = Vec::with_capacity(BATCH);
    while finished.recv_many(&mut batch, BATCH).await > 0 {
        let (ends, slots): (Vec<Ended>, Vec<OwnedSemaphorePermit>) = batch.drain(..).unzip();
        let retries = ends.iter().any(|ended| matches!(ended.outcome, Some(TryOutcome::Retry { .. })));
        record(&core, ends, stopping.clone()).await;
        drop(slots);
        if retries {
            // The lane may be sleeping towards a later moment.
            core.bell.of(channel).notify_one();
        }
    }
}

/// Records a batch, again and again while the store is away: what was sent but not recorded is sent twice. Gives up
/// when the worker is being cut off.
async fn record(core: &Core, ends: Vec<Ended>, mut stopping: Stopping) {
    let mut wait = FIRST_WAIT;
    loop {
        let Err(error) = core.record(ends.clone()).await else { return };
        tracing::error!(%error, messages = ends.len(), "cannot record what became of messages; trying again");
        tokio::select! {
            () = tokio::time::sleep(wait) => wait = (wait * 2).min(LAST_WAIT),
            () = stopping.reach(Phase::Cutting) => {
                if let Err(error) = core.record(ends).await {
                    tracing::error!(%error, "what became of messages stays unrecorded");
                }
                return;
            }
        }
    }
}
