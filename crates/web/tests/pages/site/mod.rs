//! A site over a fresh SQLite file, and browsers that visit it. Shared by the tests of the pages and of the APIs.

#![allow(dead_code, unused_imports, reason = "each suite that shares this uses some of it")]

mod browser;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
pub use browser::{Browser, Page, Seen, registration};
use otpd_credentials::{ProofConfig, SignedProofs, SignedTokens, TokenConfig};
use otpd_domain::account::{Account, NewAccount};
use otpd_domain::challenge::VerificationType;
use otpd_domain::code::CodeLength;
use otpd_domain::identifier::{Channel, ContactParser, EmailAddress, Identifier, PhoneNumber};
use otpd_domain::keys::{KeyId, Secret};
use otpd_domain::limits::{Cooldown, LimitPolicy, Rate};
use otpd_domain::message::{ClaimedMessage, MessageContent, TryOutcome};
use otpd_domain::password::{MIN_ALONE, PasswordPolicy};
use otpd_domain::policy::{CodePolicy, RegistrationPolicy, VerificationPolicy};
use otpd_domain::ports::{CapturedMessage, Mailbox};
use otpd_domain::{Clock, Domain, Entropy, Keyring, Policy};
use otpd_store::sqlite::{Options, SqliteStore, migrate_to};
use otpd_templating::{Brand, Templates};
use otpd_testkit::limits::{ample_limits, default_limits};
use otpd_testkit::sample::Sampler;
use otpd_testkit::{FixedClock, NoBell, SeededEntropy, TestHasher};
use otpd_web::{Doors, PublicUrl, TrustedProxies, WebConfig, WebState, router};

pub const PUBLIC_URL: &str = "https://signin.example.com";
pub const EMAIL: &str = "asha@example.com";
pub const PHONE: &str = "+919876543210";
/// Long enough, and nobody's.
pub const PASSWORD: &str = "purple monkey dishwasher";

/// A site with one customer, Asha Rao, reached by [`EMAIL`] and [`PHONE`].
pub struct Site {
    pub router: Router,
    pub state: WebState,
    pub domain: Domain,
    pub clock: Arc<FixedClock>,
    pub store: SqliteStore,
    _folder: tempfile::TempDir,
}

/// What differs from a site in production.
#[derive(Default)]
pub struct Unusual {
    pub public_url: Option<&'static str>,
    pub mailbox: Option<Arc<dyn Mailbox>>,
    pub request_timeout: Option<Duration>,
    pub config: Option<fn(&mut WebConfig)>,
    pub domain: Option<fn(&mut Domain)>,
    /// Changes to the limits that hold by default; without it, nothing is limited but what a purpose limits itself.
    pub limits: Option<fn(&mut LimitPolicy)>,
}

impl Site {
    pub async fn new() -> Self {
        Self::unusual(Unusual::default()).await
    }

    /// With the limits that hold by default, but for these changes.
    pub async fn limited(change: fn(&mut LimitPolicy)) -> Self {
        Self::unusual(Unusual { limits: Some(change), ..Unusual::default() }).await
    }

    pub async fn unusual(unusual: Unusual) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("otpd.db");
        migrate_to(&path, None).expect("migrated");
        let store = SqliteStore::open(&path, Options::default()).expect("a store");
        let clock = Arc::new(FixedClock::default());
        let mut limits = ample_limits();
        if let Some(change) = unusual.limits {
            limits = default_limits();
            change(&mut limits);
        }
        let mut domain = domain(&store, &clock, limits);
        if let Some(change) = unusual.domain {
            change(&mut domain);
        }
        let brand = Brand { name: "Waste Billing".to_owned(), color: "#1d4ed8".to_owned(), logo: None };
        let templates = Templates::load(None, brand, "en").expect("templates");
        let mut config = WebConfig {
            public_url: PublicUrl::parse(unusual.public_url.unwrap_or(PUBLIC_URL)).expect("a URL"),
            hsts_below: true,
            mailbox: unusual.mailbox,
            proxies: TrustedProxies::default(),
            request_timeout: unusual.request_timeout.unwrap_or(Duration::from_secs(10)),
            doors: Doors::default(),
            twilio: None,
            customer_types: vec!["Household".to_owned(), "Shop".to_owned()],
        };
        if let Some(change) = unusual.config {
            change(&mut config);
        }
        let state = WebState::new(config, domain.clone(), templates).expect("a state");
        let site = Self { router: router(state.clone()), state, domain, clock, store, _folder: folder };
        site.add_customer(asha()).await;
        site
    }

    pub async fn add_customer(&self, account: NewAccount) {
        self.domain.ports.accounts.create(account, otpd_testkit::sample::NOW).await.expect("an account");
    }

    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// The messages put into the outbox since the last call.
    pub async fn messages(&self) -> Vec<ClaimedMessage> {
        let channels = [Channel::Email, Channel::Sms];
        let now = self.clock.now();
        let claimed = self.domain.ports.outbox.claim_due(&channels, now, Duration::from_hours(1), 100).await;
        claimed.expect("the outbox")
    }

    /// The one message put into the outbox since the last call.
    pub async fn message(&self) -> ClaimedMessage {
        let mut messages = self.messages().await;
        assert_eq!(messages.len(), 1, "one message, no more");
        messages.remove(0)
    }

    /// The code of that message.
    pub async fn code(&self) -> String {
        self.code_in(&self.message().await)
    }

    pub fn code_in(&self, message: &ClaimedMessage) -> String {
        self.content_of(message).code.expect("a code").digits().to_owned()
    }

    pub fn content_of(&self, message: &ClaimedMessage) -> MessageContent {
        message.open(&self.domain.keys).expect("opens")
    }

    /// Lets that message end like this; says which code it carried.
    pub async fn deliver(&self, outcome: TryOutcome) -> String {
        let message = self.message().await;
        let tries = vec![(message.id, message.leased_until, outcome)];
        self.domain.ports.outbox.record_tries(tries, self.clock.now()).await.expect("recorded");
        self.code_in(&message)
    }

    /// Gives Asha [`PASSWORD`].
    pub async fn give_password(&self) {
        let mut browser = self.browser();
        browser.forget_password(EMAIL).await;
        let code = self.code().await;
        assert_eq!(browser.choose_password(&code, PASSWORD).await.location(), "/dashboard/");
        self.messages().await;
    }

    /// The codes among the messages put into the outbox since the last call, by whom they go to.
    pub async fn codes(&self) -> BTreeMap<String, String> {
        let contents = self.messages().await.into_iter().map(|message| self.content_of(&message));
        contents.filter_map(|it| Some((it.to, it.code?.digits().to_owned()))).collect()
    }

    /// The account that holds a contact.
    pub async fn account(&self, contact: &Identifier) -> Option<Account> {
        self.domain.ports.accounts.find(contact).await.expect("the store")
    }

    /// A browser that is signed in as Asha, by e-mail.
    pub async fn signed_in(&self) -> Browser {
        let mut browser = self.browser();
        browser.request_code(EMAIL).await;
        let code = self.code().await;
        let page = browser.type_code(&code).await;
        assert_eq!((page.status, page.location()), (303, "/dashboard/"));
        browser
    }
}

