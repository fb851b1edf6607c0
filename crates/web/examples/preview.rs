//! temporary
#![allow(missing_docs, clippy::pedantic, clippy::unwrap_used)]
use otpd_domain::account::{NewAccount, Role};
use otpd_domain::code::CodeLength;
use otpd_domain::identifier::*;
use otpd_domain::keys::{KeyId, Secret};
use otpd_domain::limits::Cooldown;
use otpd_domain::message::TryOutcome;
use otpd_domain::ports::*;
use otpd_domain::sign_in::Policy;
use otpd_domain::*;
use otpd_store::sqlite::*;
use otpd_templating::{Brand, Templates};
use otpd_web::*;
use std::sync::{Arc, Mutex};
use std::time::Duration;
struct Sys;
impl Clock for Sys {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(
            std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as i64
        )
    }
}
#[derive(Default)]
struct Box_(Mutex<Vec<CapturedMessage>>);
impl Mailbox for Box_ {
    fn recent(&self) -> Vec<CapturedMessage> {
        let mut v = self.0.lock().unwrap().clone();
        v.reverse();
        v
    }
}
#[tokio::main]
async fn main() {
    let port: u16 = std::env::args().nth(1).map(|p| p.parse().unwrap()).unwrap_or(8099);
    let color = std::env::args().nth(2).unwrap_or("#1d4ed8".into());
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("p.db");
    migrate_to(&path, None).unwrap();
    let store = SqliteStore::open(&path, Options::default()).unwrap();
    let ports = store.ports(Arc::new(otpd_testkit::NoBell));
    ports
        .accounts
        .create(
            NewAccount {
                name: "Asha Rao".into(),
                email: Some(EmailAddress::from_stored("test@example.com".into())),
                phone: Some(PhoneNumber::from_stored("+919876543210".into())),
                address: "12 Lake Road".into(),
                customer_type: "Household".into(),
                role: Role::Customer,
                active: true,
                language: None,
            },
            Sys.now(),
        )
        .await
        .unwrap();
    let keys = Arc::new(Keyring::new(vec![Secret { id: KeyId(1), bytes: zeroize::Zeroizing::new([7; 32]) }]).unwrap());
    let domain = Domain {
        ports,
        clock: Arc::new(Sys),
        entropy: Arc::new(otpd_testkit::SeededEntropy::new(std::process::id() as u64)),
        keys: keys.clone(),
        policy: Policy {
            code_length: CodeLength::new(6).unwrap(),
            ttl: Duration::from_secs(300),
            max_attempts: 5,
            cooldown: Cooldown::parse("5s, 10s").unwrap(),
            session_idle: Duration::from_hours(24),
            session_lifetime: Duration::from_hours(336),
        },
        contacts: ContactParser::with_default_region("IN").unwrap(),
    };
    let mailbox = Arc::new(Box_::default());
    let (d, m) = (domain.clone(), mailbox.clone());
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_millis(2500)).await;
            let now = d.clock.now();
            for c in d
                .ports
                .outbox
                .claim_due(&[Channel::Email, Channel::Sms], now, Duration::from_secs(5), 10)
                .await
                .unwrap()
            {
                let x = c.open(&d.keys).unwrap();
                if !c.withheld {
                    m.0.lock().unwrap().push(CapturedMessage {
                        id: c.id.to_string(),
                        at: now,
                        channel: c.channel,
                        to: x.to.clone(),
                        subject: if c.channel == Channel::Email { "Your sign-in code".into() } else { String::new() },
                        text: format!(
                            "Your OTP for Waste Billing is: {}. Valid for 5 minutes only.\n\n@localhost #{}",
                            x.code.digits(),
                            x.code.digits()
                        ),
                    });
                }
                d.ports.outbox.record_tries(vec![(c.id, c.leased_until, TryOutcome::Accepted)], now).await.unwrap();
            }
        }
    });
    let templates = Templates::load(None, Brand { name: "Waste Billing".into(), color, logo: None }, "en").unwrap();
    let config = WebConfig {
        public_url: PublicUrl::parse(&format!("http://localhost:{port}")).unwrap(),
        mailbox: Some(mailbox),
        proxies: TrustedProxies::default(),
        request_timeout: Duration::from_secs(10),
    };
    let state = WebState::new(config, domain, templates).unwrap();
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.bind(format!("127.0.0.1:{port}").parse().unwrap()).unwrap();
    let listener = socket.listen(4096).unwrap();
    serve(listener, router(state), std::future::pending(), Limits::default()).await;
}
