//! Starts the two servers.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::process::{Server, free_port};

/// Where a server under measurement works.
pub struct Place<'a> {
    /// A folder on the disk that is measured.
    pub work: &'a Path,
    /// A folder in memory, for messages: a mail server is another machine.
    pub memory: &'a Path,
    /// The database.
    pub database: &'a Path,
}

/// Starts this otpd with these settings besides, and says where its messages go.
pub async fn start_otpd(binary: &Path, place: &Place<'_>, settings: &[(&str, &str)]) -> Result<(Server, PathBuf)> {
    let Place { work, memory, database } = *place;
    let port = free_port()?;
    let ledger = memory.join("messages.jsonl");
    let keys = work.join("otpd.keys");
    let generated = Command::new(binary).args(["keys", "generate"]).env("OTPD_KEYS__FILE", &keys).output()?;
    ensure!(generated.status.success(), "keys generate: {}", String::from_utf8_lossy(&generated.stderr));
    let mut command = Command::new(std::fs::canonicalize(binary)?);
    command
        .arg("serve")
        .current_dir(work)
        .env("OTPD_KEYS__FILE", &keys)
        .env("OTPD_DATABASE__URL", format!("sqlite:{}", database.display()))
        .env("OTPD_SERVER__LISTEN", format!("127.0.0.1:{port}"))
        .env("OTPD_SERVER__PUBLIC_URL", format!("http://127.0.0.1:{port}"))
        .env("OTPD_SERVER__TRUSTED_PROXIES", "127.0.0.1")
        .env("OTPD_CHALLENGES__TTL", "10m")
        .env("OTPD_EMAIL__TRANSPORT", "file")
        .env("OTPD_EMAIL__FROM", "Bench <bench@example.com>")
        .env("OTPD_EMAIL__FILE__PATH", &ledger)
        .env("OTPD_SMS__TRANSPORT", "file")
        .env("OTPD_SMS__FILE__PATH", &ledger)
        .envs(settings.iter().copied());
    let server = Server::start(command, port, "/otp/request/", &work.join("otpd.log")).await;
    let server = server.with_context(|| std::fs::read_to_string(work.join("otpd.log")).unwrap_or_default())?;
    Ok((server, ledger))
}

/// Starts the bare server.
pub async fn start_bare(work: &Path, database: &Path) -> Result<Server> {
    let port = free_port()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("bare").arg(database).env("PORT", port.to_string());
    Server::start(command, port, "/", &work.join("bare.log")).await
}
