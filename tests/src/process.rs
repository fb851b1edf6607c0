//! What the system knows of a process.

use crate::Otpd;

impl Otpd {
    /// The most memory that the running server ever had resident, in KiB.
    ///
    /// # Panics
    /// When it does not run, or on a system without `/proc`.
    pub fn peak_memory_kib(&self) -> u64 {
        self.memory("VmHWM:")
    }

    /// The memory that the running server has resident now, in KiB.
    ///
    /// # Panics
    /// As [`Self::peak_memory_kib`].
    pub fn memory_kib(&self) -> u64 {
        self.memory("VmRSS:")
    }

    fn memory(&self, label: &str) -> u64 {
        let path = format!("/proc/{}/status", self.pid());
        let status = std::fs::read_to_string(&path).expect("the state of the process");
        let line = status.lines().find_map(|line| line.strip_prefix(label));
        let number = line.and_then(|line| line.split_whitespace().next());
        number.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("no {label} in {path}:\n{status}"))
    }
}
