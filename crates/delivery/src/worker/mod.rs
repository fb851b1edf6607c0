//! The worker: claims due messages, sends them, records what became of them.
//!
//! ```text
//! lane (one a channel)  claim ─► attempts, as many at once as the lane has slots ─► recorder ─► slots free again
//! ```
//! Each channel has its own lane with its own slots, so that a mail server that hangs holds up no SMS. A slot is
//! taken before a message is claimed and given back when its end is recorded: what is leased is being worked on.

mod attempt;
mod backoff;
mod lane;
mod log;
mod recorder;
mod stop;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use otpd_domain::Domain;
use otpd_domain::identifier::Channel;
use otpd_domain::message::{ClaimedMessage, TryOutcome};
use otpd_domain::ports::StoreError;
use tokio::task::JoinSet;

use crate::{Bell, Renderer, Transport};
use attempt::Ended;
use lane::Lane;
use stop::{Phase, Stop, Stopping};

/// Most messages claimed, and ends recorded, in one commit.
const BATCH: usize = 256;
/// Slots of a transport that never waits: two batches, so that one is sent while the other is recorded.
const UNHURRIED_SLOTS: usize = 2 * BATCH;
/// How long sends that were cut off may take to record their end.
const LAST_RECORDS: Duration = Duration::from_secs(2);
/// How long after a breakdown a lane starts again.
const RESTART: Duration = Duration::from_secs(1);

/// What sends each channel's messages.
#[derive(Clone)]
pub struct Transports {
    /// Mail.
    pub email: Arc<dyn Transport>,
    /// SMS.
    pub sms: Arc<dyn Transport>,
}

impl Transports {
    fn of(&self, channel: Channel) -> &dyn Transport {
        match channel {
            Channel::Email => self.email.as_ref(),
            Channel::Sms => self.sms.as_ref(),
        }
    }
}

/// How the worker works.
#[derive(Clone, Copy, Debug)]
pub struct WorkerConfig {
    /// Messages of a channel sent at the same time.
    pub concurrency: usize,
    /// How long a claimed message is this worker's; longer than `send_timeout`.
    pub lease: Duration,
    /// How long one try may last.
    pub send_timeout: Duration,
    /// How often the outbox is looked at even when nobody rang: other nodes' bells are not heard here.
    pub poll: Duration,
    /// How long sends may go on after the stop.
    pub drain: Duration,
}

impl Default for WorkerConfig {
    fn default() -> Self {
        Self {
            concurrency: 16,
            lease: Duration::from_secs(30),
            send_timeout: Duration::from_secs(20),
            poll: Duration::from_secs(2),
            drain: Duration::from_secs(5),
        }
    }
}

/// What one round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Messages claimed.
    pub claimed: usize,
    /// Taken by the next system.
    pub accepted: usize,
    /// To be tried again.
    pub retried: usize,
    /// Refused for this recipient.
    pub refused: usize,
    /// Given up.
    pub failed: usize,
    /// Too late to be sent. Those that expired in the outbox are not claimed and not counted.
    pub expired: usize,
}

/// Carries messages from the outbox to the transports. Cheap to clone.
#[derive(Clone)]
pub struct Worker(Arc<Core>);

struct Core {
    domain: Domain,
    bell: Arc<Bell>,
    renderer: Renderer,
    transports: Transports,
    config: WorkerConfig,
}

impl Worker {
    /// A worker on the domain's outbox. The bell is the one in the domain's ports; another works, too, but slower.
    pub fn new(
        domain: Domain,
        bell: Arc<Bell>,
        renderer: Renderer,
        transports: Transports,
        config: WorkerConfig,
    ) -> Self {
        Self(Arc::new(Core { domain, bell, renderer, transports, config }))
    }

