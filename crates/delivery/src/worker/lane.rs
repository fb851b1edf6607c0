//! The lane of one channel: claims while it has free slots, sleeps while nothing is due.

use std::sync::Arc;
use std::time::Duration;

use otpd_domain::identifier::Channel;
use otpd_domain::message::ClaimedMessage;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinSet;

use super::recorder::{Finished, record_all};
use super::stop::{Phase, Stopping};
use super::{BATCH, Core};

/// Shortest sleep: a message that is due but not given out must not keep the lane spinning.
const MIN_SLEEP: Duration = Duration::from_millis(10);
/// Rest after a claim, in multiples of the time the claim took: what comes in a burst is claimed together, and the
/// busier the store is, the more the worker holds back, so that pages go first.
const REST: u32 = 12;
/// Longest such rest; nobody notices it in the time a message takes.
const LONGEST_REST: Duration = Duration::from_millis(100);
/// Waits between claims, while the store is away.
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LAST_WAIT: Duration = Duration::from_secs(5);
/// Messages after which a task that never waits lets others run: web requests share its threads.
const TURN: usize = 8;

/// The lane of one channel.
pub(super) struct Lane {
    core: Arc<Core>,
    channel: Channel,
    slots: Arc<Semaphore>,
    stopping: Stopping,
    wait: Duration,
}

impl Lane {
    /// The channels, each with its own lane.
    pub(super) const CHANNELS: [Channel; 2] = [Channel::Email, Channel::Sms];

    pub(super) fn new(core: Arc<Core>, channel: Channel, stopping: Stopping) -> Self {
        let slots = Arc::new(Semaphore::new(core.slots(channel)));
        Self { core, channel, slots, stopping, wait: FIRST_WAIT }
    }

    /// Runs until the stop; returns when everything it claimed is recorded.
    pub(super) async fn run(mut self) {
        let (finished, to_record) = mpsc::channel(BATCH);
        let recorder = record_all(Arc::clone(&self.core), self.channel, to_record, self.stopping.clone());
        tokio::join!(recorder, async move {
            let mut tasks = JoinSet::new();
            while !self.stopping.has_reached(Phase::Draining) {
                self.turn(&mut tasks, &finished).await;
                while tasks.try_join_next().is_some() {}
            }
            while tasks.join_next().await.is_some() {}
            // The recorder ends with the last sender.
            drop(finished);
        });
    }

    /// Claims as much as there are slots for and starts it; sleeps when there is nothing.
    async fn turn(&mut self, tasks: &mut JoinSet<()>, finished: &mpsc::Sender<Finished>) {
        let Some(mut slots) = self.free_slots().await else { return };
        let asked = tokio::time::Instant::now();
        match self.core.claim(self.channel, slots.num_permits()).await {
            Ok(claimed) if claimed.is_empty() => {
                drop(slots);
                self.wait = FIRST_WAIT;
                self.sleep().await;
            }
            Ok(claimed) => {
                self.wait = FIRST_WAIT;
                self.start(claimed, &mut slots, tasks, finished);
                // Not `pause`: the bell of each message of a burst would end it at once.
                tokio::time::sleep((asked.elapsed() * REST).min(LONGEST_REST)).await;
            }
            Err(error) => {
                tracing::error!(%error, channel = self.channel.as_str(), "cannot claim messages; trying again");
                let wait = self.wait;
                self.wait = (wait * 2).min(LAST_WAIT);
                self.pause(wait).await;
            }
        }
    }

    /// All free slots, at least one and at most a batch; `None` at the stop.
    async fn free_slots(&mut self) -> Option<OwnedSemaphorePermit> {
        let first = Arc::clone(&self.slots).acquire_owned();
        let mut slots = tokio::select! {
            slot = first => slot.ok()?,
            () = self.stopping.reach(Phase::Draining) => return None,
        };
        // Only this task takes slots, so what is free now stays so.
        let more = self.slots.available_permits().min(BATCH - 1);
        if let Ok(more) = Arc::clone(&self.slots).try_acquire_many_owned(u32::try_from(more).unwrap_or(0)) {
            slots.merge(more);
        }
        Some(slots)
    }

    /// Starts the tries: a task each, or one for all when the transport never waits.
    fn start(
        &self,
        claimed: Vec<ClaimedMessage>,
        slots: &mut OwnedSemaphorePermit,
        tasks: &mut JoinSet<()>,
        finished: &mpsc::Sender<Finished>,
    ) {
        // The outbox gives at most as many as it was asked for.
        let with_slots = claimed.into_iter().map_while(|message| slots.split(1).map(|slot| (message, slot)));
        if self.core.transports.of(self.channel).never_waits() {
            tasks.spawn(try_all(Arc::clone(&self.core), with_slots.collect(), self.stopping.clone(), finished.clone()));
            return;
        }
        for one in with_slots {
            tasks.spawn(try_all(Arc::clone(&self.core), vec![one], self.stopping.clone(), finished.clone()));
        }
    }

    /// Sleeps until something is due, somebody rings, or it is time to look again.
    async fn sleep(&mut self) {
        let poll = self.core.config.poll;
        let due = match self.core.domain.ports.outbox.next_due_at(&[self.channel]).await {
            Ok(Some(at)) => at.since(self.core.domain.clock.now()).clamp(MIN_SLEEP, poll.max(MIN_SLEEP)),
            // When the store is away, the next claim says so.
            Ok(None) | Err(_) => poll,
        };
        self.pause(due).await;
    }

    async fn pause(&mut self, wait: Duration) {
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = self.core.bell.of(self.channel).notified() => {}
            () = self.stopping.reach(Phase::Draining) => {}
        }
    }
}

async fn try_all(
    core: Arc<Core>,
    messages: Vec<(ClaimedMessage, OwnedSemaphorePermit)>,
    stopping: Stopping,
    finished: mpsc::Sender<Finished>,
) {
    for (nth, (message, slot)) in messages.into_iter().enumerate() {
        let ended = core.attempt(message, stopping.clone()).await;
        if finished.send((ended, slot)).await.is_err() {
            return;
        }
        if nth % TURN == TURN - 1 {
            tokio::task::yield_now().await;
        }
    }
}
