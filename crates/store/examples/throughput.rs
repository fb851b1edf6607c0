//! How much the embedded store carries: issues, verifications (a reserved guess and its redemption), and delivery
//! beside them, by many callers at once.
//!
//! `cargo run --profile fast -p otpd-store --example throughput -- [SECONDS] [CALLERS] [ACCOUNTS] [CHECKPOINT_PAGES]`

#![allow(clippy::cast_precision_loss, reason = "figures for people")]

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use otpd_domain::Timestamp;
use otpd_domain::challenge::{ChallengeHandle, Purpose};
use otpd_domain::identifier::{Channel, Identifier};
use otpd_domain::limits::LedgerKey;
use otpd_domain::ports::{
    AccountStore, Addressee, ChallengeStore, Charge, ContactCharge, Issue, Issued, Limit, LimitedBy, Outbox, Redeemed,
    Redemption, Reservation,
};
use otpd_domain::visitor::Trail;
use otpd_store::sqlite::{Options, SqliteStore, migrate_to};
use otpd_testkit::limits::{code_budget, rates};
use otpd_testkit::sample::{NOW, Sampler, accepted, email, open};

struct Setup {
    store: SqliteStore,
    samples: Sampler,
    started: Instant,
    accounts: u64,
    drawn: AtomicU64,
}

impl Setup {
    fn now(&self) -> Timestamp {
        NOW.after(self.started.elapsed())
    }

    /// Accounts in an order that jumps about.
    fn contact(&self) -> Identifier {
        let draw = self.drawn.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
        email(&format!("asha{}@example.com", draw % self.accounts))
    }

    /// A code for some account, charged as one from a page is: to the contact, and to the one network they all come from.
    fn issue(&self) -> (ChallengeHandle, Issue) {
        let contact = self.contact();
        let (handle, issue) = self.samples.issue_for(&Purpose::SignIn, Addressee::Holder, &contact, self.now());
        let charge = Charge {
            contact: Some(ContactCharge {
                key: LedgerKey::of("sends/contact", contact.as_str().as_bytes()),
                rates: rates("100/10m, 100/h, 100/d"),
                mark: 1,
                cooldown: None,
                known: Vec::new(),
                known_rates: rates("5/d"),
            }),
            limits: ["1000000/h", "900000/h"].map(Self::from_network).into(),
            sms: None,
        };
        (handle, Issue { charge, ..issue })
    }

    fn from_network(text: &str) -> Limit {
        let key = LedgerKey::of("sends/client", b"192.0.2.1");
        Limit { by: LimitedBy::Client, key, rates: rates(text) }
    }

    async fn issued(&self) -> ChallengeHandle {
        let (handle, issue) = self.issue();
        let issued = self.store.issue(issue, self.now()).await.expect("issued");
        assert!(matches!(issued, Issued::Done { .. }), "{issued:?}");
        handle
    }
}

fn main() {
    let argument = |n: usize, default: u64| std::env::args().nth(n).map_or(default, |a| a.parse().expect("a number"));
    let (seconds, callers, accounts) = (argument(1, 5), argument(2, 256), argument(3, 100_000));
    let checkpoint_pages = u32::try_from(argument(4, Options::default().checkpoint_pages.into())).expect("few");
    let options = Options { checkpoint_pages, ..Options::default() };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let folder = tempfile::tempdir_in(std::env::var("BENCH_DIR").unwrap_or(".".into())).expect("a folder");
    let path = folder.path().join("otpd.db");
    runtime.block_on(run(&path, options, Duration::from_secs(seconds), callers, accounts));
}

async fn run(path: &Path, options: Options, length: Duration, callers: u64, accounts: u64) {
    migrate_to(path, None).expect("migrated");
    let store = SqliteStore::open(path, options).expect("opened");
    let setup = Setup { store, samples: Sampler::new(1), started: Instant::now(), accounts, drawn: AtomicU64::new(0) };
    let setup = Arc::new(setup);
    seed(&setup).await;
    println!("{accounts} accounts in {:.1} s", setup.started.elapsed().as_secs_f64());

    let handles = Arc::new(Mutex::new(Vec::new()));
    let made = Arc::clone(&handles);
    measure("issue", path, length, callers, &setup, move |setup| {
        let made = Arc::clone(&made);
        async move {
            let handle = setup.issued().await;
            made.lock().expect("unpoisoned").push(handle);
            true
        }
    })
    .await;

    let queue = Arc::new(Mutex::new(std::mem::take(&mut *handles.lock().expect("unpoisoned")).into_iter()));
    measure("verify in order", path, length, callers, &setup, move |setup| {
        let queue = Arc::clone(&queue);
        async move {
            let Some(handle) = queue.lock().expect("unpoisoned").next() else { return false };
            verify(&setup, &handle).await;
            true
        }
    })
    .await;

    let handles = issue_many(&setup, 300_000).await;
    let queue = Arc::new(Mutex::new(shuffled(handles).into_iter()));
    measure("verify shuffled", path, length, callers, &setup, move |setup| {
        let queue = Arc::clone(&queue);
        async move {
            let Some(handle) = queue.lock().expect("unpoisoned").next() else { return false };
            verify(&setup, &handle).await;
            true
        }
    })
    .await;

    let stop = Arc::new(AtomicBool::new(false));
    let delivered = tokio::spawn(deliver(Arc::clone(&setup), Arc::clone(&stop)));
    measure("issue, then verify, delivery beside", path, length, callers, &setup, |setup| async move {
        let handle = setup.issued().await;
        verify(&setup, &handle).await;
        true
    })
    .await;
    stop.store(true, Ordering::Relaxed);
    println!("delivered meanwhile: {}", delivered.await.expect("joined"));
    let started = Instant::now();
    setup.store.close().await;
    println!("closed in {:.2} s", started.elapsed().as_secs_f64());
}

