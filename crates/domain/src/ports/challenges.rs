//! Live codes.

use async_trait::async_trait;

use super::{Charge, Denied, GuessBudget, OverBudget, Spent, StoreError};
use crate::account::{AccountId, RegistrationId};
use crate::challenge::{Challenge, ChallengeHandle, ChallengeId, PendingChallenge, Purpose, Subject};
use crate::clock::Timestamp;
use crate::identifier::Identifier;
use crate::keys::Mac256;
use crate::limits::Rate;
use crate::message::OutboxMessage;
use crate::password::PasswordHash;
use crate::register::NewRegistration;
use crate::session::{NewSession, SessionId};
use crate::visitor::Trail;

/// Whom a code is meant for. The store finds the [`Subject`] in the step that writes challenge and message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addressee {
    /// The active account that holds the contact.
    Holder,
    /// Whoever reads it.
    Anyone,
    /// The newest registration that gave the contact and has not proven it, unless an account holds the contact.
    Registrant,
    /// That registration, unless an account holds the contact by now.
    Registration(RegistrationId),
    /// That account if it is active, unless another account holds the contact.
    NewContactOf(AccountId),
    /// Nobody: a decoy goes on being one.
    Nobody,
}

/// A challenge together with the message that carries its code: they are committed together or not at all.
#[derive(Clone, Debug)]
pub struct Issue {
    /// The challenge.
    pub challenge: Challenge,
    /// Its message.
    pub message: OutboxMessage,
    /// Whom it is meant for. When there is nobody, challenge and message are written all the same, the message
    /// withheld, so that nobody outside can tell the difference.
    pub addressee: Addressee,
    /// The message in place of the withheld one, when nobody is the subject because an account, active or not, holds the
    /// contact: its owner is told. Same id, same size of work.
    pub notice: Option<OutboxMessage>,
    /// For purposes found by contact: whose turn it is.
    pub turn: Option<Turn>,
    /// The caller's own name for this request, so that the same request twice sends once.
    pub once: Option<Once>,
    /// What it is charged to: looked at after the rest, and spent with the write.
    pub charge: Charge,
}

/// Keeps sends for one contact and purpose in a row: parallel ones find that another was first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The newest challenge for this contact and purpose that the caller has seen: the one committed last, whatever clocks
    /// and ids say. If another one is the newest by now, nothing is written.
    pub after: Option<ChallengeId>,
    /// Whether that newest one dies, if it is neither used nor expired, and its unsent message with it. A registration's code
    /// does not: it is also held by a browser, and a stranger who knows the address must not be able to kill it.
    pub replaces: bool,
    /// How many sends are allowed in how long.
    pub rate: Rate,
}

/// An `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header), kept with the challenge it made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Once {
    /// Hash over the caller and its key.
    pub key: [u8; 32],
    /// Hash over what was asked: the same key with another request is a mistake of the caller.
    pub fingerprint: [u8; 32],
}

/// Sends for one contact and purpose within the rate's stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sends {
    /// How many, this one included.
    pub made: u32,
    /// The first of them: when it leaves the stretch, there is room for one more.
    pub first_at: Timestamp,
}

/// What came of issuing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Issued {
    /// Challenge and message are committed.
    Done {
        /// Whom the code is for.
        subject: Subject,
        /// The sends so far; `None` without a [`Turn`].
        sends: Option<Sends>,
    },
    /// Another request was first: read the newest challenge again. Nothing was written.
    Overtaken,
    /// A limit is reached. Nothing was written.
    Limited(Denied),
    /// The same request came before and made this challenge. Nothing was written.
    Repeated(ChallengeId),
    /// The caller used its key for another request before. Nothing was written.
    KeyReused,
}

