//! A domain on an SQLite file, with a clock the test moves.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use otpd_delivery::{
    Bell, Handover, RenderConfig, RenderedMessage, Renderer, Transport, Transports, Worker, WorkerConfig,
};
use otpd_domain::challenge::ChallengeHandle;
use otpd_domain::code::CodeLength;
use otpd_domain::codes::Requested;
use otpd_domain::identifier::{ContactParser, Identifier};
use otpd_domain::keys::{KeyId, Secret};
use otpd_domain::limits::{Cooldown, Rate};
use otpd_domain::message::{DeliveryState, Receipt};
use otpd_domain::password::PasswordPolicy;
use otpd_domain::policy::{CodePolicy, RegistrationPolicy};
use otpd_domain::sign_in::{RequestSignIn, request_sign_in};
use otpd_domain::{Domain, Keyring, Policy, Visitor};
use otpd_store::sqlite::{Options, SqliteStore, migrate_to};
use otpd_templating::{Brand, Templates};
use otpd_testkit::sample::{self, Sampler};
use otpd_testkit::{FixedClock, SeededEntropy, TestHasher, TestProofs, TestTokens, limits};

pub const TTL: Duration = Duration::from_mins(5);

pub struct World {
    pub domain: Domain,
    pub clock: Arc<FixedClock>,
    pub bell: Arc<Bell>,
    sampler: Sampler,
    _folder: tempfile::TempDir,
}

pub fn templates() -> Templates {
    let brand = Brand { name: "Waste Billing".to_owned(), color: "#0b6e4f".to_owned(), logo: None };
    Templates::load(None, brand, "en").expect("built-in templates")
}

pub fn renderer() -> Renderer {
    let from = "Waste Billing <noreply@portal.example>".to_owned();
    let config = RenderConfig { public_host: "portal.example".to_owned(), from, verification_templates: Vec::new() };
    Renderer::new(templates(), config).expect("a renderer")
}

fn policy() -> Policy {
    let codes = CodePolicy {
        length: CodeLength::new(6).expect("a length"),
        ttl: TTL,
        max_attempts: 5,
        cooldown: Cooldown::parse("30s").expect("a list"),
        rate: Rate::parse("100/1h").expect("a rate"),
    };
    let registration = RegistrationPolicy {
        codes: codes.clone(),
        keep: sample::LIFETIME,
        customer_type: "Household".to_owned(),
        sms: true,
    };
    Policy {
        sign_in: codes,
        registration,
        verifications: BTreeMap::new(),
        passwords: PasswordPolicy { min_length: 15 },
        limits: limits::ample_limits(),
        session_idle: sample::IDLE,
        session_lifetime: sample::LIFETIME,
    }
}

impl World {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("otpd.db");
        migrate_to(&path, None).expect("a schema");
        let store = SqliteStore::open(&path, Options::default()).expect("a store");
        let (clock, bell) = (Arc::new(FixedClock::default()), Bell::new());
        let secret = Secret { id: KeyId(1), bytes: zeroize::Zeroizing::new([7; 32]) };
        let domain = Domain {
            ports: store.ports(bell.clone(), Arc::new(TestHasher), Arc::new(TestTokens), Arc::new(TestProofs)),
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::new(11)),
            keys: Arc::new(Keyring::new(vec![secret]).expect("a key")),
            policy: Arc::new(policy()),
            contacts: ContactParser::default(),
        };
        Self { domain, clock, bell, sampler: Sampler::new(3), _folder: folder }
    }

    /// A new customer; gives the mail address and the phone number.
    pub async fn customer(&self) -> (Identifier, Identifier) {
        let account = self.sampler.account();
        let email = Identifier::Email(account.email.clone().expect("samples have one"));
        let phone = Identifier::Phone(account.phone.clone().expect("samples have one"));
        self.domain.ports.accounts.create(account, sample::NOW).await.expect("an account");
        (email, phone)
    }

    /// Asks for a code; its message is then in the outbox.
    pub async fn request(&self, identifier: &Identifier) -> ChallengeHandle {
        let input = RequestSignIn {
            identifier: identifier.clone(),
            pending: None,
            language: "en".to_owned(),
            visitor: Visitor::default(),
        };
        match request_sign_in(&self.domain, input).await.expect("a request") {
            Requested::Done(requested) => requested.handle,
            Requested::Limited(limited) => panic!("{limited:?}"),
        }
    }

    /// A code by mail for a new customer.
    pub async fn request_mail(&self) -> ChallengeHandle {
        let (email, _) = self.customer().await;
        self.request(&email).await
    }

    /// A code by SMS for a new customer.
    pub async fn request_sms(&self) -> ChallengeHandle {
        let (_, phone) = self.customer().await;
        self.request(&phone).await
    }

    pub async fn state(&self, handle: &ChallengeHandle) -> DeliveryState {
        let pending = self.domain.ports.challenges.find(handle.id).await.expect("the store").expect("a challenge");
        pending.delivery.expect("a message")
    }

    pub fn worker(&self, email: Arc<dyn Transport>, sms: Arc<dyn Transport>, config: WorkerConfig) -> Worker {
        Worker::new(self.domain.clone(), self.bell.clone(), renderer(), Transports { email, sms }, config)
    }
}

/// Waits until something holds, for ten seconds at most.
pub async fn eventually<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    for _ in 0..1_000 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("in vain: {what}");
}

/// A transport that does what the test says.
pub struct Scripted<F> {
    answer: F,
    pub sent: Mutex<Vec<RenderedMessage>>,
    pub probed: AtomicUsize,
    pub closed: AtomicUsize,
}

impl<F> Scripted<F>
where
    F: Fn(usize) -> Answer + Send + Sync,
{
    /// `answer` is given the number of the call, from 0.
    pub fn new(answer: F) -> Arc<Self> {
        Arc::new(Self {
            answer,
            sent: Mutex::default(),
            probed: AtomicUsize::default(),
            closed: AtomicUsize::default(),
        })
    }

    pub fn count(&self) -> usize {
        self.sent.lock().expect("no panic").len()
    }
}

pub enum Answer {
    Now(Handover),
    Never,
    Panic,
}

pub fn accepted() -> Answer {
    let receipt = Receipt { transport: "scripted".to_owned(), ..Receipt::default() };
    Answer::Now(Handover::Accepted { note: "taken".to_owned(), receipt, detour: None })
}

pub fn retry(ambiguous: bool) -> Answer {
    let reason = "not now".to_owned();
    Answer::Now(Handover::Retry { reason, after: None, ambiguous, deferred: false, needs_operator: false })
}

#[async_trait]
impl<F> Transport for Scripted<F>
where
    F: Fn(usize) -> Answer + Send + Sync,
{
    async fn send(&self, message: &RenderedMessage, _: Duration) -> Handover {
        let number = {
            let mut sent = self.sent.lock().expect("no panic");
            sent.push(message.clone());
            sent.len() - 1
        };
        match (self.answer)(number) {
            Answer::Now(handover) => handover,
            Answer::Never => std::future::pending().await,
            Answer::Panic => panic!("a transport with a fault"),
        }
    }

    async fn probe(&self, _: &RenderedMessage, _: Duration) -> Handover {
        match (self.answer)(self.probed.fetch_add(1, Ordering::SeqCst)) {
            Answer::Now(handover) => handover,
            Answer::Never => std::future::pending().await,
            Answer::Panic => panic!("a transport with a fault"),
        }
    }

    async fn close(&self) {
        self.closed.fetch_add(1, Ordering::SeqCst);
    }
}
