//! Starting servers and reading what the kernel knows of them.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// A server under measurement; killed when dropped.
pub struct Server {
    child: Child,
    /// Its port on loopback.
    pub port: u16,
    /// From the start of the process to its first answer.
    pub started_in: Duration,
}

/// What a process used up to now.
#[derive(Clone, Copy, Default)]
pub struct Usage {
    /// Seconds of processor time, user and system.
    pub cpu_seconds: f64,
    /// Resident memory now, in MiB.
    pub resident_mib: f64,
    /// Most resident memory so far, in MiB.
    pub peak_mib: f64,
}

impl Server {
    /// Starts `command` and waits until `path` answers 200.
    pub async fn start(mut command: Command, port: u16, path: &str, log: &Path) -> Result<Self> {
        let log = std::fs::File::create(log)?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let began = Instant::now();
        let child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
        let mut server = Self { child, port, started_in: Duration::ZERO };
        while began.elapsed() < Duration::from_secs(30) {
            if let Ok(mut connection) = crate::client::Connection::open(port).await
                && let Ok(reply) = connection.send(&crate::client::get(path)).await
                && reply.status == 200
            {
                server.started_in = began.elapsed();
                return Ok(server);
            }
            if let Some(status) = server.child.try_wait()? {
                bail!("the server ended with {status}");
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        bail!("the server did not answer within 30 s");
    }

    /// What the server used up to now.
    pub fn usage(&self) -> Result<Usage> {
        usage(self.child.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the process of that id used up to now, from `/proc`.
pub fn usage(pid: u32) -> Result<Usage> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name in brackets may hold spaces; fields are counted from behind it. See proc(5).
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks: f64 = fields[11].parse::<f64>()? + fields[12].parse::<f64>()?;
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let mib = |key: &str| -> Result<f64> {
        let line = status.lines().find(|line| line.starts_with(key)).with_context(|| format!("no {key}"))?;
        Ok(line.split_whitespace().nth(1).unwrap_or_default().parse::<f64>()? / 1024.0)
    };
    // USER_HZ is 100 on every Linux that Rust's standard library supports.
    Ok(Usage { cpu_seconds: ticks / 100.0, resident_mib: mib("VmRSS:")?, peak_mib: mib("VmHWM:")? })
}

/// A port that is free now.
pub fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