    /// One round: claims what is due on both channels, tries all of it, records how it ended.
    ///
    /// # Errors
    /// When the store fails. Claimed messages come back when their lease is over.
    pub async fn step(&self) -> Result<Step, StoreError> {
        let core = &self.0;
        // Nobody cuts a single round off.
        let (_stop, stopping) = Stop::new();
        let mut claimed = Vec::new();
        for channel in Lane::CHANNELS {
            claimed.extend(core.claim(channel, core.slots(channel).min(BATCH)).await?);
        }
        let mut step = Step { claimed: claimed.len(), ..Step::default() };
        let attempts = claimed.into_iter().map(|message| core.attempt(message, stopping.clone()));
        let ends = join_all(attempts).await;
        for ended in &ends {
            step.count(ended);
        }
        core.record(ends).await?;
        Ok(step)
    }

    /// Works until `shutdown` comes. Then claims nothing more, lets what is being sent end within
    /// [`WorkerConfig::drain`], gives back what was not begun, and takes leave of the transports.
    pub async fn run(&self, shutdown: impl Future<Output = ()>) {
        let (stop, stopping) = Stop::new();
        let mut lanes = JoinSet::new();
        for channel in Lane::CHANNELS {
            lanes.spawn(keep_running(Arc::clone(&self.0), channel, stopping.clone()));
        }
        shutdown.await;
        stop.advance(Phase::Draining);
        if !all_end(&mut lanes, self.0.config.drain).await {
            tracing::warn!("messages are still being sent; they are cut off and tried again by the next worker");
            stop.advance(Phase::Cutting);
            if !all_end(&mut lanes, LAST_RECORDS).await {
                tracing::error!("ends of sends could not be recorded: those messages may be sent a second time");
            }
        }
        self.0.transports.email.close().await;
        self.0.transports.sms.close().await;
    }
}

/// Runs a lane until the stop, and again should it break down: without it nobody of that channel gets a code.
async fn keep_running(core: Arc<Core>, channel: Channel, mut stopping: Stopping) {
    loop {
        let lane = Lane::new(Arc::clone(&core), channel, stopping.clone());
        if AssertUnwindSafe(lane.run()).catch_unwind().await.is_ok() {
            return;
        }
        tracing::error!(
            channel = channel.as_str(),
            "the delivery lane broke down, a fault of the program; it is started again"
        );
        tokio::select! {
            () = tokio::time::sleep(RESTART) => {}
            () = stopping.reach(Phase::Draining) => return,
        }
    }
}

/// Whether all lanes ended within that time.
async fn all_end(lanes: &mut JoinSet<()>, limit: Duration) -> bool {
    let all = async { while lanes.join_next().await.is_some() {} };
    tokio::time::timeout(limit, all).await.is_ok()
}

impl Core {
    fn slots(&self, channel: Channel) -> usize {
        if self.transports.of(channel).never_waits() { UNHURRIED_SLOTS } else { self.config.concurrency.max(1) }
    }

    async fn claim(&self, channel: Channel, limit: usize) -> Result<Vec<ClaimedMessage>, StoreError> {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        self.domain.ports.outbox.claim_due(&[channel], self.domain.clock.now(), self.config.lease, limit).await
    }

    /// Records tries and gives back what was not tried.
    async fn record(&self, ends: Vec<Ended>) -> Result<(), StoreError> {
        let outbox = &self.domain.ports.outbox;
        let mut tries = Vec::with_capacity(ends.len());
        let mut untried = Vec::new();
        for ended in ends {
            match ended.outcome {
                Some(outcome) => tries.push((ended.id, ended.leased_until, outcome)),
                None => untried.push((ended.id, ended.leased_until)),
            }
        }
        if !tries.is_empty() {
            outbox.record_tries(tries, self.domain.clock.now()).await?;
        }
        if !untried.is_empty() {
            outbox.release(untried).await?;
        }
        Ok(())
    }
}

impl Step {
    fn count(&mut self, ended: &Ended) {
        match ended.outcome {
            Some(TryOutcome::Accepted(_)) => self.accepted += 1,
            Some(TryOutcome::Retry { .. }) => self.retried += 1,
            Some(TryOutcome::Refused) => self.refused += 1,
            Some(TryOutcome::Failed) => self.failed += 1,
            Some(TryOutcome::Expired) => self.expired += 1,
            None => {}
        }
    }
}
