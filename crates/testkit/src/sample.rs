//! Sample values, drawn from a seed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use otpd_domain::account::{NewAccount, Role};
use otpd_domain::challenge::{Challenge, ChallengeHandle, Purpose};
use otpd_domain::identifier::{EmailAddress, Identifier, PhoneNumber};
use otpd_domain::keys::{KeyId, Mac256, Sealed};
use otpd_domain::message::{MessageId, OutboxMessage};
use otpd_domain::ports::Issue;
use otpd_domain::session::{NewSession, SessionToken};
use otpd_domain::{Entropy, Timestamp};

use crate::SeededEntropy;

/// When samples happen unless a test says otherwise: 14 November 2023, 22:13:20 UTC.
pub const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);
/// How long a sample code is valid.
pub const TTL: Duration = Duration::from_mins(5);
/// How long after a sample request another code may be asked for.
pub const COOLDOWN: Duration = Duration::from_secs(30);
/// How often a sample code may be guessed.
pub const MAX_ATTEMPTS: u32 = 5;
/// How long a sample session lives.
pub const LIFETIME: Duration = Duration::from_hours(14 * 24);
/// How long a sample session lives unused.
pub const IDLE: Duration = Duration::from_hours(24);

/// Makes samples; each one differs from those made before it by the same maker.
#[derive(Debug, Default)]
pub struct Sampler {
    entropy: SeededEntropy,
    made: AtomicU64,
}

impl Sampler {
    /// A maker whose samples repeat with the seed.
    pub fn new(seed: u64) -> Self {
        Self { entropy: SeededEntropy::new(seed), made: AtomicU64::new(0) }
    }

    /// Its source of randomness.
    pub fn entropy(&self) -> &dyn Entropy {
        &self.entropy
    }

    /// An active customer with an e-mail address and a phone number nobody else has.
    pub fn account(&self) -> NewAccount {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        NewAccount {
            name: format!("Asha {number}"),
            email: Some(EmailAddress::from_stored(format!("asha{number}@example.com"))),
            phone: Some(PhoneNumber::from_stored(format!("+9198765{number:05}"))),
            address: "12 Lake Road".to_owned(),
            customer_type: "Household".to_owned(),
            role: Role::Customer,
            active: true,
            language: None,
        }
    }

    /// A challenge for that contact with its message, and the handle for it.
    pub fn issue(&self, identifier: &Identifier, now: Timestamp) -> (ChallengeHandle, Issue) {
        let handle = ChallengeHandle::generate(now, &self.entropy).expect("seeded entropy does not fail");
        let message_id = MessageId::generate(now, &self.entropy).expect("seeded entropy does not fail");
        let challenge = Challenge {
            id: handle.id,
            secret_hash: handle.secret_hash(),
            purpose: Purpose::SignIn,
            identifier: identifier.clone(),
            verifier: Mac256 { key_id: KeyId(7), bytes: self.bytes() },
            created_at: now,
            expires_at: now.after(TTL),
            max_attempts: MAX_ATTEMPTS,
            resends: 0,
            resend_at: now.after(COOLDOWN),
            message_id,
        };
        let message = OutboxMessage {
            id: message_id,
            channel: identifier.channel(),
            sealed: Sealed { key_id: KeyId(7), bytes: [self.bytes::<75>(), self.bytes::<75>()].concat() },
            created_at: now,
            expires_at: now.after(TTL),
        };
        (handle, Issue { challenge, message })
    }

    /// A session that opens at `now`.
    pub fn session(&self, now: Timestamp) -> NewSession {
        let token = SessionToken::generate(now, &self.entropy).expect("seeded entropy does not fail");
        NewSession {
            id: token.id,
            secret_hash: token.secret_hash(),
            created_at: now,
            expires_at: now.after(LIFETIME),
            user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0".to_owned(),
        }
    }

    fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes).expect("seeded entropy does not fail");
        bytes
    }
}

/// An e-mail address as an identifier.
pub fn email(address: &str) -> Identifier {
    Identifier::Email(EmailAddress::from_stored(address.to_owned()))
}

/// A phone number as an identifier.
pub fn phone(number: &str) -> Identifier {
    Identifier::Phone(PhoneNumber::from_stored(number.to_owned()))
}