async fn seed(setup: &Arc<Setup>) {
    let tasks = (0..64).map(|_| {
        let setup = Arc::clone(setup);
        tokio::spawn(async move {
            while setup.drawn.fetch_add(1, Ordering::Relaxed) < setup.accounts {
                setup.store.create(setup.samples.account(), NOW).await.expect("created");
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("joined");
    }
}

async fn issue_many(setup: &Arc<Setup>, many: u64) -> Vec<ChallengeHandle> {
    let tasks = (0..256).map(|_| {
        let setup = Arc::clone(setup);
        tokio::spawn(async move {
            let mut handles = Vec::new();
            for _ in 0..many / 256 {
                handles.push(setup.issued().await);
            }
            handles
        })
    });
    let mut handles = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        handles.append(&mut task.await.expect("joined"));
    }
    handles
}

fn shuffled(handles: Vec<ChallengeHandle>) -> Vec<ChallengeHandle> {
    let spread = |n: usize| (n as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut numbered: Vec<_> = handles.into_iter().enumerate().collect();
    numbered.sort_by_key(|(n, _)| spread(*n));
    numbered.into_iter().map(|(_, handle)| handle).collect()
}

async fn verify(setup: &Setup, handle: &ChallengeHandle) {
    let now = setup.now();
    let budget = code_budget(Vec::new());
    let reserved = setup.store.reserve_guess(handle, &Purpose::SignIn, &budget, now).await.expect("reserved");
    let Reservation::Reserved { spent, .. } = reserved else { panic!("{reserved:?}") };
    let redemption = Redemption { effect: open(setup.samples.session(now)), spent, trail: Trail::default() };
    let redeemed = setup.store.redeem(handle.id, redemption, now).await.expect("redeemed");
    assert!(matches!(redeemed, Redeemed::Done { .. }), "{redeemed:?}");
}

async fn deliver(setup: Arc<Setup>, stop: Arc<AtomicBool>) -> usize {
    let mut delivered = 0;
    while !stop.load(Ordering::Relaxed) {
        let now = setup.now();
        let lease = Duration::from_secs(30);
        let claimed = setup.store.claim_due(&[Channel::Email], now, lease, 128).await.expect("claimed");
        delivered += claimed.len();
        let tries = claimed.into_iter().map(|message| (message.id, message.leased_until, accepted()));
        setup.store.record_tries(tries.collect(), now).await.expect("recorded");
    }
    delivered
}

/// Runs `operation` by `callers` tasks for a time and prints rate, latencies, the log's size and memory.
async fn measure<F, Fut>(what: &str, path: &Path, length: Duration, callers: u64, setup: &Arc<Setup>, operation: F)
where
    F: Fn(Arc<Setup>) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = bool> + Send,
{
    let (written_before, writer_before) = (written(), writer_micros());
    let started = Instant::now();
    let tasks = (0..callers).map(|_| {
        let (setup, operation) = (Arc::clone(setup), operation.clone());
        tokio::spawn(async move {
            let mut micros = Vec::new();
            while started.elapsed() < length {
                let begun = Instant::now();
                if !operation(Arc::clone(&setup)).await {
                    break;
                }
                micros.push(u32::try_from(begun.elapsed().as_micros()).expect("short"));
            }
            micros
        })
    });
    let tasks: Vec<_> = tasks.collect();
    let mut micros = Vec::new();
    for task in tasks {
        micros.append(&mut task.await.expect("joined"));
    }
    let seconds = started.elapsed().as_secs_f64();
    micros.sort_unstable();
    let at = |per_mille: usize| f64::from(micros[(micros.len() - 1) * per_mille / 1_000]) / 1_000.0;
    let log = std::fs::metadata(path.with_extension("db-wal")).map_or(0, |file| file.len()) >> 20;
    println!(
        "{what}: {:.0}/s, p50 {:.1} ms, p99 {:.1} ms, p99.9 {:.1} ms, max {:.1} ms; log {log} MB; {:.1} KB written each; writer {:.1} µs each; {}",
        micros.len() as f64 / seconds,
        at(500),
        at(990),
        at(999),
        at(1_000),
        (written() - written_before) as f64 / 1024.0 / micros.len() as f64,
        (writer_micros() - writer_before) / micros.len() as f64,
        memory()
    );
}

/// Processor time of the thread that writes, which is the narrow place.
fn writer_micros() -> f64 {
    let tasks = std::fs::read_dir("/proc/self/task").expect("threads").flatten().map(|task| task.path());
    let read = |path: &Path, name: &str| std::fs::read_to_string(path.join(name)).unwrap_or_default();
    let writer = tasks.into_iter().find(|task| read(task, "comm").trim() == "store-writer");
    let spent = writer.and_then(|task| read(&task, "schedstat").split(' ').next().map(str::to_owned));
    spent.and_then(|nanos| nanos.parse::<f64>().ok()).unwrap_or_default() / 1_000.0
}

fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or_default().to_owned()
}

fn written() -> u64 {
    let io = std::fs::read_to_string("/proc/self/io").unwrap_or_default();
    let line = io.lines().find_map(|line| line.strip_prefix("write_bytes: "));
    line.and_then(|bytes| bytes.parse().ok()).unwrap_or_default()
}
