//! The binary under test: started, asked, stopped, killed.

mod settings;

use std::fs::{File, OpenOptions};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
pub use settings::{Customer, Settings};
use tokio::process::{Child, Command};

use crate::browser::Browser;
use crate::database::Database;
use crate::ledger::{self, Sent};
use crate::{http, poll};

/// A start on an empty database and one after a crash must both be faster: the bound that users are promised.
pub const READY_WITHIN: Duration = Duration::from_secs(5);
/// More than any message needs from the commit to the file transport on a busy machine.
const DELIVERED_WITHIN: Duration = Duration::from_secs(20);
/// Longer than the ten seconds a stop may take.
const STOPPED_WITHIN: Duration = Duration::from_secs(15);

/// A server in a folder of its own. Dropping it kills the server and deletes the folder.
pub struct Otpd {
    /// Where it listens; the same after a restart.
    pub address: SocketAddr,
    settings: Settings,
    folder: tempfile::TempDir,
    child: Option<Child>,
}

impl Otpd {
    /// Makes the folder, the database and the customers, starts the server and waits until it is ready.
    pub async fn start(settings: Settings) -> Self {
        let mut otpd = Self::prepare(settings).await;
        otpd.serve().await;
        otpd
    }

    /// Makes the folder, the database and the customers.
    pub async fn prepare(settings: Settings) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let address = free_address();
        let otpd = Self { address, settings, folder, child: None };
        otpd.run_well(&["keys", "generate"]).await;
        otpd.run_well(&["migrate"]).await;
        if !otpd.settings.customers.is_empty() {
            std::fs::write(otpd.path("customers.csv"), otpd.settings.csv()).expect("customers.csv can be written");
            otpd.run_well(&["account", "import", "customers.csv"]).await;
        }
        otpd
    }

    /// Starts the server, after a stop or a kill as well; says how long it took until it was ready.
    pub async fn serve(&mut self) -> Duration {
        let started = Instant::now();
        self.spawn();
        self.ready().await;
        started.elapsed()
    }

    /// Starts the server and does not wait.
    pub fn spawn(&mut self) {
        assert!(self.child.is_none(), "it runs already");
        let log = OpenOptions::new().create(true).append(true).open(self.path("log")).expect("the log opens");
        let mut command = self.command(&["serve"]);
        command.stdout(same(&log)).stderr(log).kill_on_drop(true);
        self.child = Some(command.spawn().expect("otpd starts"));
    }

    /// Waits until the server says that it is ready.
    pub async fn ready(&mut self) {
        poll::until("/health/ready", READY_WITHIN, async || {
            let status = self.child.as_mut().expect("it was started").try_wait().expect("its state");
            assert!(status.is_none(), "otpd ended with {status:?}:\n{}", self.log());
            let reply = http::send(self.address, &http::Request::new("GET", "/health/ready")).await;
            reply.ok().filter(|reply| reply.status == 200)
        })
        .await;
    }

    /// Kills it as a power cut would.
    pub async fn kill(&mut self) {
        let mut child = self.child.take().expect("it runs");
        child.kill().await.expect("it can be killed");
    }

    /// The id of its process.
    ///
    /// # Panics
    /// When it does not run.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().and_then(Child::id).expect("it runs")
    }

    /// Sends SIGTERM and does not wait.
    pub fn terminate(&self) {
        let pid = i32::try_from(self.pid()).ok().and_then(Pid::from_raw).expect("a process");
        kill_process(pid, Signal::TERM).expect("SIGTERM is sent");
    }

    /// Stops it in good order and starts it again.
    ///
    /// # Panics
    /// When it does not stop well.
    pub async fn restart(&mut self) {
        self.terminate();
        let status = self.ended().await;
        assert!(status.success(), "{status}\n{}", self.log());
        self.serve().await;
    }

    /// Waits until it has ended by itself.
    pub async fn ended(&mut self) -> ExitStatus {
        let mut child = self.child.take().expect("it was started");
        let ended = tokio::time::timeout(STOPPED_WITHIN, child.wait()).await;
        ended.unwrap_or_else(|_| panic!("otpd did not stop:\n{}", self.log())).expect("its exit status")
    }

    /// Changes a setting for the next start and the next commands.
    pub fn set(&mut self, key: &str, value: &str) {
        self.settings.put(key, value);
    }

    /// Runs another command of the binary with the same configuration.
    pub async fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().await.expect("otpd runs")
    }

    /// As [`Self::run`]; gives back what it printed.
    ///
    /// # Panics
    /// When it fails.
    pub async fn run_well(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments).await;
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "otpd {arguments:?}: {}\n{out}{err}", output.status);
        out.into_owned()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.settings.launcher();
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command.env_clear().envs(self.settings.environment(self.address));
        command
    }

    /// A file in its folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Everything it has logged, in all its runs.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    /// A fresh browser that visits it.
    pub fn browser(&self) -> Browser {
        Browser::new(self.address)
    }

    /// The mails that left.
    pub fn mails(&self) -> Vec<Sent> {
        ledger::read(&self.path("mail.jsonl"))
    }

    /// The text messages that left.
    pub fn texts(&self) -> Vec<Sent> {
        ledger::read(&self.path("sms.jsonl"))
    }

    /// All messages that left for a contact in its canonical form, oldest first.
    pub fn messages_to(&self, contact: &str) -> Vec<Sent> {
        let all = if contact.contains('@') { self.mails() } else { self.texts() };
        all.into_iter().filter(|sent| sent.to == contact).collect()
    }

    /// Waits for the message number `n` (from 1) to a contact in its canonical form.
    pub async fn message_to(&self, contact: &str, n: usize) -> Sent {
        let what = format!("message {n} to {contact}");
        poll::until(&what, DELIVERED_WITHIN, async || self.messages_to(contact).into_iter().nth(n - 1)).await
    }

    /// Its base URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Signs a fresh browser in: asks for a code, reads it from the ledger, types it.
    pub async fn sign_in(&self, kind: &str, contact: &str) -> Browser {
        self.sign_in_typed(kind, contact, contact).await
    }

    /// As [`Self::sign_in`], with the contact written in another form than the canonical one.
    pub async fn sign_in_typed(&self, kind: &str, typed: &str, contact: &str) -> Browser {
        let mut browser = self.browser();
        let before = self.messages_to(contact).len();
        let reply = browser.request_code(kind, typed).await;
        assert_eq!((reply.status, reply.location()), (303, "/otp/verify/"), "{typed}");
        let code = self.message_to(contact, before + 1).await.code;
        let reply = browser.verify(&code).await;
        assert_eq!((reply.status, reply.location()), (303, "/dashboard/"));
        browser
    }

    /// Its database: of a running server the live one, else a copy.
    pub fn database(&self) -> Database {
        let path = self.path("otpd.db");
        if self.child.is_some() { Database::of_running(&path) } else { Database::of_stopped(&path) }
    }
}

/// The binary under test; see the crate's documentation.
pub fn binary() -> PathBuf {
    let named = std::env::var_os("OTPD_BIN").map(PathBuf::from);
    let path = named.unwrap_or_else(|| {
        let test = std::env::current_exe().expect("the path of the test");
        // target/debug/deps/journey-0123 lies two folders below target/debug.
        test.ancestors().nth(2).map(|folder| folder.join("otpd")).expect("a target folder")
    });
    let absolute = std::path::absolute(&path).expect("a path");
    assert!(absolute.is_file(), "no binary at {}: run `cargo build -p otpd` first", absolute.display());
    absolute
}

/// The folder of the whole repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace")
}

/// An address nobody listens on. Its port lies below those that the system gives to outgoing connections, so that none
/// of them takes it while a killed server is down.
pub fn free_address() -> SocketAddr {
    const FIRST: u16 = 12_000;
    const COUNT: u16 = 18_000;
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % u32::from(COUNT)).expect("below the count");
    loop {
        let offset = start.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % COUNT;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, FIRST + offset));
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
}

fn same(file: &File) -> File {
    file.try_clone().expect("a second handle")
}
