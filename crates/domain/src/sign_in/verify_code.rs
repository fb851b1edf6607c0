//! A person types the code to sign in with.

use super::{new_session, now_known};
use crate::browser::KnownBrowser;
use crate::challenge::{ChallengeHandle, Purpose};
use crate::codes::{Guess, Refusal, guess};
use crate::meters::{self, SignInBy};
use crate::ports::{Effect, Redeemed, Redemption};
use crate::session::{SessionId, SessionToken};
use crate::{Domain, Fault, Visitor};

/// What is presented.
#[derive(Clone)]
pub struct VerifyCode {
    /// The pending challenge.
    pub handle: ChallengeHandle,
    /// What was typed.
    pub typed: String,
    /// The browser's own description, for the list of sessions.
    pub user_agent: String,
    /// The session this browser has already, if any: the new one replaces it.
    pub replaces: Option<SessionId>,
    /// Who types it.
    pub visitor: Visitor,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Verified {
    /// Right: a session is open.
    SignedIn {
        /// For the browser's cookie.
        token: SessionToken,
        /// The accounts the browser is known to from now on, for another cookie.
        known: Vec<KnownBrowser>,
    },
    /// The code does nothing.
    Refused(Refusal),
}

/// Guesses, then opens a session. Of many parallel right guesses one opens a session.
///
/// # Errors
/// When the store or the source of randomness fails; nobody is signed in then.
pub async fn verify_code(domain: &Domain, input: VerifyCode) -> Result<Verified, Fault> {
    let spent = match guess(domain, &input.visitor, &input.handle, &Purpose::SignIn, &input.typed).await? {
        Guess::Right { spent, .. } => spent,
        Guess::Refused(refusal) => return Ok(Verified::Refused(refusal)),
    };
    let now = domain.clock.now();
    let (token, session) = new_session(domain, input.user_agent, now)?;
    let effect = Effect::OpenSession { session, replaces: input.replaces };
    let redemption = Redemption { effect, spent, trail: input.visitor.trail() };
    Ok(match domain.ports.challenges.redeem(input.handle.id, redemption, now).await? {
        Redeemed::Done { account, .. } => {
            meters::signed_in(SignInBy::Code);
            tracing::debug!(challenge = %input.handle.id, session = %token.id, "signed in");
            Verified::SignedIn { token, known: now_known(domain, &input.visitor, account, now)? }
        }
        Redeemed::AlreadyVerified => Verified::Refused(Refusal::AlreadyUsed),
        Redeemed::Refused => Verified::Refused(Refusal::Gone),
    })
}
