//! Delivery on a thread of its own, behind the pages.
//!
//! Putting a mail into words costs several times what a page costs. When requests come faster than the cores can
//! carry, people who wait for a page go first and messages catch up, rather than both becoming slow: the thread is
//! "nicer" than the others. As long as a core has time to spare, it makes no difference.

use std::future::Future;

use anyhow::{Context as _, Result};
use otpd_delivery::Worker;
use tokio::runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// How much nicer: about a quarter of an equal share when every core is busy (`sched(7)`: 1.25 to the power of 6).
const NICE: i32 = 6;

/// Runs the worker until `stop` is done. The handle ends with it; an error tells that it broke down.
pub fn spawn(worker: Worker, stop: impl Future<Output = ()> + Send + 'static) -> Result<JoinHandle<()>> {
    let own =
        runtime::Builder::new_current_thread().enable_all().build().context("the delivery runtime does not start")?;
    let (ended, end) = oneshot::channel();
    let work = move || {
        if let Err(error) = rustix::process::nice(NICE) {
            tracing::debug!(%error, "delivery shares the cores equally with the pages");
        }
        own.block_on(worker.run(stop));
        let _ = ended.send(());
    };
    std::thread::Builder::new().name("delivery".to_owned()).spawn(work).context("no thread for delivery")?;
    Ok(tokio::spawn(async move { end.await.unwrap_or_else(|_| panic!("the delivery thread panicked")) }))
}