/// What came of asking for another code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reissued {
    /// The old code is dead, the new challenge and message are committed.
    Done {
        /// Whom the code is for.
        subject: Subject,
    },
    /// Too soon: the old challenge stands, nothing was written.
    TooSoon {
        /// From when on another code may be asked for.
        resend_at: Timestamp,
    },
    /// A limit is reached: the old challenge stands, nothing was written.
    Limited(Denied),
    /// The old challenge is unknown, was used, or was already replaced.
    Gone,
}

/// What came of reserving a guess.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reservation {
    /// The guess is counted and committed: now compare.
    Reserved {
        /// What is kept of the code.
        verifier: Mac256,
        /// Whom it is about; of [`Subject::Nobody`] no guess is right.
        subject: Subject,
        /// Guesses left after this one.
        attempts_left: u32,
        /// The contact the code went to.
        contact: Identifier,
        /// What it took from the budget; `None` for long codes, which nobody guesses.
        spent: Option<Spent>,
    },
    /// The budget is spent: nothing may be compared. The code's own guesses are counted all the same.
    OverBudget {
        /// What to say of it.
        over: OverBudget,
        /// The contact the code went to.
        contact: Identifier,
        /// Guesses left after this one.
        attempts_left: u32,
    },
    /// All guesses are spent; nothing may be compared.
    Exhausted,
    /// The code's time is over.
    Expired,
    /// A right code was accepted before.
    AlreadyVerified,
    /// Unknown, another browser's, of another purpose, or replaced by a newer code.
    Gone,
}

/// What happens together with the use of a rightly guessed code.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Nothing but that.
    Verify,
    /// A session opens for the account, which must be active and still hold the proven contact; the session `replaces`
    /// ends, if it is the same account's.
    OpenSession {
        /// The session.
        session: NewSession,
        /// The one it takes the place of.
        replaces: Option<SessionId>,
    },
    /// The registration becomes an active account that holds the proven contact. If it is an account already (by its
    /// other contact), and that is active and has no contact of this kind, it gains this one. Other registrations that
    /// wait lose the contact.
    ///
    /// The code is *doubtful* when its [`Origin`] is not where the registration came from, and another registration,
    /// activated or not, gave this contact and came from elsewhere than this one: nobody can tell whose the registration is.
    /// Then the account is made without the password and the name, and the registration loses its other contact. Two unknown
    /// origins are never the same. An account that is there already gains a contact from a code that is not bound only
    /// if no other registration gave it; else the effect is refused.
    Activate {
        /// How the code came back.
        origin: Origin,
        /// A session to open at once, if any.
        session: Option<NewSession>,
    },
    /// The account, which must be active and still hold the proven contact, gets this password; all its sessions end;
    /// `session` opens.
    SetPassword {
        /// The hash.
        hash: PasswordHash,
        /// A session to open, if any.
        session: Option<NewSession>,
        /// Tells the account's owner. Written to the outbox.
        notices: Vec<OutboxMessage>,
    },
    /// The account, which must be active, holds the proven contact from now on, in place of the one it had of that
    /// kind, unless another account holds it. Its other sessions end, and registrations that wait lose the contact.
    ChangeContact {
        /// The session that asked for it, which goes on.
        keep: SessionId,
        /// Tells the old contacts. Written to the outbox.
        notices: Vec<OutboxMessage>,
    },
}

/// How a rightly guessed code is used.
#[derive(Clone, Debug)]
pub struct Redemption {
    /// What happens.
    pub effect: Effect,
    /// What the guess took from the budget: given back in the same step, when the effect is committed.
    pub spent: Option<Spent>,
    /// What the audit trail notes of the visitor. Every effect but [`Effect::Verify`] is noted, in the same step.
    pub trail: Trail,
}

/// How the code of a registration came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// With the handle that only the registering browser or caller was given: there is no doubt.
    Bound,
    /// With the contact alone, from this network, if it is known.
    Network(Option<String>),
}

