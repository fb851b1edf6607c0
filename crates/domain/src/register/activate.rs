//! A person who registered types the code.

use crate::account::Account;
use crate::browser::KnownBrowser;
use crate::challenge::{ChallengeHandle, Purpose};
use crate::codes::{Guess, Refusal, guess};
use crate::identifier::Identifier;
use crate::meters::{self, SignInBy};
use crate::ports::{Effect, Origin, Redeemed, Redemption};
use crate::session::SessionToken;
use crate::sign_in::{new_session, now_known};
use crate::{Domain, Fault, Visitor};

/// How the code is tied to the registration.
#[derive(Clone, Debug)]
pub enum Proof {
    /// By what the registering browser, or the caller that registered, was given.
    Handle(ChallengeHandle),
    /// By the contact alone: the newest code sent to it counts.
    Contact(Identifier),
}

/// What is presented.
#[derive(Clone)]
pub struct Activate {
    /// How the code is tied to the registration.
    pub proof: Proof,
    /// What was typed.
    pub typed: String,
    /// Who types it.
    pub visitor: Visitor,
    /// Open a session at once, for a browser of this description.
    pub sign_in: Option<String>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Activated {
    /// The account is active and holds the proven contact.
    Done {
        /// The account.
        account: Box<Account>,
        /// The session, where one was asked for.
        token: Option<SessionToken>,
        /// The accounts the browser is known to from now on, for another cookie; as before when no session was opened.
        known: Vec<KnownBrowser>,
        /// The registration's password was not taken over, since nobody can tell whether the owner of the contact chose
        /// it: see [`Effect::Activate`]. A new one is chosen with a code.
        password_void: bool,
    },
    /// The code does nothing.
    Refused(Refusal),
}

/// Guesses, then makes the registration an account.
///
/// # Errors
/// When the store or the source of randomness fails; nothing is activated then.
pub async fn activate(domain: &Domain, input: Activate) -> Result<Activated, Fault> {
    let (handle, origin) = match input.proof {
        Proof::Handle(handle) => (Some(handle), Origin::Bound),
        Proof::Contact(contact) => (newest(domain, &contact).await?, Origin::Network(input.visitor.network())),
    };
    let Some(handle) = handle else { return Ok(Activated::Refused(Refusal::Gone)) };
    let spent = match guess(domain, &input.visitor, &handle, &Purpose::Registration, &input.typed).await? {
        Guess::Right { spent, .. } => spent,
        Guess::Refused(refusal) => return Ok(Activated::Refused(refusal)),
    };
    let now = domain.clock.now();
    let opened = input.sign_in.map(|user_agent| new_session(domain, user_agent, now)).transpose()?;
    let (token, session) = opened.unzip();
    let trail = input.visitor.trail();
    let redemption = Redemption { effect: Effect::Activate { origin, session }, spent, trail };
    match domain.ports.challenges.redeem(handle.id, redemption, now).await? {
        Redeemed::Done { account: Some(id), password_void } => {
            tracing::debug!(challenge = %handle.id, account = %id, password_void, "registration activated");
            let account = Box::new(domain.ports.accounts.get(id).await?);
            let signed_in = token.is_some().then_some(id);
            if signed_in.is_some() {
                meters::signed_in(SignInBy::Activation);
            }
            let known = now_known(domain, &input.visitor, signed_in, now)?;
            Ok(Activated::Done { account, token, known, password_void })
        }
        Redeemed::AlreadyVerified => Ok(Activated::Refused(Refusal::AlreadyUsed)),
        Redeemed::Done { account: None, .. } | Redeemed::Refused => Ok(Activated::Refused(Refusal::Gone)),
    }
}

async fn newest(domain: &Domain, contact: &Identifier) -> Result<Option<ChallengeHandle>, Fault> {
    let latest = domain.ports.challenges.latest(&Purpose::Registration, contact).await?;
    Ok(latest.and_then(|latest| ChallengeHandle::of(&domain.keys, &latest.challenge)))
}
