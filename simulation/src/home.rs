//! Where live codes are kept: in the database or in the server's memory, as the configuration of a real one says.

use std::sync::Arc;
use std::time::Duration;

use otpd_domain::challenge::Purpose;
use otpd_domain::policy::MAX_TTL;
use otpd_domain::ports::ChallengeStore;
use otpd_store::memory::{ByPurpose, MemoryChallenges};
use otpd_store::sqlite::SqliteStore;

use crate::policy::login;

/// How many codes the memory holds.
const CAPACITY: usize = 1_000_000;
/// How long a dead code stays in memory before it may make room for others: as long as any rate looks back.
pub const KEPT_IN_MEMORY: Duration = MAX_TTL;

/// Where a server keeps its live codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// All in the database: they outlive the process.
    Database,
    /// Those of registrations in the database, all others in memory.
    Divided,
    /// All in memory: a restart ends them.
    Memory,
}

impl Home {
    /// Half of all seeds keep their codes in the database.
    pub fn of(seed: u64) -> Self {
        match seed % 4 {
            0 | 1 => Self::Database,
            2 => Self::Divided,
            _ => Self::Memory,
        }
    }

    /// What codes are for that end with the process.
    pub fn in_memory(self) -> Vec<Purpose> {
        let others = [Purpose::SignIn, Purpose::PasswordReset, Purpose::NewContact, Purpose::Verification(login())];
        match self {
            Self::Database => Vec::new(),
            Self::Divided => others.into(),
            Self::Memory => others.into_iter().chain([Purpose::Registration]).collect(),
        }
    }

    /// The store of codes of a process that has just begun.
    pub fn open(self, database: &SqliteStore) -> Arc<dyn ChallengeStore> {
        let (in_memory, database) = (self.in_memory(), Arc::new(database.clone()));
        if in_memory.is_empty() {
            return database;
        }
        let memory = MemoryChallenges::new(Arc::clone(&database) as _, CAPACITY, KEPT_IN_MEMORY);
        Arc::new(ByPurpose::new(Arc::new(memory), in_memory, database))
    }
}
