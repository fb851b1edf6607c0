//! Drives a load over many connections, and finds the codes in what came out.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tokio::task::JoinSet;

use crate::client::{Connection, Reply};
use crate::journey::{Contact, Form};
use crate::process::{Server, usage};
use crate::report::Phase;

/// Makes the bytes of request `number` on a connection, and looks at its reply.
pub trait Step: Send + Sync + 'static {
    /// The bytes.
    fn bytes(&self, number: u64, form: Option<&Form>) -> Vec<u8>;
    /// Whether the reply is the expected one.
    fn check(&self, number: u64, reply: &Reply) -> Result<()>;
}

/// A load: how many requests over how many connections.
#[derive(Clone, Copy)]
pub struct Load {
    /// Connections kept open, each with one request at a time.
    pub connections: usize,
    /// Requests in all.
    pub requests: u64,
    /// Whether each connection opens the request page first, as a browser does.
    pub forms: bool,
}

/// One value a sign-in, filled in by its request and read by its verification.
pub type PerSignIn = Vec<std::sync::OnceLock<String>>;

/// As many, empty.
pub fn filled(sign_ins: u64) -> PerSignIn {
    (0..sign_ins).map(|_| std::sync::OnceLock::new()).collect()
}

/// The value of that number.
pub fn at(values: &PerSignIn, number: u64) -> Option<&std::sync::OnceLock<String>> {
    values.get(usize::try_from(number).ok()?)
}

/// Sends every request of a step once, over all connections, as fast as the server answers.
pub async fn drive<S: Step>(load: Load, server: &Server, name: &'static str, step: Arc<S>) -> Result<Phase> {
    let next = Arc::new(AtomicU64::new(0));
    let total = load.requests;
    let mut connections = Vec::with_capacity(load.connections);
    for _ in 0..load.connections {
        let mut connection = Connection::open(server.port).await?;
        let form = if load.forms { Some(Form::fetch(&mut connection).await?) } else { None };
        connections.push((connection, form));
    }
    // The table has a line only when a phase is over.
    eprintln!("{name}: {total} over {} connections", load.connections);
    let (before, client_before) = (server.usage()?, usage(std::process::id())?);
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for (mut connection, form) in connections {
        let (next, step) = (Arc::clone(&next), Arc::clone(&step));
        tasks.spawn(async move {
            let mut latencies = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= total {
                    return anyhow::Ok(latencies);
                }
                let bytes = step.bytes(number, form.as_ref());
                let sent = Instant::now();
                let reply = connection.send(&bytes).await?;
                latencies.push(sent.elapsed());
                step.check(number, &reply)?;
            }
        });
    }
    let mut latencies = Vec::new();
    while let Some(done) = tasks.join_next().await {
        latencies.append(&mut done??);
    }
    let took = began.elapsed();
    let client_cpu = usage(std::process::id())?.cpu_seconds - client_before.cpu_seconds;
    Ok(Phase { name, latencies, took, server: (before, server.usage()?), client_cpu })
}

/// Waits until the file transport holds a code for every sign-in, and reads them.
pub async fn read_codes(ledger: &Path, contact: Contact, count: u64) -> Result<PerSignIn> {
    let began = Instant::now();
    while lines(ledger) < count {
        ensure!(began.elapsed() < Duration::from_mins(4), "only {} messages came out", lines(ledger));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let codes = filled(count);
    let numbers: std::collections::HashMap<String, u64> =
        (0..count).map(|number| (contact.of(number), number)).collect();
    for line in std::fs::read_to_string(ledger)?.lines() {
        let message: serde_json::Value = serde_json::from_str(line)?;
        let text = message["text"].as_str().context("a message without text")?;
        let number = numbers.get(message["to"].as_str().unwrap_or_default()).context("a message to nobody")?;
        let code =
            text.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6).context("no code in a message")?;
        let _ = at(&codes, *number).context("out of range")?.set(code.to_owned());
    }
    Ok(codes)
}

fn lines(file: &Path) -> u64 {
    std::fs::read(file).map_or(0, |bytes| bytes.split(|byte| *byte == b'\n').count() as u64 - 1)
}
