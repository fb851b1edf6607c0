//! The bare server: axum routes that make otpd's durable writes and nothing else.
//!
//! `POST /request` writes the rows of a request, `POST /verify` those of a verification, both through the same
//! group-committing writer as otpd. `POST /hash` compares a password in the same pool.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use otpd_credentials::{Argon2Hasher, PoolConfig};
use otpd_domain::challenge::{Challenge, ChallengeHandle, ChallengeId, HANDLE_SECRET, Purpose};
use otpd_domain::identifier::{EmailAddress, Identifier, PhoneNumber};
use otpd_domain::keys::{KeyId, Mac256, Sealed};
use otpd_domain::limits::{Cooldown, LedgerKey, LimitError, Rates};
use otpd_domain::message::{MessageId, OutboxMessage};
use otpd_domain::password::Password;
use otpd_domain::ports::{
    Addressee, ChallengeStore, Charge, Compared, ContactCharge, Effect, GuessBudget, GuessKind, Issue, Limit,
    LimitedBy, PasswordHasher, Redeemed, Redemption, Reservation,
};
use otpd_domain::session::{NewSession, SessionToken};
use otpd_domain::visitor::Trail;
use otpd_domain::{Entropy, EntropyError, Timestamp};
use otpd_store::sqlite::{Options, SqliteStore};

use crate::journey::Contact;

/// The system's time and randomness.
pub struct System;

impl System {
    /// The present moment.
    pub fn now() -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or_default())
    }
}

impl Entropy for System {
    fn fill(&self, dest: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(dest).map_err(|_| EntropyError)
    }
}

/// Waits for a batch of operations that run side by side.
pub async fn all<F: Future<Output = Result<()>>>(batch: impl Iterator<Item = F>) -> Result<()> {
    let mut pending: Vec<_> = batch.map(Box::pin).collect();
    std::future::poll_fn(|context| {
        let mut failed = None;
        pending.retain_mut(|future| match future.as_mut().poll(context) {
            std::task::Poll::Pending => true,
            std::task::Poll::Ready(Ok(())) => false,
            std::task::Poll::Ready(Err(error)) => {
                failed = Some(error);
                false
            }
        });
        match failed {
            Some(error) => std::task::Poll::Ready(Err(error)),
            None if pending.is_empty() => std::task::Poll::Ready(Ok(())),
            None => std::task::Poll::Pending,
        }
    })
    .await
}

/// Opens a database, made and migrated where there is none.
pub fn open(path: &Path) -> Result<SqliteStore> {
    otpd_store::sqlite::migrate_to(path, None)?;
    Ok(SqliteStore::open(path, Options::default())?)
}

/// A handle with a secret drawn at random: there is no keyring here.
fn handle(now: Timestamp) -> Result<ChallengeHandle> {
    let mut secret = [0; HANDLE_SECRET];
    System.fill(&mut secret)?;
    Ok(ChallengeHandle::new(ChallengeId::generate(now, &System)?, secret))
}

/// A challenge and its message with rows of the usual size, for a contact in canonical form.
pub fn made_up_issue(kind: Contact, contact: &str, now: Timestamp) -> Result<(ChallengeHandle, Issue)> {
    let identifier = match kind {
        Contact::Email => Identifier::Email(EmailAddress::from_stored(contact.to_owned())),
        Contact::Sms => Identifier::Phone(PhoneNumber::from_stored(contact.to_owned())),
    };
    let handle = handle(now)?;
    let message_id = MessageId::generate(now, &System)?;
    let expires_at = now.after(std::time::Duration::from_mins(10));
    let challenge = Challenge {
        id: handle.id,
        secret_hash: handle.secret_hash(),
        purpose: Purpose::SignIn,
        identifier,
        verifier: Mac256 { key_id: KeyId(1), bytes: [7; 32] },
        created_at: now,
        expires_at,
        max_attempts: 5,
        long: false,
        resends: 0,
        resend_at: now,
        message_id,
    };
    let message = OutboxMessage {
        id: message_id,
        channel: challenge.identifier.channel(),
        sealed: Sealed { key_id: KeyId(1), bytes: vec![7; 130] },
        created_at: now,
        expires_at,
    };
    let (addressee, charge) = (Addressee::Holder, Charge::default());
    Ok((handle, Issue { challenge, message, addressee, notice: None, turn: None, once: None, charge }))
}

