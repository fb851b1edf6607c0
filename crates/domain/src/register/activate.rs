//! A person who registered types the code.

use std::net::IpAddr;

use super::form::network;
use crate::account::Account;
use crate::challenge::{ChallengeHandle, Purpose};
use crate::codes::{Guess, Refusal, guess};
use crate::identifier::Identifier;
use crate::ports::{Effect, Origin, Redeemed};
use crate::session::SessionToken;
use crate::sign_in::new_session;
use crate::{Domain, Fault};

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
    /// Where it comes from.
    pub client: Option<IpAddr>,
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
        Proof::Contact(contact) => (newest(domain, &contact).await?, Origin::Network(input.client.map(network))),
    };
    let Some(handle) = handle else { return Ok(Activated::Refused(Refusal::Gone)) };
    if let Guess::Refused(refusal) = guess(domain, &handle, &Purpose::Registration, &input.typed).await? {
        return Ok(Activated::Refused(refusal));
    }
    let now = domain.clock.now();
    let opened = input.sign_in.map(|user_agent| new_session(domain, user_agent, now)).transpose()?;
    let (token, session) = opened.unzip();
    let redeemed = domain.ports.challenges.redeem(handle.id, Effect::Activate { origin, session }, now).await?;
    match redeemed {
        Redeemed::Done { account: Some(id), password_void } => {
            tracing::debug!(challenge = %handle.id, account = %id, password_void, "registration activated");
            let account = Box::new(domain.ports.accounts.get(id).await?);
            Ok(Activated::Done { account, token, password_void })
        }
        Redeemed::AlreadyVerified => Ok(Activated::Refused(Refusal::AlreadyUsed)),
        Redeemed::Done { account: None, .. } | Redeemed::Refused => Ok(Activated::Refused(Refusal::Gone)),
    }
}

async fn newest(domain: &Domain, contact: &Identifier) -> Result<Option<ChallengeHandle>, Fault> {
    let latest = domain.ports.challenges.latest(&Purpose::Registration, contact).await?;
    Ok(latest.and_then(|latest| ChallengeHandle::of(&domain.keys, &latest.challenge)))
}
