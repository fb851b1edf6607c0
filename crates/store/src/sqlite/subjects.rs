//! Whom a challenge is about: the one place that finds it.

use otpd_domain::Timestamp;
use otpd_domain::account::AccountId;
use otpd_domain::challenge::Subject;
use otpd_domain::identifier::Identifier;
use otpd_domain::ports::Addressee;
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::registrations::{claims, newest_unproven};

/// Finds the subject for an addressee at a contact.
pub(super) fn subject_of(
    connection: &Connection,
    addressee: Addressee,
    contact: &Identifier,
    now: Timestamp,
) -> Result<Subject> {
    let found = match addressee {
        Addressee::Holder => active_holder(connection, contact)?.map(Subject::Account),
        Addressee::Anyone => Some(Subject::Anyone),
        Addressee::Nobody => None,
        Addressee::NewContactOf(account) => {
            let is_anothers = holder(connection, contact)?.is_some_and(|holder| holder != account);
            let possible = !is_anothers && is_active(connection, account)?;
            possible.then_some(Subject::Account(account))
        }
        // A contact that an account holds can no longer be registered. Whether one does must not show in how long this takes, so
        // the registration is looked for all the same.
        Addressee::Registrant => {
            let is_free = holder(connection, contact)?.is_none();
            newest_unproven(connection, contact, now)?.filter(|_| is_free).map(Subject::Registration)
        }
        Addressee::Registration(id) => {
            let is_free = holder(connection, contact)?.is_none();
            (claims(connection, id, contact, now)? && is_free).then_some(Subject::Registration(id))
        }
    };
    Ok(found.unwrap_or(Subject::Nobody))
}

const ACTIVE_HOLDER_OF_EMAIL: &str = "SELECT id FROM accounts WHERE email = ?1 AND active";
const ACTIVE_HOLDER_OF_PHONE: &str = "SELECT id FROM accounts WHERE phone = ?1 AND active";

/// The active account that has the contact.
fn active_holder(connection: &Connection, contact: &Identifier) -> Result<Option<AccountId>> {
    account_by(connection, contact, (ACTIVE_HOLDER_OF_EMAIL, ACTIVE_HOLDER_OF_PHONE))
}

const HOLDER_OF_EMAIL: &str = "SELECT id FROM accounts WHERE email = ?1";
const HOLDER_OF_PHONE: &str = "SELECT id FROM accounts WHERE phone = ?1";

/// The account that has the contact, active or not.
pub(super) fn holder(connection: &Connection, contact: &Identifier) -> Result<Option<AccountId>> {
    account_by(connection, contact, (HOLDER_OF_EMAIL, HOLDER_OF_PHONE))
}

fn account_by(connection: &Connection, contact: &Identifier, sql: (&str, &str)) -> Result<Option<AccountId>> {
    let sql = match contact {
        Identifier::Email(_) => sql.0,
        Identifier::Phone(_) => sql.1,
    };
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_row([contact.as_str()], |row| row.get(0).map(AccountId)).optional()
}

const IS_ACTIVE: &str = "SELECT 1 FROM accounts WHERE id = ?1 AND active";

/// Whether there is such an account and it may sign in.
pub(super) fn is_active(connection: &Connection, account: AccountId) -> Result<bool> {
    connection.prepare_cached(IS_ACTIVE)?.exists([account.0])
}

const HOLDS: &str = "SELECT 1 FROM accounts WHERE id = ?1 AND active AND (email = ?2 OR phone = ?2)";

/// Whether the account may sign in and has the contact: a code that went to one it has no longer opens nothing. The
/// statement that opens a session for a code asks the same.
pub(super) fn holds(connection: &Connection, account: AccountId, contact: &Identifier) -> Result<bool> {
    connection.prepare_cached(HOLDS)?.exists(params![account.0, contact.as_str()])
}

/// The statements of this file that people wait for.
#[cfg(test)]
pub(super) const HOT: &[&str] =
    &[ACTIVE_HOLDER_OF_EMAIL, ACTIVE_HOLDER_OF_PHONE, HOLDER_OF_EMAIL, HOLDER_OF_PHONE, IS_ACTIVE, HOLDS];