/// What a request is charged to: the contact and a network of its own.
fn made_up_charge(contact: &str, number: u64) -> Result<Charge, LimitError> {
    let per_contact = Rates::parse("3/10m, 6/h, 10/d")?;
    let contact = ContactCharge {
        key: LedgerKey::of("sends/contact", contact.as_bytes()),
        rates: per_contact.clone(),
        mark: 1,
        cooldown: Some(Cooldown::parse("30s, 60s, 120s")?),
        known: Vec::new(),
        known_rates: per_contact,
    };
    let client = LedgerKey::of("sends/client", &number.to_be_bytes());
    let limit = |by, rates| Ok(Limit { by, key: client, rates: Rates::parse(rates)? });
    let limits = vec![limit(LimitedBy::Client, "30/h")?, limit(LimitedBy::ProofNeeded, "10/h")?];
    Ok(Charge { contact: Some(contact), limits, sms: None })
}

/// Serves the bare routes until killed, on the port that `PORT` names.
pub fn run(database: &Path) -> Result<()> {
    let port: u16 = std::env::var("PORT").context("PORT is not set")?.parse()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let store = open(database)?;
        let hasher =
            Arc::new(Argon2Hasher::start(PoolConfig { waiting: 1_000, ..PoolConfig::default() }, Arc::new(System))?);
        let router = Router::new()
            .route("/", get(async || "ready"))
            .route("/request", post(request))
            .route("/verify", post(verify))
            .with_state(store)
            .merge(Router::new().route("/hash", post(hash)).with_state(hasher));
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        axum::serve(listener, router).await?;
        Ok(())
    })
}

async fn request(State(store): State<SqliteStore>, number: String) -> Result<String, StatusCode> {
    let number = number.parse().map_err(|_| StatusCode::BAD_REQUEST)?;
    let contact = Contact::Email.of(number);
    let (handle, mut issue) = made_up_issue(Contact::Email, &contact, System::now()).map_err(failed)?;
    issue.charge = made_up_charge(&contact, number).map_err(failed)?;
    store.issue(issue, System::now()).await.map_err(failed)?;
    Ok(handle.to_text())
}

async fn verify(State(store): State<SqliteStore>, handle: String) -> Result<(), StatusCode> {
    let handle = ChallengeHandle::parse(&handle).ok_or(StatusCode::BAD_REQUEST)?;
    let now = System::now();
    let rates = Rates::parse("10/h, 20/d").map_err(failed)?;
    let budget = GuessBudget { kind: GuessKind::Code, known: Vec::new(), known_rates: rates.clone(), rates };
    let reserved = store.reserve_guess(&handle, &Purpose::SignIn, &budget, now).await.map_err(failed)?;
    let Reservation::Reserved { spent, .. } = reserved else { return Err(StatusCode::CONFLICT) };
    let effect = Effect::OpenSession { session: made_up_session(now)?, replaces: None };
    let redemption = Redemption { effect, spent, trail: Trail::default() };
    match store.redeem(handle.id, redemption, now).await.map_err(failed)? {
        Redeemed::Done { .. } => Ok(()),
        _ => Err(StatusCode::CONFLICT),
    }
}

/// The work of a log-in whose account is unknown: one Argon2id, and no other.
async fn hash(State(hasher): State<Arc<Argon2Hasher>>, password: String) -> Result<(), StatusCode> {
    let password = Password::presented(&password).ok_or(StatusCode::BAD_REQUEST)?;
    match hasher.compare(password, None).await.map_err(failed)? {
        Compared::Wrong => Ok(()),
        Compared::Right { .. } => Err(StatusCode::CONFLICT),
    }
}

fn made_up_session(now: Timestamp) -> Result<NewSession, StatusCode> {
    let token = SessionToken::generate(now, &System).map_err(failed)?;
    let expires_at = now.after(std::time::Duration::from_hours(24));
    Ok(NewSession {
        id: token.id,
        secret_hash: token.secret_hash(),
        created_at: now,
        expires_at,
        user_agent: String::new(),
    })
}

fn failed(error: impl std::fmt::Display) -> StatusCode {
    eprintln!("{error}");
    StatusCode::INTERNAL_SERVER_ERROR
}
