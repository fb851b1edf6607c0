//! Drives the load and prints what came of it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tokio::task::JoinSet;

use crate::client::{Connection, Reply, post};
use crate::journey::{Form, expect_signed_in, pending_cookie};
use crate::process::{Server, free_port, usage};
use crate::report::{Phase, machine, print_head};
use crate::{Plan, seed};

/// Makes the bytes of request `number` on a connection, and looks at its reply.
trait Step: Send + Sync + 'static {
    fn bytes(&self, number: u64, form: Option<&Form>) -> Vec<u8>;
    fn check(&self, number: u64, reply: &Reply) -> Result<()>;
}

/// Runs the whole plan on one thread: the generator must not take both cores.
pub fn run(plan: &Plan) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        println!(
            "{}; {} connections, {} sign-ins, {} challenges stored",
            machine(),
            plan.connections,
            plan.sign_ins,
            plan.stored
        );
        println!("Server and load generator share the cores; the generator is one thread.\n");
        let seeded = seed::prepare(plan).await?;
        for round in 1..=plan.rounds {
            println!("Round {round}\n");
            one_round(plan, &seeded).await?;
            println!();
        }
        Ok(())
    })
}

async fn one_round(plan: &Plan, seeded: &Path) -> Result<()> {
    let work = tempfile::tempdir_in(&plan.folder)?;
    // Messages go to memory: a mail server is another machine, and the disk here belongs to the database.
    let memory = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir_in(&plan.folder))?;
    let (otpd_db, bare_db) = (work.path().join("otpd.db"), work.path().join("bare.db"));
    std::fs::copy(seeded, &otpd_db)?;
    std::fs::copy(seeded, &bare_db)?;
    print_head();
    let notes = if plan.bare_only {
        String::new()
    } else {
        let (server, ledger) = start_otpd(plan, work.path(), memory.path(), &otpd_db).await?;
        measure_otpd(plan, &server, &ledger).await?
    };
    measure_bare(plan, &start_bare(work.path(), &bare_db).await?).await?;
    println!("\n{notes}");
    Ok(())
}

async fn measure_otpd(plan: &Plan, server: &Server, ledger: &Path) -> Result<String> {
    let origin = format!("http://127.0.0.1:{}", server.port);
    let asked = Arc::new(Asked { plan: plan.clone(), origin: origin.clone(), pending: filled(plan.sign_ins) });
    drive(plan, server, "request", Arc::clone(&asked), true).await?.print();
    let began = Instant::now();
    let codes = read_codes(ledger, plan).await?;
    let drained = began.elapsed();
    drive(plan, server, "verify", Arc::new(Presented { origin, codes, asked }), true).await?.print();
    Ok(format!(
        "First answer {:.0} ms after the start; the outbox was empty {:.1} s after the last request; {:.1} MiB resident at the end.",
        server.started_in.as_secs_f64() * 1e3,
        drained.as_secs_f64(),
        server.usage()?.resident_mib
    ))
}

async fn measure_bare(plan: &Plan, server: &Server) -> Result<()> {
    let issued = Arc::new(BareIssue { pending: filled(plan.sign_ins) });
    drive(plan, server, "bare request", Arc::clone(&issued), false).await?.print();
    drive(plan, server, "bare verify", Arc::new(BareVerify(issued)), false).await?.print();
    Ok(())
}

/// One value a sign-in, filled in by its request and read by its verification.
type PerSignIn = Vec<std::sync::OnceLock<String>>;

fn filled(sign_ins: u64) -> PerSignIn {
    (0..sign_ins).map(|_| std::sync::OnceLock::new()).collect()
}

fn at(values: &PerSignIn, number: u64) -> Option<&std::sync::OnceLock<String>> {
    values.get(usize::try_from(number).ok()?)
}

struct Asked {
    plan: Plan,
    origin: String,
    pending: PerSignIn,
}

impl Step for Asked {
    fn bytes(&self, number: u64, form: Option<&Form>) -> Vec<u8> {
        form.map(|form| form.request(&self.origin, self.plan.channel, number)).unwrap_or_default()
    }

    fn check(&self, number: u64, reply: &Reply) -> Result<()> {
        let cookie = pending_cookie(reply)?;
        let _ = at(&self.pending, number).context("out of range")?.set(cookie);
        Ok(())
    }
}

struct Presented {
    origin: String,
    codes: PerSignIn,
    asked: Arc<Asked>,
}

