//! Figures and how they are printed.

use std::time::Duration;

use crate::process::Usage;

/// One measured phase.
pub struct Phase {
    /// What was done.
    pub name: &'static str,
    /// How long each request took.
    pub latencies: Vec<Duration>,
    /// How long the whole phase took.
    pub took: Duration,
    /// The server before and after.
    pub server: (Usage, Usage),
    /// Processor seconds of the load generator.
    pub client_cpu: f64,
}

#[allow(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
impl Phase {
    /// Requests a second.
    pub fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.took.as_secs_f64()
    }

    /// Prints the phase as a row of the table; sorts the latencies.
    pub fn print(&mut self) {
        self.latencies.sort_unstable();
        let count = self.latencies.len() as f64;
        println!(
            "| {:<14} | {:>7.0} | {:>6.2} | {:>6.2} | {:>6.2} | {:>6.1} | {:>6.1} | {:>5.1} |",
            self.name,
            self.rate(),
            self.millis(0.50),
            self.millis(0.99),
            self.millis(1.0),
            (self.server.1.cpu_seconds - self.server.0.cpu_seconds) * 1e6 / count,
            self.client_cpu * 1e6 / count,
            self.server.1.peak_mib,
        );
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length is an index")]
    fn millis(&self, share: f64) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        self.latencies.get((last as f64 * share) as usize).map_or(0.0, |latency| latency.as_secs_f64() * 1e3)
    }
}

/// The head of the table that [`Phase::print`] fills.
pub fn print_head() {
    println!("| route          |  req/s  | p50 ms | p99 ms | max ms | µs CPU | µs gen | MiB   |");
    println!("|----------------|--------:|-------:|-------:|-------:|-------:|-------:|------:|");
}

/// The machine, in a line.
pub fn machine() -> String {
    let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo.lines().find(|line| line.starts_with("model name")).and_then(|line| line.split(": ").nth(1));
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{cores} cores of {}, Linux {}", model.unwrap_or("an unknown model"), kernel.trim())
}
