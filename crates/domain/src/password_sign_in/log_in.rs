//! A person signs in with a password.

use std::time::Duration;

use crate::account::{Account, AccountId};
use crate::audit::{AuditEvent, NewAuditEntry};
use crate::browser::KnownBrowser;
use crate::clock::Timestamp;
use crate::identifier::Identifier;
use crate::limits::LedgerKey;
use crate::meters::{self, SignInBy};
use crate::password::{Password, PasswordHash};
use crate::ports::{Compared, GuessBudget, GuessKind, HashError, Limit, LimitedBy, OverBudget, PasswordProof, Spent};
use crate::session::{SessionId, SessionToken};
use crate::sign_in::{new_session, now_known};
use crate::{Domain, Fault, Visitor};

/// What is presented.
#[derive(Clone)]
pub struct LogIn {
    /// The contact; `None` when what was typed is no contact: as wrong as any wrong one, and as slow.
    pub identifier: Option<Identifier>,
    /// The password as typed.
    pub password: String,
    /// The browser's own description, for the list of sessions.
    pub user_agent: String,
    /// The session this browser has already, if any: the new one replaces it.
    pub replaces: Option<SessionId>,
    /// Who logs in.
    pub visitor: Visitor,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum LoggedIn {
    /// Right: a session is open.
    Done {
        /// Whose it is.
        account: Box<Account>,
        /// For the browser's cookie.
        token: SessionToken,
        /// The accounts the browser is known to from now on, for another cookie.
        known: Vec<KnownBrowser>,
    },
    /// Unknown, inactive, without a password, or wrong: nobody may say which.
    Refused,
    /// So many wrong passwords were typed for this contact, or from this network, that nothing was compared, whoever has
    /// the contact. Signing in with a code works.
    OverBudget {
        /// How long to wait.
        wait: Duration,
    },
}

/// Counts the guess, compares the password, for unknown accounts with a hash that no password has, then opens a session.
///
/// # Errors
/// When the store, the hasher or the source of randomness fails; nobody is signed in then.
pub async fn log_in(domain: &Domain, input: LogIn) -> Result<LoggedIn, Fault> {
    let now = domain.clock.now();
    let spent = match spend(domain, &input, now).await? {
        Ok(spent) => spent,
        Err(over) => {
            meters::guess_refused(GuessKind::Password);
            note(domain, &input, AuditEvent::GuessRefused, None, now);
            if over.told {
                return Ok(LoggedIn::OverBudget { wait: over.retry_at.since(now) });
            }
            // As wrong as any other, and as slow.
            domain.ports.passwords.compare(Password::none(), None).await?;
            return Ok(LoggedIn::Refused);
        }
    };
    let Some((account, proven_by, rehashed)) = compare(domain, &input).await? else { return Ok(LoggedIn::Refused) };
    let proof = PasswordProof { account, proven_by, rehashed, spent, trail: input.visitor.trail() };
    let now = domain.clock.now();
    let (token, session) = new_session(domain, input.user_agent, now)?;
    let opened = domain.ports.sessions.open(proof, session, input.replaces, now).await?;
    if !opened {
        return Ok(LoggedIn::Refused);
    }
    meters::signed_in(SignInBy::Password);
    tracing::debug!(%account, session = %token.id, "logged in");
    let known = now_known(domain, &input.visitor, Some(account), now)?;
    Ok(LoggedIn::Done { account: Box::new(domain.ports.accounts.get(account).await?), token, known })
}

/// Takes the guess from the budgets before anything is compared: of the account, and of the network. What was typed and is
/// no contact belongs to nobody.
async fn spend(domain: &Domain, input: &LogIn, now: Timestamp) -> Result<Result<Vec<Spent>, OverBudget>, Fault> {
    let guesses = &domain.policy.limits.guesses;
    let network = input.visitor.network().filter(|_| !input.visitor.has_key);
    let from_client = network.map(|network| Limit {
        by: LimitedBy::Client,
        key: LedgerKey::of("passwords/client", network.as_bytes()),
        rates: guesses.passwords_from_client.clone(),
    });
    let Some(contact) = &input.identifier else { return Ok(Ok(Vec::new())) };
    let budget = GuessBudget {
        kind: GuessKind::Password,
        known: input.visitor.known.clone(),
        known_rates: guesses.passwords_in_known_browser.clone(),
        rates: guesses.passwords.clone(),
    };
    let limits = from_client.into_iter().collect();
    Ok(domain.ports.limits.spend_guess(contact, budget, limits, now).await?)
}

/// The account, the hash that was proven, and a newer one where it is due; `None` when the password is not the one.
async fn compare(
    domain: &Domain,
    input: &LogIn,
) -> Result<Option<(AccountId, PasswordHash, Option<PasswordHash>)>, Fault> {
    let found = match &input.identifier {
        Some(identifier) => domain.ports.accounts.password(identifier).await?,
        None => None,
    };
    let usable = found.filter(|found| found.active).and_then(|found| Some((found.account, found.hash?)));
    // A password longer than any is compared all the same, as an empty one with nothing: it must take as long.
    let presented = Password::presented(&input.password);
    let hash = usable.as_ref().filter(|_| presented.is_some()).map(|(_, hash)| hash.clone());
    let account = usable.as_ref().map(|(account, _)| *account);
    let compared = match domain.ports.passwords.compare(presented.unwrap_or_else(Password::none), hash).await {
        // Said after the same work; to the caller it is as wrong as any other.
        Err(HashError::Unreadable) => {
            tracing::error!(?account, "a stored password hash cannot be read");
            Compared::Wrong
        }
        compared => compared?,
    };
    if let (Compared::Right { rehashed }, Some((account, proven_by))) = (compared, usable) {
        return Ok(Some((account, proven_by, rehashed)));
    }
    tracing::debug!(contact = ?input.identifier.as_ref().map(|it| it.masked().to_string()), "log-in refused");
    meters::wrong_password();
    note(domain, input, AuditEvent::WrongPassword, account, domain.clock.now());
    Ok(None)
}

fn note(domain: &Domain, input: &LogIn, event: AuditEvent, account: Option<AccountId>, now: Timestamp) {
    let entry = NewAuditEntry::new(event, input.visitor.trail());
    let entry = NewAuditEntry { account, ..entry };
    let entry = match &input.identifier {
        Some(contact) => entry.of_contact(contact),
        None => entry,
    };
    domain.ports.audit.note(entry, now);
}
