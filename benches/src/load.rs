//! Runs the parts of the plan, round by round.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};
use tempfile::TempDir;

use crate::report::{machine, print_head};
use crate::start::{Place, start_bare, start_otpd};
use crate::{Part, Plan, bare, log_in, pages, seed, verification};

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
            one_round(plan, round, &seeded).await?;
            println!();
        }
        Ok(())
    })
}

async fn one_round(plan: &Plan, round: u32, seeded: &Path) -> Result<()> {
    if plan.measures(Part::Pages) {
        sign_ins(plan, round, seeded).await?;
    }
    if plan.measures(Part::Verification) {
        verifications(plan, round, seeded).await?;
    }
    if plan.measures(Part::LogIn) {
        log_ins(plan).await?;
    }
    Ok(())
}

/// A round's folders: one on the disk that is measured, one in memory.
struct Folders {
    work: TempDir,
    memory: TempDir,
}

impl Folders {
    fn make(plan: &Plan) -> Result<Self> {
        let work = tempfile::tempdir_in(&plan.folder)?;
        let memory = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir_in(&plan.folder))?;
        Ok(Self { work, memory })
    }

    fn place<'a>(&'a self, database: &'a Path) -> Place<'a> {
        Place { work: self.work.path(), memory: self.memory.path(), database }
    }
}

/// A binary under measurement and the database it works on.
struct Candidate<'a> {
    name: &'static str,
    binary: &'a Path,
    is_before: bool,
}

/// What is measured in a round; where there is an older binary, now this one comes first and now the other, since whoever
/// comes second finds the disk busy with what the first left.
fn candidates(plan: &Plan, round: u32) -> Vec<Candidate<'_>> {
    let before = plan.before.as_deref().map(|binary| Candidate { name: "before", binary, is_before: true });
    let now = Candidate { name: "now", binary: &plan.binary, is_before: false };
    let mut candidates: Vec<_> = before.into_iter().chain((!plan.bare_only).then_some(now)).collect();
    if round.is_multiple_of(2) {
        candidates.reverse();
    }
    candidates
}

/// A copy of the seeded database in the schema that the candidate knows. Where an older binary is measured, too, both work on
/// a copy that was made older, and this one on one that was made newer again: migrations move rows about in the file.
fn copied(plan: &Plan, candidate: &Candidate<'_>, seeded: &Path, folders: &Folders) -> Result<PathBuf> {
    let database = folders.work.path().join("otpd.db");
    std::fs::copy(seeded, &database)?;
    age(plan, &database, candidate.is_before)?;
    settle()?;
    Ok(database)
}

/// Brings a copy into the older schema, if there is one to compare with, and unless it shall stay there back again.
fn age(plan: &Plan, database: &Path, stays: bool) -> Result<()> {
    let Some(schema) = plan.before_schema else { return Ok(()) };
    migrate(plan, database, &["--to", &schema.to_string()])?;
    if stays { Ok(()) } else { migrate(plan, database, &[]) }
}

fn migrate(plan: &Plan, database: &Path, to: &[&str]) -> Result<()> {
    let migrated = Command::new(std::fs::canonicalize(&plan.binary)?)
        .arg("migrate")
        .args(to)
        .env("OTPD_DATABASE__URL", format!("sqlite:{}", database.display()))
        .current_dir(database.parent().unwrap_or(Path::new(".")))
        .output()?;
    ensure!(migrated.status.success(), "migrate: {}", String::from_utf8_lossy(&migrated.stderr));
    Ok(())
}

/// Waits until the disk has what was written before, which would be written during the next measurement else.
fn settle() -> Result<()> {
    ensure!(Command::new("sync").status()?.success(), "sync failed");
    Ok(())
}

fn print_name(plan: &Plan, candidate: &Candidate<'_>) {
    if plan.before.is_some() {
        println!("{} ({})\n", candidate.name, candidate.binary.display());
    }
}

/// The sign-in pages.
async fn sign_ins(plan: &Plan, round: u32, seeded: &Path) -> Result<()> {
    for candidate in candidates(plan, round) {
        let folders = Folders::make(plan)?;
        let database = copied(plan, &candidate, seeded, &folders)?;
        print_name(plan, &candidate);
        print_head();
        let (server, ledger) = start_otpd(candidate.binary, &folders.place(&database), &[]).await?;
        println!("\n{}\n", pages::measure_otpd(plan, &server, &ledger).await?);
    }
    let folders = Folders::make(plan)?;
    let database = folders.work.path().join("bare.db");
    std::fs::copy(seeded, &database)?;
    age(plan, &database, false)?;
    settle()?;
    print_head();
    pages::measure_bare(plan, &start_bare(folders.work.path(), &database).await?).await?;
    println!();
    Ok(())
}

/// Verification for other back ends, with codes in the database and in memory.
async fn verifications(plan: &Plan, round: u32, seeded: &Path) -> Result<()> {
    for candidate in candidates(plan, round) {
        print_name(plan, &candidate);
        print_head();
        for (store, names) in [("database", ["send", "verify"]), ("memory", ["send, memory", "verify, memory"])] {
            let folders = Folders::make(plan)?;
            let database = copied(plan, &candidate, seeded, &folders)?;
            let settings = [("OTPD_CHALLENGES__STORE", store)];
            let (server, ledger) = start_otpd(candidate.binary, &folders.place(&database), &settings).await?;
            verification::measure(plan, &server, &ledger, names).await?;
        }
        println!();
    }
    Ok(())
}

/// Log-ins, and what Argon2id alone would allow.
async fn log_ins(plan: &Plan) -> Result<()> {
    let folders = Folders::make(plan)?;
    let (otpd_db, bare_db) = (folders.work.path().join("otpd.db"), folders.work.path().join("bare.db"));
    drop(bare::open(&otpd_db)?);
    print_head();
    let settings = [("OTPD_PASSWORDS__WAITING", "1000")];
    let (server, ledger) = start_otpd(&plan.binary, &folders.place(&otpd_db), &settings).await?;
    let real = log_in::measure_otpd(plan, &server, &ledger).await?;
    drop(server);
    let alone = log_in::measure_bare(plan, &start_bare(folders.work.path(), &bare_db).await?).await?;
    println!("\nOf a log-in's time {:.0} % is Argon2id alone.\n", 100.0 * real / alone);
    Ok(())
}
