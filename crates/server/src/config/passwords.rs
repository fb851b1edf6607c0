//! `[passwords]`: what is demanded of them, and what they may cost.

use otpd_credentials::PoolConfig;
use otpd_domain::password::{MIN_WITH_CODE, PasswordPolicy};

use super::table::reader::Reader;
use super::table::{Key, Kind, Section, parse};

/// Longest least length: everybody must be allowed a password of 64 characters (NIST SP 800-63B-4 §3.1.1.2).
const LONGEST_LEAST: usize = 64;

/// The table of this section.
pub const SECTION: Section = Section {
    name: "passwords",
    doc: "What is demanded of passwords, and what checking them may cost.",
    keys: &[
        Key::with_default(
            "passwords.min_length",
            Kind::Number,
            "15",
            "Least number of characters of a new password, 8 to 64. Less than 15 is for sites that always ask for a code, \
             too.",
        ),
        Key::optional(
            "passwords.threads",
            Kind::Number,
            "2",
            "How many passwords are hashed at the same time, 1 to 64; each takes 19 MiB of memory and a core. Without it: \
             half of the cores, at most 8.",
        ),
        Key::optional(
            "passwords.waiting",
            Kind::Number,
            "100",
            "How many more may wait for that, 0 to 10000; one more is told to try again. Without it: 60 a thread, about a \
             second's work.",
        ),
    ],
};

/// The checked settings of this section.
#[derive(Debug)]
pub struct Passwords {
    /// What is demanded of new passwords.
    pub policy: PasswordPolicy,
    /// How many are hashed at the same time, and how many may wait.
    pub pool: PoolConfig,
}

impl Passwords {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let usual = PoolConfig::default();
        let threads = reader.optional("passwords.threads", parse::number(1..=64)).unwrap_or(usual.threads);
        let waiting = reader.optional("passwords.waiting", parse::number(0..=10_000));
        Self {
            policy: PasswordPolicy {
                min_length: reader.value("passwords.min_length", parse::number(MIN_WITH_CODE..=LONGEST_LEAST)),
            },
            pool: PoolConfig { threads, waiting: waiting.unwrap_or(usual.waiting / usual.threads * threads) },
        }
    }
}
