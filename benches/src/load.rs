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
            one_round(plan, &seeded).await?;
            println!();
        }
        Ok(())
    })
}

async fn one_round(plan: &Plan, seeded: &Path) -> Result<()> {
    if plan.measures(Part::Pages) {
        sign_ins(plan, seeded).await?;
    }
    if plan.measures(Part::Verification) {
        verifications(plan, seeded).await?;
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
    schema: Option<u32>,
}

/// The older binary first, where there is one.
fn candidates(plan: &Plan) -> Vec<Candidate<'_>> {
    let before = plan.before.as_deref().map(|binary| Candidate { name: "before", binary, schema: plan.before_schema });
    let now = Candidate { name: "now", binary: &plan.binary, schema: None };
    before.into_iter().chain((!plan.bare_only).then_some(now)).collect()
}

/// A copy of the seeded database in the schema that the candidate knows.
fn copied(plan: &Plan, candidate: &Candidate<'_>, seeded: &Path, folders: &Folders) -> Result<PathBuf> {
    let database = folders.work.path().join("otpd.db");
    std::fs::copy(seeded, &database)?;
    if let Some(schema) = candidate.schema {
        let migrated = Command::new(std::fs::canonicalize(&plan.binary)?)
            .args(["migrate", "--to", &schema.to_string()])
            .env("OTPD_DATABASE__URL", format!("sqlite:{}", database.display()))
            .current_dir(folders.work.path())
            .output()?;
        ensure!(migrated.status.success(), "migrate: {}", String::from_utf8_lossy(&migrated.stderr));
    }
    Ok(database)
}

fn print_name(plan: &Plan, candidate: &Candidate<'_>) {
    if plan.before.is_some() {
        println!("{} ({})\n", candidate.name, candidate.binary.display());
    }
}

/// The sign-in pages.
async fn sign_ins(plan: &Plan, seeded: &Path) -> Result<()> {
    for candidate in candidates(plan) {
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
    print_head();
    pages::measure_bare(plan, &start_bare(folders.work.path(), &database).await?).await?;
    println!();
    Ok(())
}

/// Verification for other back ends, with codes in the database and in memory.
async fn verifications(plan: &Plan, seeded: &Path) -> Result<()> {
    for candidate in candidates(plan) {
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
