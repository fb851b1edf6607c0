//! Sample values, drawn from a seed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use otpd_domain::account::{NewAccount, PersonNames, Role};
use otpd_domain::api_key::{ApiKeyToken, NewApiKey, Scope};
use otpd_domain::challenge::{Challenge, ChallengeHandle, ChallengeId, Purpose, VerificationType};
use otpd_domain::identifier::{EmailAddress, Identifier, PhoneNumber};
use otpd_domain::keys::{KeyId, Mac256, Sealed};
use otpd_domain::limits::Rate;
use otpd_domain::message::{MessageId, OutboxMessage, Receipt, TryOutcome};
use otpd_domain::password::{Password, PasswordHash};
use otpd_domain::ports::{Addressee, Charge, Effect, Issue, Redemption, Turn};
use otpd_domain::register::NewRegistration;
use otpd_domain::session::{NewSession, SessionToken};
use otpd_domain::visitor::Trail;
use otpd_domain::{Entropy, Timestamp};

use crate::{SeededEntropy, TestHasher};

/// When samples happen unless a test says otherwise: 14 November 2023, 22:13:20 UTC.
pub const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);
/// How long a sample code is valid.
pub const TTL: Duration = Duration::from_mins(5);
/// How long after a sample request another code may be asked for.
pub const COOLDOWN: Duration = Duration::from_secs(30);
/// How often a sample code may be guessed.
pub const MAX_ATTEMPTS: u32 = 5;
/// How often a sample code may be sent to a contact where those find it.
pub const RATE: Rate = Rate { sends: 3, within: Duration::from_mins(10) };
/// How long a sample registration waits.
pub const KEEP: Duration = Duration::from_hours(24);
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
            names: None,
            email: Some(EmailAddress::from_stored(format!("asha{number}@example.com"))),
            phone: Some(PhoneNumber::from_stored(format!("+9198765{number:05}"))),
            address: "12 Lake Road".to_owned(),
            customer_type: "Household".to_owned(),
            role: Role::Customer,
            active: true,
            language: None,
        }
    }

    /// A challenge to sign in with, for whoever holds that contact, with its message, and the handle for it.
    pub fn issue(&self, identifier: &Identifier, now: Timestamp) -> (ChallengeHandle, Issue) {
        self.issue_for(&Purpose::SignIn, Addressee::Holder, identifier, now)
    }

    /// A challenge for that contact and purpose with its message, and the handle for it. It has no notice, turn and
    /// request of its own, and is charged to nobody.
    pub fn issue_for(
        &self,
        purpose: &Purpose,
        addressee: Addressee,
        identifier: &Identifier,
        now: Timestamp,
    ) -> (ChallengeHandle, Issue) {
        let id = ChallengeId::generate(now, &self.entropy).expect("seeded entropy does not fail");
        let handle = ChallengeHandle::new(id, self.bytes());
        let message_id = MessageId::generate(now, &self.entropy).expect("seeded entropy does not fail");
        let challenge = Challenge {
            id,
            secret_hash: handle.secret_hash(),
            purpose: purpose.clone(),
            identifier: identifier.clone(),
            verifier: Mac256 { key_id: KeyId(7), bytes: self.bytes() },
            created_at: now,
            expires_at: now.after(TTL),
            max_attempts: MAX_ATTEMPTS,
            long: false,
            resends: 0,
            resend_at: now.after(COOLDOWN),
            message_id,
        };
        let message = self.message(message_id, identifier, now);
        let charge = Charge::default();
        (handle, Issue { challenge, message, addressee, notice: None, turn: None, once: None, charge })
    }

    /// A message of that id to that contact; what it says is random.
    pub fn message(&self, id: MessageId, to: &Identifier, now: Timestamp) -> OutboxMessage {
        OutboxMessage {
            id,
            channel: to.channel(),
            sealed: Sealed { key_id: KeyId(7), bytes: [self.bytes::<75>(), self.bytes::<75>()].concat() },
            created_at: now,
            expires_at: now.after(TTL),
        }
    }

    /// A message without a code to that contact.
    pub fn notice(&self, to: &Identifier, now: Timestamp) -> OutboxMessage {
        let id = MessageId::generate(now, &self.entropy).expect("seeded entropy does not fail");
        self.message(id, to, now)
    }

    /// A registration of a person with an e-mail address and a phone number nobody else has, from an office.
    pub fn registration(&self, now: Timestamp) -> NewRegistration {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        NewRegistration {
            names: PersonNames { first: "Ravi".to_owned(), last: format!("Patel {number}") },
            email: EmailAddress::from_stored(format!("ravi{number}@example.com")),
            phone: Some(PhoneNumber::from_stored(format!("+9187654{number:05}"))),
            password: password_hash(&format!("password {number} of tests")),
            customer_type: "Household".to_owned(),
            language: "en".to_owned(),
            client: Some("192.0.2.1".to_owned()),
            created_at: now,
            expires_at: now.after(KEEP),
        }
    }

    /// A key for verifications that does not end by itself.
    pub fn api_key(&self, now: Timestamp) -> NewApiKey {
        let token = ApiKeyToken::generate(now, &self.entropy).expect("seeded entropy does not fail");
        NewApiKey {
            id: token.id,
            secret_hash: token.secret_hash(),
            name: "shop".to_owned(),
            scopes: vec![Scope::Verifications, Scope::TellUnknown],
            created_at: now,
            expires_at: None,
        }
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

/// The kind of verification of that name, as a purpose.
pub fn verification(name: &str) -> Purpose {
    Purpose::Verification(VerificationType::parse(name).expect("a sample name is one"))
}

/// The turn after that challenge, which dies, at the sample rate.
pub fn turn(after: Option<ChallengeId>) -> Turn {
    Turn { after, replaces: true, rate: RATE }
}

/// The hash of a password by the hasher of tests.
pub fn password_hash(typed: &str) -> PasswordHash {
    TestHasher::hash_of(&Password::presented(typed).expect("sample passwords are short"))
}

/// Using a code for that effect, with nothing to give back.
pub fn redeem(effect: Effect) -> Redemption {
    Redemption { effect, spent: None, trail: Trail::default() }
}

/// The effect of signing in.
pub fn open(session: NewSession) -> Effect {
    Effect::OpenSession { session, replaces: None }
}

/// The outcome of a try that succeeded, with a receipt that says nothing.
pub fn accepted() -> TryOutcome {
    TryOutcome::Accepted(Receipt::default())
}
