//! Proofs of work that cost nothing, for tests of everything but proofs.

use std::time::Duration;

use otpd_domain::ports::{Handed, ProofOfWork, Task};
use otpd_domain::{EntropyError, Timestamp};

/// Proofs in plain text. For tests alone: anybody can make one. `work:NAME` is a solved challenge of that name, `waited` a
/// ticket whose time has come, `early` one whose time has not. Anything else is wrong.
#[derive(Clone, Copy, Debug, Default)]
pub struct TestProofs;

impl TestProofs {
    /// How long a solved challenge counts.
    pub const LIFETIME: Duration = Duration::from_mins(10);
    /// How long one waits with a ticket.
    pub const PATIENCE: Duration = Duration::from_secs(30);
}

impl ProofOfWork for TestProofs {
    fn task(&self, network: &str, _now: Timestamp) -> Result<Task, EntropyError> {
        let altcha = serde_json::json!({ "challenge": format!("work:{network}") });
        Ok(Task { altcha, ticket: "waited".to_owned(), patience: Self::PATIENCE })
    }

    fn check(&self, handed: &str, _network: &str, now: Timestamp) -> Handed {
        match handed {
            "waited" => Handed::Patience { patience: Self::PATIENCE },
            "early" => Handed::TooEarly { wait: Self::PATIENCE },
            _ => match handed.strip_prefix("work:") {
                Some(name) => Handed::Work { id: name.as_bytes().to_vec(), expires_at: now.after(Self::LIFETIME) },
                None => Handed::Wrong,
            },
        }
    }
}