impl Step for Presented {
    fn bytes(&self, number: u64, form: Option<&Form>) -> Vec<u8> {
        let text = |values: &PerSignIn| at(values, number).and_then(|value| value.get().cloned()).unwrap_or_default();
        form.map(|form| form.verify(&self.origin, &text(&self.asked.pending), &text(&self.codes))).unwrap_or_default()
    }

    fn check(&self, _: u64, reply: &Reply) -> Result<()> {
        expect_signed_in(reply)
    }
}

struct BareIssue {
    pending: PerSignIn,
}

impl Step for BareIssue {
    fn bytes(&self, number: u64, _: Option<&Form>) -> Vec<u8> {
        post("/request", "", "", &number.to_string())
    }

    fn check(&self, number: u64, reply: &Reply) -> Result<()> {
        ensure!(reply.status == 200, "bare request answered {}", reply.status);
        let _ = at(&self.pending, number).context("out of range")?.set(String::from_utf8(reply.body.clone())?);
        Ok(())
    }
}

struct BareVerify(Arc<BareIssue>);

impl Step for BareVerify {
    fn bytes(&self, number: u64, _: Option<&Form>) -> Vec<u8> {
        post("/verify", "", "", at(&self.0.pending, number).and_then(|value| value.get()).map_or("", String::as_str))
    }

    fn check(&self, _: u64, reply: &Reply) -> Result<()> {
        ensure!(reply.status == 200, "bare verify answered {}", reply.status);
        Ok(())
    }
}

/// Sends every request of a step once, over all connections, as fast as the server answers.
async fn drive<S: Step>(plan: &Plan, server: &Server, name: &'static str, step: Arc<S>, forms: bool) -> Result<Phase> {
    let next = Arc::new(AtomicU64::new(0));
    let total = plan.sign_ins;
    let mut connections = Vec::with_capacity(plan.connections);
    for _ in 0..plan.connections {
        let mut connection = Connection::open(server.port).await?;
        let form = if forms { Some(Form::fetch(&mut connection).await?) } else { None };
        connections.push((connection, form));
    }
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
async fn read_codes(ledger: &Path, plan: &Plan) -> Result<PerSignIn> {
    let began = Instant::now();
    while lines(ledger) < plan.sign_ins {
        ensure!(began.elapsed() < Duration::from_mins(4), "only {} messages came out", lines(ledger));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let codes = filled(plan.sign_ins);
    let numbers: std::collections::HashMap<String, u64> =
        (0..plan.sign_ins).map(|number| (plan.channel.of(number), number)).collect();
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

async fn start_otpd(plan: &Plan, work: &Path, memory: &Path, database: &Path) -> Result<(Server, PathBuf)> {
    let port = free_port()?;
    let ledger = memory.join("messages.jsonl");
    let keys = work.join("otpd.keys");
    let generated = Command::new(&plan.binary).args(["keys", "generate"]).env("OTPD_KEYS__FILE", &keys).output()?;
    ensure!(generated.status.success(), "keys generate: {}", String::from_utf8_lossy(&generated.stderr));
    let mut command = Command::new(std::fs::canonicalize(&plan.binary)?);
    command
        .arg("serve")
        .current_dir(work)
        .env("OTPD_KEYS__FILE", &keys)
        .env("OTPD_DATABASE__URL", format!("sqlite:{}", database.display()))
        .env("OTPD_SERVER__LISTEN", format!("127.0.0.1:{port}"))
        .env("OTPD_SERVER__PUBLIC_URL", format!("http://127.0.0.1:{port}"))
        .env("OTPD_CHALLENGES__TTL", "10m")
        .env("OTPD_EMAIL__TRANSPORT", "file")
        .env("OTPD_EMAIL__FROM", "Bench <bench@example.com>")
        .env("OTPD_EMAIL__FILE__PATH", &ledger)
        .env("OTPD_SMS__TRANSPORT", "file")
        .env("OTPD_SMS__FILE__PATH", &ledger);
    let server = Server::start(command, port, "/otp/request/", &work.join("otpd.log")).await;
    let server = server.with_context(|| std::fs::read_to_string(work.join("otpd.log")).unwrap_or_default())?;
    Ok((server, ledger))
}

async fn start_bare(work: &Path, database: &Path) -> Result<Server> {
    let port = free_port()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("bare").arg(database).env("PORT", port.to_string());
    Server::start(command, port, "/", &work.join("bare.log")).await
}
