//! The database's part of codes that are kept outside of it.

use async_trait::async_trait;
use otpd_domain::Timestamp;
use otpd_domain::account::{AccountId, RegistrationId};
use otpd_domain::challenge::Subject;
use otpd_domain::identifier::Identifier;
use otpd_domain::message::{DeliveryState, MessageId};
use otpd_domain::ports::{
    Addressee, Denied, GuessBudget, OverBudget, Posting, Records, Redeemed, Redemption, Settled, Spent, StoreError,
};
use otpd_domain::register::NewRegistration;
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::SqliteStore;
use super::guesses::take_guess;
use super::issue::{charge_all, charge_one};
use super::ledgers::SendLedgers;
use super::outbox::{delivery_state, expire_message};
use super::post::{CodeIsKept, Outgoing};
use super::redeem::{Used, use_code};
use super::registrations::insert_registration;
use super::subjects::subject_of;

#[async_trait]
impl Records for SqliteStore {
    async fn post(&self, posting: Posting, now: Timestamp) -> Result<std::result::Result<Subject, Denied>, StoreError> {
        let sends = self.sends();
        self.write(move |connection| post_charged(connection, &sends, &posting, now)).await
    }

    async fn post_registration(
        &self,
        registration: NewRegistration,
        postings: Vec<Posting>,
        now: Timestamp,
    ) -> Result<std::result::Result<(RegistrationId, Vec<Subject>), Denied>, StoreError> {
        let sends = self.sends();
        self.write(move |connection| {
            let issues = postings.iter().map(|posting| &posting.issue);
            if let Err(denied) = charge_all(connection, &sends, issues, now)? {
                return Ok(Err(denied));
            }
            let id = insert_registration(connection, &registration)?;
            let mut subjects = Vec::with_capacity(postings.len());
            for posting in &postings {
                let contact = &posting.issue.challenge.identifier;
                let subject = subject_of(connection, Addressee::Registration(id), contact, now)?;
                let outgoing = Outgoing::of(connection, &posting.issue, subject, CodeIsKept::Outside)?;
                post(connection, posting, &outgoing, now)?;
                subjects.push(subject);
            }
            Ok(Ok((id, subjects)))
        })
        .await
    }

    async fn spend_guess(
        &self,
        contact: &Identifier,
        account: Option<AccountId>,
        budget: &GuessBudget,
        now: Timestamp,
    ) -> Result<std::result::Result<Spent, OverBudget>, StoreError> {
        let (contact, budget) = (contact.clone(), budget.clone());
        let spent_until = self.spent_until();
        self.write(move |connection| take_guess(connection, (&contact, account), &budget, now, &spent_until)).await
    }

    async fn settle(&self, settled: Settled, redemption: Redemption, now: Timestamp) -> Result<Redeemed, StoreError> {
        self.write(move |connection| {
            let used = Used { subject: settled.subject, contact: &settled.identifier, sent_at: settled.sent_at };
            let redeemed = use_code(connection, &used, &redemption, now)?;
            if matches!(redeemed, Redeemed::Done { .. }) {
                end_code(connection, settled.message_id, USED, now)?;
            }
            Ok(redeemed)
        })
        .await
    }

    async fn withdraw(&self, message: MessageId, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |connection| withdraw(connection, message, now)).await
    }

    async fn delivery_state(&self, message: MessageId) -> Result<Option<DeliveryState>, StoreError> {
        self.read(|connection| state_of(connection, message))
    }
}

fn post_charged(
    connection: &Connection,
    ledgers: &SendLedgers,
    posting: &Posting,
    now: Timestamp,
) -> Result<std::result::Result<Subject, Denied>> {
    let issue = &posting.issue;
    let subject = subject_of(connection, issue.addressee, &issue.challenge.identifier, now)?;
    let outgoing = Outgoing::of(connection, issue, subject, CodeIsKept::Outside)?;
    if let Err(denied) = charge_one(connection, ledgers, issue, (subject, &outgoing), now)? {
        return Ok(Err(denied));
    }
    post(connection, posting, &outgoing, now)?;
    Ok(Ok(subject))
}

fn post(connection: &Connection, posting: &Posting, outgoing: &Outgoing<'_>, now: Timestamp) -> Result<()> {
    if let Some(replaced) = posting.replaces {
        withdraw(connection, replaced, now)?;
    }
    outgoing.post(connection)
}

fn withdraw(connection: &Connection, message: MessageId, now: Timestamp) -> Result<()> {
    expire_message(connection, message, now)?;
    end_code(connection, message, DEAD, now)
}

/// What `outbox.code` says of a code that was used.
pub(super) const USED: &str = "used";
/// What it says of one that was replaced or cancelled.
const DEAD: &str = "dead";

const END_CODE: &str = "UPDATE outbox SET code = ?2, code_ended_at = ?3 WHERE id = ?1 AND code = 'live'";

/// Notes for the figures what became of a code.
fn end_code(connection: &Connection, message: MessageId, end: &str, now: Timestamp) -> Result<()> {
    connection.prepare_cached(END_CODE)?.execute(params![message.as_bytes(), end, now.as_millis()]).map(|_| ())
}

const STATE: &str = "SELECT outcome, tries, deferred FROM outbox WHERE id = ?1";

fn state_of(connection: &Connection, message: MessageId) -> Result<Option<DeliveryState>> {
    connection.prepare_cached(STATE)?.query_row([message.as_bytes()], |row| delivery_state(row, 0)).optional()
}

/// The statements of this file that people wait for.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[END_CODE, STATE];
