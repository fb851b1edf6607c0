//! What a store of challenges outside of the database asks of the database: accounts, registrations, the outbox.

use async_trait::async_trait;

use super::{Denied, GuessBudget, Issue, OverBudget, Redeemed, Redemption, Spent, StoreError};
use crate::account::{AccountId, RegistrationId};
use crate::challenge::Subject;
use crate::clock::Timestamp;
use crate::identifier::Identifier;
use crate::message::{DeliveryState, MessageId};
use crate::register::NewRegistration;

/// A message to post, with what decides whether it goes out and to whom.
#[derive(Clone, Debug)]
pub struct Posting {
    /// The challenge's issue; of the challenge only contact, purpose and times are looked at.
    pub issue: Issue,
    /// A message to end as expired in the same step: that of the code this one replaces.
    pub replaces: Option<MessageId>,
}

/// What a redeemed code is about: all that the database needs to know of the challenge.
#[derive(Clone, Debug)]
pub struct Settled {
    /// Whom it is about.
    pub subject: Subject,
    /// The contact that was proven.
    pub identifier: Identifier,
    /// The message that carried the code, for the figures.
    pub message_id: MessageId,
    /// When it was sent, for the block of numbers it went to.
    pub sent_at: Timestamp,
}

/// The database's part of issuing and redeeming, for challenges that live elsewhere. The figures count these codes, too.
#[async_trait]
pub trait Records: Send + Sync {
    /// Finds the subject and puts the message (or its notice) into the outbox, if nothing in the issue's charge is in the
    /// way, which is spent in the same step.
    async fn post(&self, posting: Posting, now: Timestamp) -> Result<Result<Subject, Denied>, StoreError>;

    /// Writes a registration and puts a message for each of its contacts into the outbox; the subjects come in the order
    /// of the postings.
    async fn post_registration(
        &self,
        registration: NewRegistration,
        postings: Vec<Posting>,
        now: Timestamp,
    ) -> Result<Result<(RegistrationId, Vec<Subject>), Denied>, StoreError>;

    /// Takes a guess at a code sent to that contact from the budget: see
    /// [`ChallengeStore::reserve_guess`](super::ChallengeStore::reserve_guess). `account` is
    /// [`Purpose::account_sent_to`](crate::challenge::Purpose::account_sent_to); without it the contact's holder is looked up.
    async fn spend_guess(
        &self,
        contact: &Identifier,
        account: Option<AccountId>,
        budget: &GuessBudget,
        now: Timestamp,
    ) -> Result<Result<Spent, OverBudget>, StoreError>;

    /// Commits the effect of a used code, with what else its [`Redemption`] asks for, or refuses it: [`Redeemed::Refused`].
    async fn settle(&self, settled: Settled, redemption: Redemption, now: Timestamp) -> Result<Redeemed, StoreError>;

    /// Ends an unsent message as expired.
    async fn withdraw(&self, message: MessageId, now: Timestamp) -> Result<(), StoreError>;

    /// What became of a message; `None` once the outbox forgot it.
    async fn delivery_state(&self, message: MessageId) -> Result<Option<DeliveryState>, StoreError>;
}
