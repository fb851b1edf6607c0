//! The steps of the schema, embedded from `migrations/sqlite/`.

use sha2::{Digest, Sha256};

/// One step of the schema.
pub(super) struct Migration {
    /// Its number.
    pub(super) version: u32,
    /// What it makes.
    pub(super) name: &'static str,
    /// Makes it.
    pub(super) up: &'static str,
    /// Takes it back.
    pub(super) down: &'static str,
}

macro_rules! migration {
    ($version:literal, $name:literal, $file:literal) => {
        Migration {
            version: $version,
            name: $name,
            up: include_str!(concat!("../../migrations/sqlite/", $file, ".up.sql")),
            down: include_str!(concat!("../../migrations/sqlite/", $file, ".down.sql")),
        }
    };
}

/// All steps, numbered from 1 without a gap.
pub(super) const MIGRATIONS: &[Migration] = &[
    migration!(1, "accounts", "0001_accounts"),
    migration!(2, "challenges", "0002_challenges"),
    migration!(3, "sessions", "0003_sessions"),
    migration!(4, "outbox", "0004_outbox"),
    migration!(5, "tallies", "0005_tallies"),
    migration!(6, "names", "0006_names"),
    migration!(7, "passwords", "0007_passwords"),
    migration!(8, "registrations", "0008_registrations"),
    migration!(9, "turns", "0009_turns"),
    migration!(10, "receipts", "0010_receipts"),
    migration!(11, "api_keys", "0011_api_keys"),
    migration!(12, "limits", "0012_limits"),
];

/// The newest step this program knows.
pub(super) fn newest() -> u32 {
    MIGRATIONS.last().map_or(0, |migration| migration.version)
}

impl Migration {
    /// What the ledger keeps of it, so that a step that was changed after it was applied is noticed.
    pub(super) fn checksum(&self) -> [u8; 32] {
        Sha256::digest(self.up).into()
    }
}
