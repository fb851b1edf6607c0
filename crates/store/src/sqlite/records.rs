//! The database's part of codes that are kept outside of it.

use async_trait::async_trait;
use otpd_domain::Timestamp;
use otpd_domain::account::RegistrationId;
use otpd_domain::challenge::Subject;
use otpd_domain::message::{DeliveryState, MessageId};
use otpd_domain::ports::{Addressee, Effect, Posting, Records, Redeemed, Settled, StoreError};
use otpd_domain::register::NewRegistration;
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::SqliteStore;
use super::effects::settle;
use super::outbox::{delivery_state, expire_message};
use super::post::{CodeIsKept, post};
use super::registrations::insert_registration;
use super::subjects::subject_of;

#[async_trait]
impl Records for SqliteStore {
    async fn post(&self, posting: Posting, now: Timestamp) -> Result<Subject, StoreError> {
        self.write(move |connection| post_one(connection, &posting, posting.issue.addressee, now)).await
    }

    async fn post_registration(
        &self,
        registration: NewRegistration,
        postings: Vec<Posting>,
        now: Timestamp,
    ) -> Result<(RegistrationId, Vec<Subject>), StoreError> {
        self.write(move |connection| {
            let id = insert_registration(connection, &registration)?;
            let addressee = Addressee::Registration(id);
            let subjects = postings.iter().map(|posting| post_one(connection, posting, addressee, now));
            Ok((id, subjects.collect::<Result<_>>()?))
        })
        .await
    }

    async fn settle(&self, settled: Settled, effect: Effect, now: Timestamp) -> Result<Redeemed, StoreError> {
        self.write(move |connection| {
            let redeemed = settle(connection, settled.subject, &settled.identifier, &effect, now)?;
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

fn post_one(connection: &Connection, posting: &Posting, addressee: Addressee, now: Timestamp) -> Result<Subject> {
    let subject = subject_of(connection, addressee, &posting.issue.challenge.identifier, now)?;
    if let Some(replaced) = posting.replaces {
        withdraw(connection, replaced, now)?;
    }
    post(connection, &posting.issue, subject, CodeIsKept::Outside)?;
    Ok(subject)
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
