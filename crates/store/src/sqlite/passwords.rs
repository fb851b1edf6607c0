//! What is kept of passwords.

use otpd_domain::Timestamp;
use otpd_domain::account::AccountId;
use otpd_domain::identifier::Identifier;
use otpd_domain::password::PasswordHash;
use otpd_domain::ports::StoredPassword;
use rusqlite::{Connection, OptionalExtension, Result, params};

const BY_EMAIL: &str =
    "SELECT a.id, a.active, p.hash FROM accounts a LEFT JOIN passwords p ON p.account_id = a.id WHERE a.email = ?1";
const BY_PHONE: &str =
    "SELECT a.id, a.active, p.hash FROM accounts a LEFT JOIN passwords p ON p.account_id = a.id WHERE a.phone = ?1";

/// What a log-in needs of the account that holds the contact.
pub(super) fn stored_password(connection: &Connection, identifier: &Identifier) -> Result<Option<StoredPassword>> {
    let sql = match identifier {
        Identifier::Email(_) => BY_EMAIL,
        Identifier::Phone(_) => BY_PHONE,
    };
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_row([identifier.as_str()], |row| {
        Ok(StoredPassword {
            account: AccountId(row.get(0)?),
            active: row.get(1)?,
            hash: row.get::<_, Option<String>>(2)?.map(PasswordHash::from_stored),
        })
    });
    found.optional()
}

const SET: &str = "INSERT INTO passwords (account_id, hash, changed_at) VALUES (?1, ?2, ?3) \
     ON CONFLICT DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at";

/// Gives the account this password, whatever it had before.
pub(super) fn set_password(connection: &Connection, account: AccountId, hash: &str, now: Timestamp) -> Result<()> {
    connection.prepare_cached(SET)?.execute(params![account.0, hash, now.as_millis()]).map(|_| ())
}

const IS_PROOF: &str = "SELECT 1 FROM accounts a JOIN passwords p ON p.account_id = a.id \
     WHERE a.id = ?1 AND a.active AND p.hash = ?2";

/// Whether the account is active and its password still is the one that was compared.
pub(super) fn is_proof(connection: &Connection, account: AccountId, compared: &PasswordHash) -> Result<bool> {
    connection.prepare_cached(IS_PROOF)?.exists(params![account.0, compared.as_str()])
}

const REHASH: &str = "UPDATE passwords SET hash = ?2 WHERE account_id = ?1";

/// Keeps the same password in another form.
pub(super) fn rehash(connection: &Connection, account: AccountId, hash: &PasswordHash) -> Result<()> {
    connection.prepare_cached(REHASH)?.execute(params![account.0, hash.as_str()]).map(|_| ())
}

/// The statements of this file that people wait for.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[BY_EMAIL, BY_PHONE, SET, IS_PROOF, REHASH];
