//! Registrations that wait for their activation.

use otpd_domain::Timestamp;
use otpd_domain::account::{PersonNames, RegistrationId};
use otpd_domain::identifier::{Identifier, PhoneNumber};
use otpd_domain::register::NewRegistration;
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::accounts::next_number;

const INSERT: &str = "INSERT INTO registrations (id, first_name, last_name, email, phone, password, customer_type, \
     language, client, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

/// Writes a registration; its id is the account's that it may become.
pub(super) fn insert_registration(connection: &Connection, registration: &NewRegistration) -> Result<RegistrationId> {
    let id = RegistrationId(next_number(connection)?);
    let values = params![
        id.0,
        registration.names.first,
        registration.names.last,
        registration.email.as_str(),
        registration.phone.as_ref().map(PhoneNumber::as_str),
        registration.password.as_str(),
        registration.customer_type,
        registration.language,
        registration.client,
        registration.created_at.as_millis(),
        registration.expires_at.as_millis(),
    ];
    connection.prepare_cached(INSERT)?.execute(values)?;
    Ok(id)
}

const NEWEST_BY_EMAIL: &str = "SELECT id FROM registrations \
     WHERE email = ?1 AND email_proven_at IS NULL AND expires_at > ?2 ORDER BY id DESC LIMIT 1";
const NEWEST_BY_PHONE: &str = "SELECT id FROM registrations \
     WHERE phone = ?1 AND phone_proven_at IS NULL AND expires_at > ?2 ORDER BY id DESC LIMIT 1";

/// The newest registration that gave the contact and has not proven it.
pub(super) fn newest_unproven(
    connection: &Connection,
    contact: &Identifier,
    now: Timestamp,
) -> Result<Option<RegistrationId>> {
    let sql = match contact {
        Identifier::Email(_) => NEWEST_BY_EMAIL,
        Identifier::Phone(_) => NEWEST_BY_PHONE,
    };
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_row(params![contact.as_str(), now.as_millis()], |row| row.get(0).map(RegistrationId)).optional()
}

const CLAIMS: &str = "SELECT 1 FROM registrations WHERE id = ?1 AND expires_at > ?3 \
     AND (email = ?2 AND email_proven_at IS NULL OR phone = ?2 AND phone_proven_at IS NULL)";

/// Whether the registration lives, gave that contact and has not proven it. It may be an account already, by its other
/// contact.
pub(super) fn claims(
    connection: &Connection,
    id: RegistrationId,
    contact: &Identifier,
    now: Timestamp,
) -> Result<bool> {
    connection.prepare_cached(CLAIMS)?.exists(params![id.0, contact.as_str(), now.as_millis()])
}

/// A registration, as far as its activation needs it.
pub(super) struct Registration {
    pub(super) names: PersonNames,
    pub(super) password: Option<String>,
    pub(super) customer_type: String,
    pub(super) language: String,
    pub(super) client: Option<String>,
    /// Whether it is an account already.
    pub(super) activated: bool,
}

const READ: &str = "SELECT first_name, last_name, password, customer_type, language, client, account_id IS NOT NULL \
     FROM registrations WHERE id = ?1";

/// The registration of that id.
pub(super) fn read_registration(connection: &Connection, id: RegistrationId) -> Result<Option<Registration>> {
    let mut statement = connection.prepare_cached(READ)?;
    let read = statement.query_row([id.0], |row| {
        Ok(Registration {
            names: PersonNames { first: row.get(0)?, last: row.get(1)? },
            password: row.get(2)?,
            customer_type: row.get(3)?,
            language: row.get(4)?,
            client: row.get(5)?,
            activated: row.get(6)?,
        })
    });
    read.optional()
}

const RIVALS_BY_EMAIL: &str = "SELECT 1 FROM registrations \
     WHERE email = ?1 AND id <> ?2 AND (client IS NULL OR ?3 IS NULL OR client <> ?3)";
const RIVALS_BY_PHONE: &str = "SELECT 1 FROM registrations \
     WHERE phone = ?1 AND id <> ?2 AND (client IS NULL OR ?3 IS NULL OR client <> ?3)";

/// Whether another registration, activated or not, gave the contact and came from elsewhere than this one. Two unknown
/// clients are never the same.
pub(super) fn has_rivals(
    connection: &Connection,
    id: RegistrationId,
    client: Option<&str>,
    contact: &Identifier,
) -> Result<bool> {
    let sql = match contact {
        Identifier::Email(_) => RIVALS_BY_EMAIL,
        Identifier::Phone(_) => RIVALS_BY_PHONE,
    };
    connection.prepare_cached(sql)?.exists(params![contact.as_str(), id.0, client])
}

const MARK_BY_EMAIL: &str = "UPDATE registrations SET account_id = id, password = NULL, email_proven_at = ?2, \
     phone = iif(?3, NULL, phone) WHERE id = ?1";
const MARK_BY_PHONE: &str = "UPDATE registrations SET account_id = id, password = NULL, phone_proven_at = ?2, \
     email = iif(?3, NULL, email) WHERE id = ?1";

/// Notes that it is an account from now on and has proven the contact. A doubtful one loses its other contact.
pub(super) fn mark_proven(
    connection: &Connection,
    id: RegistrationId,
    contact: &Identifier,
    is_doubtful: bool,
    now: Timestamp,
) -> Result<()> {
    let sql = match contact {
        Identifier::Email(_) => MARK_BY_EMAIL,
        Identifier::Phone(_) => MARK_BY_PHONE,
    };
    connection.prepare_cached(sql)?.execute(params![id.0, now.as_millis(), is_doubtful]).map(|_| ())
}

const TAKE_EMAIL: &str = "UPDATE registrations SET email = NULL WHERE email = ?1 AND account_id IS NULL";
const TAKE_PHONE: &str = "UPDATE registrations SET phone = NULL WHERE phone = ?1 AND account_id IS NULL";

/// Takes a contact from the registrations that wait: somebody has proven it.
pub(super) fn take_from_waiting(connection: &Connection, contact: &Identifier) -> Result<()> {
    let sql = match contact {
        Identifier::Email(_) => TAKE_EMAIL,
        Identifier::Phone(_) => TAKE_PHONE,
    };
    connection.prepare_cached(sql)?.execute([contact.as_str()]).map(|_| ())
}

const DELETE_OLD: &str = "DELETE FROM registrations \
     WHERE id IN (SELECT id FROM registrations WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2) \
     RETURNING account_id IS NULL";

/// What a step of clean-up deleted.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Deleted {
    /// Rows in all.
    pub(super) rows: u64,
    /// Those of them that were never activated.
    pub(super) never_activated: u64,
}

/// Deletes up to `limit` registrations that expired by then.
pub(super) fn delete_old(connection: &Connection, expired_by: Timestamp, limit: u32) -> Result<Deleted> {
    let mut statement = connection.prepare_cached(DELETE_OLD)?;
    let mut deleted = Deleted::default();
    for waited in statement.query_map(params![expired_by.as_millis(), limit], |row| row.get::<_, bool>(0))? {
        deleted.rows += 1;
        deleted.never_activated += u64::from(waited?);
    }
    Ok(deleted)
}

/// The statements of this file that people wait for.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[
    INSERT,
    NEWEST_BY_EMAIL,
    NEWEST_BY_PHONE,
    CLAIMS,
    READ,
    RIVALS_BY_EMAIL,
    RIVALS_BY_PHONE,
    MARK_BY_EMAIL,
    MARK_BY_PHONE,
    TAKE_EMAIL,
    TAKE_PHONE,
    DELETE_OLD,
];
