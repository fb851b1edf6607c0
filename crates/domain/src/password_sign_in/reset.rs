//! A person chooses a new password with a code.

use crate::account::Account;
use crate::browser::KnownBrowser;
use crate::challenge::{ChallengeHandle, Purpose, Subject};
use crate::clock::Timestamp;
use crate::codes::{Guess, Refusal, RequestCode, Requested, find_own, guess, notice, request_code};
use crate::entropy::EntropyError;
use crate::identifier::Identifier;
use crate::message::{MessageKind, OutboxMessage};
use crate::meters::{self, SignInBy};
use crate::password::{Password, PasswordError};
use crate::ports::{Addressee, Effect, Redeemed, Redemption};
use crate::session::SessionToken;
use crate::sign_in::{new_session, now_known};
use crate::{Domain, Fault, Visitor};

/// Sends a code to the contact's active account, if there is one; see [`request_code`].
///
/// # Errors
/// When the store or the source of randomness fails; nothing was sent then.
pub async fn request_reset(
    domain: &Domain,
    identifier: Identifier,
    pending: Option<ChallengeHandle>,
    language: String,
    visitor: Visitor,
) -> Result<Requested, Fault> {
    let (purpose, addressee) = (Purpose::PasswordReset, Addressee::Holder);
    request_code(domain, RequestCode { purpose, addressee, identifier, pending, language, visitor }).await
}

/// What is presented.
#[derive(Clone)]
pub struct ResetPassword {
    /// The pending challenge.
    pub handle: ChallengeHandle,
    /// The code as typed.
    pub typed: String,
    /// The new password as typed.
    pub password: String,
    /// The browser's own description, for the list of sessions.
    pub user_agent: String,
    /// The language of the browser.
    pub language: String,
    /// Who types it.
    pub visitor: Visitor,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Reset {
    /// The password is set, every other session ended, and this one open.
    Done {
        /// For the browser's cookie.
        token: SessionToken,
        /// The accounts the browser is known to from now on, for another cookie.
        known: Vec<KnownBrowser>,
    },
    /// The password cannot be taken; no guess was spent.
    Unacceptable(PasswordError),
    /// The code does nothing.
    Refused(Refusal),
}

/// Guesses, then sets the password, ends all sessions, opens one, and tells the owner.
///
/// # Errors
/// When the store, the hasher or the source of randomness fails; the old password stands then.
pub async fn reset_password(domain: &Domain, input: ResetPassword) -> Result<Reset, Fault> {
    let Some(pending) = find_own(domain, &input.handle).await? else { return Ok(Reset::Refused(Refusal::Gone)) };
    // Before the guess: whoever only chose badly keeps the code.
    let contact = pending.challenge.identifier;
    let password = match Password::choose(&input.password, domain.policy.passwords, &[contact.as_str()]) {
        Ok(password) => password,
        Err(error) => return Ok(Reset::Unacceptable(error)),
    };
    let guessed = guess(domain, &input.visitor, &input.handle, &Purpose::PasswordReset, &input.typed).await?;
    let (account, spent) = match guessed {
        Guess::Right { subject: Subject::Account(account), spent } => {
            (domain.ports.accounts.get(account).await?, spent)
        }
        Guess::Right { .. } => return Ok(Reset::Refused(Refusal::Gone)),
        Guess::Refused(refusal) => return Ok(Reset::Refused(refusal)),
    };
    let hash = domain.ports.passwords.hash(password).await?;
    let now = domain.clock.now();
    let (token, session) = new_session(domain, input.user_agent, now)?;
    let notices = notices(domain, &account, &MessageKind::PasswordChanged, &input.language, now)?;
    let effect = Effect::SetPassword { hash, session: Some(session), notices };
    let redemption = Redemption { effect, spent, trail: input.visitor.trail() };
    Ok(match domain.ports.challenges.redeem(input.handle.id, redemption, now).await? {
        Redeemed::Done { .. } => {
            domain.ports.bell.ring();
            meters::signed_in(SignInBy::PasswordReset);
            tracing::debug!(account = %account.id, session = %token.id, "password reset");
            Reset::Done { token, known: now_known(domain, &input.visitor, Some(account.id), now)? }
        }
        Redeemed::AlreadyVerified => Reset::Refused(Refusal::AlreadyUsed),
        Redeemed::Refused => Reset::Refused(Refusal::Gone),
    })
}

/// A notice to each contact of the account.
pub(crate) fn notices(
    domain: &Domain,
    account: &Account,
    kind: &MessageKind,
    language: &str,
    now: Timestamp,
) -> Result<Vec<OutboxMessage>, EntropyError> {
    let contacts = account.profile.contacts();
    contacts.map(|contact| notice(domain, &contact, kind.clone(), language, now)).collect()
}
