//! A server from its start to its end.

use std::io::Write;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Result, anyhow};
use otpd_domain::ports::Retention;
use otpd_domain::{Domain, Keyring, administer};
use otpd_web::{Limits, PublicUrl};
use tokio::sync::watch;
use tokio::task::{JoinError, JoinHandle};
use tokio::time::{MissedTickBehavior, interval};

use super::listen::Door;
use super::signals::StopSignals;
use super::{delivery_thread, demo, development};
use crate::config::Config;
use crate::metrics::Metrics;
use crate::wire;

/// How long requests under way are given to finish when the server stops. The worker's time comes on top, five
/// seconds at most: together they stay within the ten seconds that a supervisor waits.
const DRAIN: Duration = Duration::from_secs(4);

/// Serves until a signal comes, then ends in good order.
pub async fn serve(
    config: &Config,
    development: bool,
    public_url: PublicUrl,
    door: Door,
    keys: Keyring,
    out: &mut dyn Write,
) -> Result<()> {
    let signals = StopSignals::catch()?;
    let store = wire::open_store(config)?;
    let lock = store.lock_for_serving()?;
    let released = store.recover(&lock).await?;
    if released > 0 {
        tracing::info!(messages = released, "the last server died while sending; its messages are tried again");
    }
    let metrics = config.server.metrics_listen.map(Metrics::open).transpose()?;
    let server = wire::server(config, development, public_url.clone(), &store, keys)?;
    warm_up(&server.domain);
    if development {
        let password = demo::customer(config, &server.domain, &store).await?;
        development::greet(config, &public_url, &door, password, out)?;
    }
    tracing::info!(address = %door.address, url = public_url.origin(), version = env!("CARGO_PKG_VERSION"), "ready");
    let ended = until_stopped(config, server, door, metrics, signals).await;
    store.close().await;
    drop(lock);
    tracing::info!("stopped");
    ended
}

/// Runs pages, delivery and clean-up. Pages end first: until then their messages are still sent.
async fn until_stopped(
    config: &Config,
    server: wire::Server,
    door: Door,
    metrics: Option<Metrics>,
    signals: StopSignals,
) -> Result<()> {
    let wire::Server { web, worker, domain } = server;
    let (stop_pages, pages_stop) = watch::channel(false);
    let (stop_worker, worker_stop) = watch::channel(false);
    let mut delivery = delivery_thread::spawn(worker, told(worker_stop))?;
    let figures = metrics.map(|metrics| tokio::spawn(metrics.serve(domain.clone(), told(pages_stop.clone()))));
    let upkeep = tokio::spawn(clean_up_now_and_then(domain, wire::retention(config), config.upkeep.interval));
    let address = door.address;
    let limits = Limits { drain: DRAIN, proxies: config.server.trusted_proxies.clone(), ..Limits::default() };
    let mut pages =
        tokio::spawn(otpd_web::serve(door.listener, otpd_web::router(web.clone()), told(pages_stop), limits));
    let early = first_reason_to_stop(signals, &mut delivery, &mut pages, address).await;
    web.begin_stopping();
    // Whoever listens has ended by itself where nobody hears this.
    let _ = stop_pages.send(true);
    // A part that has ended already must not be waited for again.
    let pages = if pages.is_finished() { Ok(()) } else { pages.await };
    let _ = stop_worker.send(true);
    let delivery = if delivery.is_finished() { Ok(()) } else { delivery.await };
    upkeep.abort();
    if let Some(figures) = figures {
        figures.abort();
    }
    early?;
    pages.and(delivery).map_err(|error| anyhow!("a part of the server broke down: {error}"))
}

/// A signal, or the end of a part, which ends only when it is told to or breaks down.
async fn first_reason_to_stop(
    mut signals: StopSignals,
    delivery: &mut JoinHandle<()>,
    pages: &mut JoinHandle<()>,
    address: SocketAddr,
) -> Result<()> {
    tokio::select! {
        signal = signals.next() => {
            tracing::info!(signal, %address, "stopping: requests and messages under way may finish");
            tokio::spawn(signals.exit_at_next());
            Ok(())
        }
        ended = delivery => Err(broken_down("delivery", ended)),
        ended = pages => Err(broken_down("the listener", ended)),
    }
}

fn broken_down(part: &str, ended: Result<(), JoinError>) -> anyhow::Error {
    let how = ended.err().map_or_else(|| "it ended".to_owned(), |error| error.to_string());
    tracing::error!(part, how, "a part broke down; the server stops");
    anyhow!("{part} broke down: {how}")
}

/// Is done when told so.
async fn told(mut channel: watch::Receiver<bool>) {
    // An error means that the sender is gone: the server is ending, too.
    let _ = channel.wait_for(|stop| *stop).await;
}

async fn clean_up_now_and_then(domain: Domain, retention: Retention, every: Duration) {
    let mut moments = interval(every);
    moments.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick comes at once; a server that has just started has better things to do.
    moments.tick().await;
    loop {
        moments.tick().await;
        match administer::clean_up(&domain, retention).await {
            Ok(deleted) => tracing::debug!(
                challenges = deleted.challenges,
                sessions = deleted.sessions,
                messages = deleted.messages,
                registrations = deleted.registrations,
                ledgers = deleted.ledgers,
                audit = deleted.audit,
                "cleaned up"
            ),
            Err(error) => tracing::warn!(%error, "the clean-up failed; it is tried again later"),
        }
    }
}

/// Loads what the first visitor would wait for, beside everything else.
fn warm_up(domain: &Domain) {
    let contacts = domain.contacts;
    tokio::task::spawn_blocking(move || contacts.warm_up());
}
