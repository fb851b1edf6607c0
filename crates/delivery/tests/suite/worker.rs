//! The running worker: lanes, limits, faults, and the stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use otpd_delivery::{FileTransport, Handover, Step, Transport, Transports, Worker, WorkerConfig};
use otpd_domain::identifier::Channel;
use otpd_domain::message::{ClaimedMessage, DeliveryReport, DeliveryState, MessageId, TryOutcome};
use otpd_domain::ports::{Outbox, StoreError};
use otpd_domain::{Clock, Timestamp};
use otpd_testkit::sample;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::world::{Answer, Scripted, TTL, World, accepted, eventually, renderer, retry};

/// A worker running in its own task.
struct Running {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Running {
    fn start(worker: Worker) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            worker
                .run(async {
                    // A dropped sender is a stop, too.
                    let _ = stopped.await;
                })
                .await;
        });
        Self { stop, task }
    }

    async fn stop(self) {
        let _ = self.stop.send(());
        tokio::time::timeout(Duration::from_secs(10), self.task).await.expect("it ends").expect("no panic");
    }
}

fn quick() -> WorkerConfig {
    WorkerConfig {
        send_timeout: Duration::from_secs(5),
        poll: Duration::from_millis(50),
        drain: Duration::from_millis(200),
        ..WorkerConfig::default()
    }
}