/// As many characters that are not this code.
pub fn wrong(code: &str) -> String {
    code.chars().map(|c| if ('0'..='8').contains(&c) { char::from(c as u8 + 1) } else { '0' }).collect()
}

pub fn asha() -> NewAccount {
    NewAccount {
        name: "Asha Rao".to_owned(),
        email: Some(EmailAddress::from_stored(EMAIL.to_owned())),
        phone: Some(PhoneNumber::from_stored(PHONE.to_owned())),
        ..Sampler::default().account()
    }
}

fn domain(store: &SqliteStore, clock: &Arc<FixedClock>, limits: LimitPolicy) -> Domain {
    let secret = Secret { id: KeyId(1), bytes: zeroize::Zeroizing::new([7; 32]) };
    let keys = Arc::new(Keyring::new(vec![secret]).expect("a keyring"));
    let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(4711));
    let url = PUBLIC_URL.to_owned();
    let tokens = TokenConfig { issuer: url.clone(), audience: url, lifetime: Duration::from_mins(15) };
    let tokens = SignedTokens::new(tokens, &keys, Arc::clone(&entropy)).expect("tokens");
    // Work that takes no time; the rest is as in production.
    let config = ProofConfig { work: NonZeroU32::MIN, ..ProofConfig::default() };
    let proofs = SignedProofs::new(config, &keys, Arc::clone(&entropy));
    Domain {
        ports: store.ports(Arc::new(NoBell), Arc::new(TestHasher), Arc::new(tokens), Arc::new(proofs)),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        entropy,
        keys,
        policy: Arc::new(policy(limits)),
        contacts: ContactParser::with_default_region("IN").expect("a region"),
    }
}

/// As in production, but for verifications: a `Login` code has four digits, an `Order` code six.
fn policy(limits: LimitPolicy) -> Policy {
    let codes = |digits, minutes| CodePolicy {
        length: CodeLength::new(digits).expect("a length"),
        ttl: Duration::from_mins(minutes),
        max_attempts: 5,
        cooldown: Cooldown::parse("30s, 60s, 120s").expect("waits"),
        rate: Rate::parse("3/10m").expect("a rate"),
    };
    let kind = |name: &str, digits| {
        let policy = VerificationPolicy { codes: codes(digits, 5), template: "verification".to_owned() };
        (VerificationType::parse(name).expect("a name"), policy)
    };
    Policy {
        sign_in: codes(6, 5),
        registration: RegistrationPolicy {
            codes: codes(6, 10),
            keep: Duration::from_hours(24),
            customer_type: "Household".to_owned(),
            sms: true,
        },
        verifications: BTreeMap::from([kind("Login", 4), kind("Order", 6)]),
        passwords: PasswordPolicy { min_length: MIN_ALONE },
        limits,
        session_idle: Duration::from_hours(24),
        session_lifetime: Duration::from_hours(24 * 14),
    }
}

/// A mailbox that shows what it is given, or fails as only a fault of the program can.
pub struct Shown(pub Vec<CapturedMessage>);

impl Mailbox for Shown {
    fn recent(&self) -> Vec<CapturedMessage> {
        assert!(!self.0.is_empty(), "the mailbox fell down the stairs");
        self.0.clone()
    }
}
