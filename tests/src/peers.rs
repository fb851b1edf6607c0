//! What is run in Python: a real mail server, aiosmtpd, and what the libraries of others say of ours.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

use crate::otpd::{free_address, repository};
use crate::poll;

/// The one login the server knows.
pub const USERNAME: &str = "codes@example.com";
/// Its password.
pub const PASSWORD: &str = "correct horse";

/// The server; dropping it stops it.
pub struct MailServer {
    /// Where it listens on loopback.
    pub port: u16,
    folder: tempfile::TempDir,
    _child: Child,
}

impl MailServer {
    /// Starts it with `starttls` or `tls`; it takes mail over TLS and after a login only.
    pub async fn start(encryption: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let port = free_address().port();
        let mut child = Command::new(python())
            .arg(repository().join("tests/peers/mail_server.py"))
            .arg(folder.path())
            .args(["--encryption", encryption, "--port", &port.to_string()])
            .args(["--username", USERNAME, "--password", PASSWORD])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("Python starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let said = lines.next_line().await.expect("its output can be read");
        assert_eq!(said.as_deref(), Some("ready"), "run scripts/setup: it installs aiosmtpd and cryptography");
        Self { port, folder, _child: child }
    }

    /// The certificate of the authority that signed the server's: the one to trust.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// All messages it took, as Python's `email` package reads them.
    pub fn messages(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.folder.path().join("mail.jsonl")).unwrap_or_default();
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// Waits for its message number `n`, from 1.
    pub async fn message(&self, n: usize) -> Value {
        let what = format!("message {n} at the mail server");
        poll::until(&what, Duration::from_secs(20), async || self.messages().into_iter().nth(n - 1)).await
    }
}

/// Runs a script of `tests/peers/` that reads one JSON value and prints one.
///
/// # Panics
/// When it fails.
pub async fn ask(script: &str, question: &Value) -> Value {
    let mut child = Command::new(python())
        .arg(repository().join("tests/peers").join(script))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("Python starts");
    let mut input = child.stdin.take().expect("its input");
    input.write_all(question.to_string().as_bytes()).await.expect("it reads");
    drop(input);
    let output = child.wait_with_output().await.expect("it ends");
    assert!(output.status.success(), "{script} failed; has scripts/setup installed its packages?");
    serde_json::from_slice(&output.stdout).expect("it prints JSON")
}

/// The interpreter that `scripts/setup` has given the packages of `tests/peers/requirements.txt`.
///
/// # Panics
/// When there is none.
pub fn python() -> PathBuf {
    let named = std::env::var_os("OTPD_TEST_PYTHON").map(PathBuf::from);
    let python = named.unwrap_or_else(|| repository().join("target/venv/bin/python"));
    assert!(python.is_file(), "no Python at {}: run scripts/setup first", python.display());
    python
}