#[tokio::test]
async fn a_ring_is_enough() {
    let world = World::new();
    let (email, sms) = (Scripted::new(|_| accepted()), Scripted::new(|_| accepted()));
    let never_looks = WorkerConfig { poll: Duration::from_hours(1), ..quick() };
    let running = Running::start(world.worker(email.clone(), sms.clone(), never_looks));
    for _ in 0..3 {
        let handle = world.request_mail().await;
        eventually("the mail is sent", async || world.state(&handle).await == DeliveryState::Accepted).await;
        let handle = world.request_sms().await;
        eventually("the SMS is sent", async || world.state(&handle).await == DeliveryState::Accepted).await;
    }
    running.stop().await;
    assert_eq!((email.count(), sms.count()), (3, 3));
    assert_eq!(email.closed.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_hanging_mail_server_delays_no_sms() {
    let world = World::new();
    let (email, sms) = (Scripted::new(|_| Answer::Never), Scripted::new(|_| accepted()));
    let running = Running::start(world.worker(email.clone(), sms.clone(), quick()));
    for _ in 0..40 {
        world.request_mail().await;
    }
    let mut handles = Vec::new();
    for _ in 0..40 {
        handles.push(world.request_sms().await);
    }
    eventually("all SMS are sent", async || sms.count() == 40).await;
    for handle in &handles {
        eventually("it is recorded", async || world.state(handle).await == DeliveryState::Accepted).await;
    }
    assert_eq!(email.count(), 16, "as many at once as configured, and no more");
    running.stop().await;
}

#[tokio::test]
async fn one_bad_row_blocks_nobody() {
    let world = World::new();
    for (nth, bad) in [Answer::Never, Answer::Panic, retry(false)].into_iter().enumerate() {
        let bad = std::sync::Mutex::new(Some(bad));
        let sms = Scripted::new(move |_| bad.lock().expect("no panic").take().unwrap_or_else(accepted));
        let running = Running::start(world.worker(Scripted::new(|_| accepted()), sms.clone(), quick()));
        let first = world.request_sms().await;
        eventually("the bad one is tried", async || sms.count() == 1).await;
        for _ in 0..20 {
            let handle = world.request_sms().await;
            eventually("the others are sent", async || world.state(&handle).await == DeliveryState::Accepted).await;
        }
        assert!(matches!(world.state(&first).await, DeliveryState::Pending { .. }), "{nth}");
        running.stop().await;
        // Out of the way of the next round.
        world.clock.advance(Duration::from_mins(6));
    }
}

#[tokio::test]
async fn a_panic_is_an_unknown_end() {
    let world = World::new();
    let sms = Scripted::new(|_| Answer::Panic);
    let worker = world.worker(Scripted::new(|_| accepted()), sms.clone(), quick());
    let handle = world.request_sms().await;
    assert_eq!(worker.step().await.expect("the store").retried, 1);
    world.clock.advance(Duration::from_secs(40));
    assert_eq!(worker.step().await.expect("the store").failed, 1);
    assert_eq!(world.state(&handle).await, DeliveryState::Failed);
    assert_eq!(sms.count(), 2);
}

#[tokio::test]
async fn a_transport_that_does_not_answer_is_an_unknown_end() {
    let world = World::new();
    let impatient = WorkerConfig { send_timeout: Duration::from_millis(50), ..quick() };
    let worker = world.worker(Scripted::new(|_| Answer::Never), Scripted::new(|_| accepted()), impatient);
    let handle = world.request_mail().await;
    assert_eq!(worker.step().await.expect("the store").retried, 1);
    world.clock.advance(Duration::from_secs(40));
    assert_eq!(worker.step().await.expect("the store").failed, 1);
    assert_eq!(world.state(&handle).await, DeliveryState::Failed);
}

#[tokio::test]
async fn the_next_system_s_wait_is_kept_to() {
    let world = World::new();
    let after = Some(Duration::from_secs(100));
    let busy = Scripted::new(move |number| match number {
        0 => Answer::Now(Handover::Retry {
            reason: "429".to_owned(),
            after,
            ambiguous: false,
            deferred: false,
            needs_operator: false,
        }),
        _ => accepted(),
    });
    let worker = world.worker(Scripted::new(|_| accepted()), busy, quick());
    world.request_sms().await;
    assert_eq!(worker.step().await.expect("the store").retried, 1);
    world.clock.advance(Duration::from_secs(99));
    assert_eq!(worker.step().await.expect("the store").claimed, 0);
    world.clock.advance(Duration::from_secs(2));
    assert_eq!(worker.step().await.expect("the store").accepted, 1);
}

#[tokio::test]
async fn a_message_sealed_with_a_lost_key_is_given_up() {
    let world = World::new();
    let handle = world.request_mail().await;
    let mut other = world.domain.clone();
    let secret = otpd_domain::keys::Secret { id: otpd_domain::keys::KeyId(2), bytes: zeroize::Zeroizing::new([8; 32]) };
    other.keys = Arc::new(otpd_domain::Keyring::new(vec![secret]).expect("a key"));
    let transports = Transports { email: Scripted::new(|_| accepted()), sms: Scripted::new(|_| accepted()) };
    let worker = Worker::new(other, world.bell.clone(), renderer(), transports, quick());
    assert_eq!(worker.step().await.expect("the store").failed, 1);
    assert_eq!(world.state(&handle).await, DeliveryState::Failed);
}

#[tokio::test]
async fn the_stop_lets_sends_end_and_gives_the_rest_back() {
    let world = World::new();
    let email = Scripted::new(|_| Answer::Never);
    let one_at_once = WorkerConfig { concurrency: 1, ..quick() };
    let running = Running::start(world.worker(email.clone(), Scripted::new(|_| accepted()), one_at_once));
    let handles = [world.request_mail().await, world.request_mail().await];
    eventually("the first is being sent", async || email.count() == 1).await;
    running.stop().await;
    assert_eq!(email.count(), 1);
    // Which of the two came first, only the worker knows: both are due at the same moment.
    let states = [world.state(&handles[0]).await, world.state(&handles[1]).await];
    assert_eq!(states.iter().filter(|state| **state == DeliveryState::Pending { tries: 0 }).count(), 1, "{states:?}");
    // No lease is left: the next worker need not wait for it.
    world.clock.advance(Duration::from_secs(2));
    let next = world.worker(Scripted::new(|_| accepted()), Scripted::new(|_| accepted()), quick());
    assert_eq!(next.step().await.expect("the store"), Step { claimed: 2, accepted: 2, ..Step::default() });
}

/// An outbox whose first claims find the store away.
struct Away(Arc<dyn Outbox>, AtomicUsize);

#[async_trait]
impl Outbox for Away {
    async fn claim_due(
        &self,
        channels: &[Channel],
        now: Timestamp,
        lease: Duration,
        limit: u32,
    ) -> Result<Vec<ClaimedMessage>, StoreError> {
        if self.1.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
            return Err(StoreError::Unavailable("away".to_owned()));
        }
        self.0.claim_due(channels, now, lease, limit).await
    }

    async fn record_tries(
        &self,
        tries: Vec<(MessageId, Timestamp, TryOutcome)>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.0.record_tries(tries, now).await
    }

    async fn release(&self, leases: Vec<(MessageId, Timestamp)>) -> Result<(), StoreError> {
        self.0.release(leases).await
    }

    async fn record_report(&self, report: DeliveryReport, now: Timestamp) -> Result<bool, StoreError> {
        self.0.record_report(report, now).await
    }

    async fn next_due_at(&self, channels: &[Channel]) -> Result<Option<Timestamp>, StoreError> {
        self.0.next_due_at(channels).await
    }
}

#[tokio::test]
async fn a_store_that_was_away_is_used_again() {
    let world = World::new();
    let handle = world.request_sms().await;
    let mut domain = world.domain.clone();
    let away = Arc::new(Away(Arc::clone(&domain.ports.outbox), AtomicUsize::new(3)));
    domain.ports.outbox = away.clone();
    let (email, sms) = (Scripted::new(|_| accepted()), Scripted::new(|_| accepted()));
    let transports = Transports { email, sms: sms.clone() };
    let running = Running::start(Worker::new(domain, world.bell.clone(), renderer(), transports, quick()));
    eventually("it is delivered all the same", async || sms.count() == 1).await;
    running.stop().await;
    assert_eq!(away.1.load(Ordering::SeqCst), 0, "the store was away before");
    assert_eq!(world.state(&handle).await, DeliveryState::Accepted);
}

/// Jumps ahead at the third look: a step looks once for each channel it claims from, then before it sends.
struct Jumping(AtomicUsize, Duration);

impl Clock for Jumping {
    fn now(&self) -> Timestamp {
        let looks = self.0.fetch_add(1, Ordering::SeqCst);
        if looks < 2 { sample::NOW } else { sample::NOW.after(self.1) }
    }
}

#[tokio::test]
async fn a_code_that_dies_on_the_way_to_the_transport_is_not_sent() {
    for (late, sent) in [(Duration::from_millis(299_999), 1), (TTL, 0)] {
        let world = World::new();
        let handle = world.request_sms().await;
        let mut domain = world.domain.clone();
        domain.clock = Arc::new(Jumping(AtomicUsize::new(0), late));
        let (email, sms) = (Scripted::new(|_| accepted()), Scripted::new(|_| accepted()));
        let transports = Transports { email, sms: sms.clone() };
        let long_lease = WorkerConfig { lease: TTL * 2, ..quick() };
        let worker = Worker::new(domain, world.bell.clone(), renderer(), transports, long_lease);
        let step = worker.step().await.expect("the store");
        assert_eq!((step.claimed, step.accepted, step.expired, sms.count()), (1, sent, 1 - sent, sent));
        let state = if sent == 1 { DeliveryState::Accepted } else { DeliveryState::Expired };
        assert_eq!(world.state(&handle).await, state);
    }
}

#[tokio::test]
async fn a_lease_that_ran_out_is_not_sent_on() {
    let world = World::new();
    let sms = Scripted::new(|_| accepted());
    let no_lease = WorkerConfig { lease: Duration::ZERO, ..quick() };
    let worker = world.worker(Scripted::new(|_| accepted()), sms.clone(), no_lease);
    world.request_sms().await;
    let step = worker.step().await.expect("the store");
    assert_eq!((step.claimed, step.accepted, sms.count()), (1, 0, 0), "it may be another worker's by now");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_drains_in_batches() {
    const BURST: usize = 2_000;
    let world = World::new();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sms.jsonl");
    let file: Arc<dyn Transport> = Arc::new(FileTransport::open(&path, world.clock.clone()).expect("a file"));
    let (_, phone) = world.customer().await;
    for _ in 0..BURST {
        world.request(&phone).await;
    }
    let outbox = &world.domain.ports.outbox;
    let running = Running::start(world.worker(Scripted::new(|_| accepted()), file, quick()));
    eventually("the outbox is empty", async || outbox.next_due_at(&[Channel::Sms]).await.expect("the store").is_none())
        .await;
    running.stop().await;
    let lines = std::fs::read_to_string(&path).expect("the file");
    let ids: std::collections::HashSet<String> = lines
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON")["id"].to_string())
        .collect();
    assert_eq!((lines.lines().count(), ids.len()), (BURST, BURST), "each once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_send_each_message_once() {
    let world = World::new();
    let calls = Arc::new(AtomicUsize::new(0));
    let sms = Scripted::new({
        let calls = Arc::clone(&calls);
        move |_| {
            calls.fetch_add(1, Ordering::SeqCst);
            accepted()
        }
    });
    let (_, phone) = world.customer().await;
    for _ in 0..300 {
        world.request(&phone).await;
    }
    let workers = [0, 1].map(|_| Running::start(world.worker(Scripted::new(|_| accepted()), sms.clone(), quick())));
    let outbox = &world.domain.ports.outbox;
    eventually("the outbox is empty", async || outbox.next_due_at(&[Channel::Sms]).await.expect("the store").is_none())
        .await;
    for worker in workers {
        worker.stop().await;
    }
    assert_eq!(calls.load(Ordering::SeqCst), 300);
}