/// What came of using a rightly guessed code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redeemed {
    /// The challenge is used and its effect committed.
    Done {
        /// The account it came to, for effects that have one.
        account: Option<AccountId>,
        /// An activation made the account without the password of the registration: see [`Effect::Activate`].
        password_void: bool,
    },
    /// Another submission of the same code was first.
    AlreadyVerified,
    /// The account was disabled, the contact went to another, or the code died or was replaced, between the guess and
    /// now.
    Refused,
}

/// What came of registering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Registered {
    /// The registration and its messages are committed.
    Done {
        /// Its id: the account's, once it is activated.
        id: RegistrationId,
    },
    /// Another request for one of the contacts was first: read the newest challenges again. Nothing was written.
    Overtaken,
    /// A limit of one of the contacts is reached. Nothing was written.
    Limited(Denied),
}

/// Live codes.
#[async_trait]
pub trait ChallengeStore: Send + Sync {
    /// Finds the subject and writes challenge and message. With a [`Once`]: only the first time, and that is looked at
    /// before anything else. With a [`Turn`]: only if it is this caller's turn and the rate allows it; the newest
    /// challenge before it is replaced, its unsent message ended. Only if nothing in the [`Charge`] is in the way, which
    /// is spent in the same step.
    async fn issue(&self, issue: Issue, now: Timestamp) -> Result<Issued, StoreError>;

    /// As [`Self::issue`], if the old challenge is this handle's, not used, not replaced, and its `resend_at` has
    /// come by `now`; kills the old code in the same step and ends its unsent message as expired. Of many parallel
    /// calls for one old challenge at most one does anything. Of the issue's turn only the rate is looked at; its once is
    /// not; the charge is.
    async fn reissue(&self, old: &ChallengeHandle, issue: Issue, now: Timestamp) -> Result<Reissued, StoreError>;

    /// Writes a registration with a challenge and a message for each of its contacts, all or nothing. The issues'
    /// addressee is not looked at: each is for this registration, or for nobody where an account holds the contact; then its notice goes out.
    async fn register(
        &self,
        registration: NewRegistration,
        issues: Vec<Issue>,
        now: Timestamp,
    ) -> Result<Registered, StoreError>;

    /// The challenge of that id, with what became of its message. The caller checks the handle's secret.
    async fn find(&self, id: ChallengeId) -> Result<Option<PendingChallenge>, StoreError>;

    /// The newest challenge for a contact and a purpose that is found by contact: the one committed last, whatever became
    /// of it and whatever the clock says.
    async fn latest(&self, purpose: &Purpose, identifier: &Identifier) -> Result<Option<PendingChallenge>, StoreError>;

    /// Counts a guess, if the challenge is this handle's and of this purpose, alive at `now`, and has guesses left. Where
    /// several reasons speak against it: gone before used before expired before exhausted before over budget. A challenge
    /// that was once refused as expired stays so, here and in [`Self::redeem`], even when the clock is set back.
    ///
    /// In the same step it is taken from the budget, whatever the purpose: that of the account, active or not, that holds
    /// the challenge's contact, else of the contact ([`GuessBudget::of`]). Long codes take nothing from it.
    async fn reserve_guess(
        &self,
        handle: &ChallengeHandle,
        purpose: &Purpose,
        budget: &GuessBudget,
        now: Timestamp,
    ) -> Result<Reservation, StoreError>;

    /// Marks the challenge used and commits the effect, if it is neither used, replaced nor expired, and what the effect
    /// demands holds. After an error the code may be spent; the effect is committed with [`Redeemed::Done`] only, once.
    /// Codes sent by SMS are counted for their blocks of numbers in the same step.
    async fn redeem(&self, id: ChallengeId, redemption: Redemption, now: Timestamp) -> Result<Redeemed, StoreError>;

    /// Ends a challenge unused, if it is this handle's, and its unsent message. False when it is used, replaced or
    /// expired already.
    async fn cancel(&self, handle: &ChallengeHandle, now: Timestamp) -> Result<bool, StoreError>;
}
