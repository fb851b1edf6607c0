//! Nothing is lost: the server is killed at random moments under load, again and again, and afterwards every promise it
//! gave is held against its database, the mail server's ledger and the file of texts.
//!
//! `OTPD_CRASH_ROUNDS` (50) says how often it is killed, `OTPD_CRASH_SEED` repeats the moments of an earlier run.

mod audit;
mod customer;
mod newcomer;
mod promises;

use std::sync::Arc;
use std::time::{Duration, Instant};

use otpd_tests::sink::{Sink, Verdict};
use otpd_tests::{Otpd, Settings, poll, time::now_millis};

use crate::audit::Audit;
use crate::customer::{Customer, Town};
use crate::newcomer::Newcomer;
use crate::promises::Promises;

/// Browsers at work at the same time.
const CUSTOMERS: usize = 16;
/// People who register at the same time.
const NEWCOMERS: usize = 2;
/// People in the database, each with an address and a number; every contact signs in once.
const PEOPLE: usize = 6_000;
/// Acknowledged accounts that are logged in with at the end; the others are looked up in the database.
const LOG_INS: usize = 20;
/// Short, so that messages nobody takes come to their end within the test; long enough to outlive some crashes.
const CODE_LIFE: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_the_server_is_killed() {
    let rounds: usize = from_environment("OTPD_CRASH_ROUNDS").unwrap_or(50);
    let seed: u64 = from_environment("OTPD_CRASH_SEED").unwrap_or_else(|| now_millis().unsigned_abs());
    println!("OTPD_CRASH_SEED={seed} OTPD_CRASH_ROUNDS={rounds}");
    let mut random = fastrand::Rng::with_seed(seed);

    let sink = Sink::new(moods);
    let mut otpd = Otpd::prepare(settings()).await;
    let promises = Arc::new(Promises::default());
    let town = Arc::new(Town::new(PEOPLE, sink.clone(), otpd.path("sms.jsonl")));
    let mut customers: Vec<Customer> =
        (0..CUSTOMERS).map(|_| Customer::new(otpd.address, town.clone(), promises.clone(), random.fork())).collect();
    let addresses = newcomer::Addresses::default();
    let newcomer = || Newcomer::new(otpd.address, sink.clone(), promises.clone(), addresses.clone());
    let mut newcomers: Vec<Newcomer> = (0..NEWCOMERS).map(|_| newcomer()).collect();
    let mut audit = Audit::default();
    let mut slowest = Duration::ZERO;

    for round in 0..rounds {
        // A port of its own for every life tells whose hand-off a message was.
        otpd.set("email.smtp.port", &sink.listen().await.port().to_string());
        let born = now_millis();
        if random.u8(0..8) == 0 {
            otpd.spawn();
            tokio::time::sleep(Duration::from_millis(random.u64(0..100))).await;
            otpd.kill().await;
        } else {
            slowest = slowest.max(otpd.serve().await);
            let load = customers.into_iter().map(|customer| tokio::spawn(customer.until_the_server_is_gone()));
            let load: Vec<_> = load.collect();
            let joining = newcomers.into_iter().map(|newcomer| tokio::spawn(newcomer.until_the_server_is_gone()));
            let joining: Vec<_> = joining.collect();
            tokio::time::sleep(Duration::from_millis(random.u64(50..1_500))).await;
            otpd.kill().await;
            customers = Vec::new();
            for task in load {
                customers.push(task.await.expect("a customer saw only what it may see"));
            }
            newcomers = Vec::new();
            for task in joining {
                newcomers.push(task.await.expect("a newcomer saw only what it may see"));
            }
        }
        audit.a_life_ended(born, now_millis());
        audit.look(&otpd.database(), &promises);
        println!("killed {:2}: {}", round + 1, promises.summary());
    }

    otpd.set("email.smtp.port", &sink.listen().await.port().to_string());
    let born = now_millis();
    slowest = slowest.max(otpd.serve().await);
    for customer in &mut customers {
        customer.look_at_sessions(usize::MAX).await.expect("the server lives");
    }
    let activated = |(email, joined): (&String, &promises::Joined)| joined.activated.then(|| email.clone());
    let some: Vec<String> = promises.joined().iter().filter_map(activated).take(LOG_INS).collect();
    for email in &some {
        newcomers[0].log_in(email).await;
    }
    every_message_has_ended(&otpd).await;
    otpd.terminate();
    assert!(otpd.ended().await.success(), "{}", otpd.log());
    audit.a_life_ended(born, now_millis());

    let database = otpd.database();
    audit.look(&database, &promises);
    let told = audit.close(&database, &promises, &sink.ledger(), &otpd.texts());
    println!("{told}\nslowest start until ready: {slowest:?}");
    assert!(promises.count() > rounds, "there was hardly any load: {}", promises.summary());
}

/// What the mail server does with whom: most are taken at once, some later, some never.
fn moods(to: &str, before: usize) -> Verdict {
    match to.split('@').next().and_then(|local| local.rsplit('-').next()) {
        Some("late") if before < 2 => Verdict::Refuse("451 4.3.0 come back later"),
        Some("never") => Verdict::Refuse("451 4.3.0 come back later"),
        Some("refused") => Verdict::Refuse("550 5.1.1 no such mailbox"),
        _ => Verdict::Accept,
    }
}

fn settings() -> Settings {
    let settings = Settings::default()
        .with("email.transport", "smtp")
        .with("email.smtp.host", "127.0.0.1")
        .with("email.smtp.encryption", "none")
        .with("challenges.ttl", &format!("{}s", CODE_LIFE.as_secs()))
        .with("delivery.timeout", "2s")
        .with("delivery.lease", "4s")
        .with("limits.send.cooldown", "0s")
        .with("registration.store", "database")
        .with("registration.ttl", &format!("{}s", CODE_LIFE.as_secs()));
    (0..PEOPLE).fold(settings, |settings, number| {
        settings.customer(&format!("Customer {number}"), &customer::email(number), &customer::phone(number))
    })
}

async fn every_message_has_ended(otpd: &Otpd) {
    let started = Instant::now();
    poll::until("the end of every message", CODE_LIFE * 2, async || {
        let open: u32 = otpd.database().value("SELECT count(*) FROM outbox WHERE outcome IS NULL", []);
        (open == 0).then_some(())
    })
    .await;
    println!("every message ended {:?} after the last start", started.elapsed());
}

fn from_environment<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name}={text}")))
}
