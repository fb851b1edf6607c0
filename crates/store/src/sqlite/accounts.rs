//! People.

use async_trait::async_trait;
use otpd_domain::Timestamp;
use otpd_domain::account::{Account, AccountId, NewAccount, Role};
use otpd_domain::identifier::{EmailAddress, Identifier, PhoneNumber};
use otpd_domain::ports::{AccountError, AccountQuery, AccountStore, StoreError};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::SqliteStore;
use super::columns::{account, account_columns};
use super::errors::broken_unique;
use super::sessions::end_sessions;

#[async_trait]
impl AccountStore for SqliteStore {
    async fn create(&self, account: NewAccount, now: Timestamp) -> Result<AccountId, AccountError> {
        self.write(move |connection| create(connection, &account, now)).await?
    }

    async fn update(&self, id: AccountId, profile: NewAccount, now: Timestamp) -> Result<(), AccountError> {
        self.write(move |connection| update(connection, id, &profile, now)).await?
    }

    async fn get(&self, id: AccountId) -> Result<Account, AccountError> {
        self.read(|connection| get(connection, id))?.ok_or(AccountError::NotFound)
    }

    async fn find(&self, identifier: &Identifier) -> Result<Option<Account>, StoreError> {
        self.read(|connection| find(connection, identifier))
    }

    async fn list(&self, query: AccountQuery) -> Result<Vec<Account>, StoreError> {
        self.scan(move |connection| list(connection, &query)).await
    }
}

const CREATE: &str = "INSERT INTO accounts (name, email, phone, address, customer_type, role, active, language, \
     created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

fn create(connection: &Connection, account: &NewAccount, now: Timestamp) -> Result<Result<AccountId, AccountError>> {
    let values = params![
        account.name,
        account.email.as_ref().map(EmailAddress::as_str),
        account.phone.as_ref().map(PhoneNumber::as_str),
        account.address,
        account.customer_type,
        account.role.as_str(),
        account.active,
        account.language,
        now.as_millis(),
    ];
    match connection.prepare_cached(CREATE)?.insert(values) {
        Ok(id) => Ok(Ok(AccountId(id))),
        Err(error) => taken(&error).map(Err).ok_or(error),
    }
}

const UPDATE: &str = "UPDATE accounts SET name = ?2, email = ?3, phone = ?4, address = ?5, customer_type = ?6, \
     role = ?7, active = ?8, language = ?9 WHERE id = ?1";

fn update(
    connection: &Connection,
    id: AccountId,
    profile: &NewAccount,
    now: Timestamp,
) -> Result<Result<(), AccountError>> {
    let values = params![
        id.0,
        profile.name,
        profile.email.as_ref().map(EmailAddress::as_str),
        profile.phone.as_ref().map(PhoneNumber::as_str),
        profile.address,
        profile.customer_type,
        profile.role.as_str(),
        profile.active,
        profile.language,
    ];
    match connection.prepare_cached(UPDATE)?.execute(values) {
        Ok(0) => return Ok(Err(AccountError::NotFound)),
        Ok(_) => {}
        Err(error) => return taken(&error).map(Err).ok_or(error),
    }
    if !profile.active {
        end_sessions(connection, id, None, now)?;
    }
    Ok(Ok(()))
}

/// Which contact another account has. A statement that broke a constraint has changed nothing.
fn taken(error: &rusqlite::Error) -> Option<AccountError> {
    match broken_unique(error)? {
        "accounts.email" => Some(AccountError::EmailTaken),
        "accounts.phone" => Some(AccountError::PhoneTaken),
        _ => None,
    }
}

const GET: &str = concat!("SELECT ", account_columns!(), " FROM accounts a WHERE a.id = ?1");
const FIND_EMAIL: &str = concat!("SELECT ", account_columns!(), " FROM accounts a WHERE a.email = ?1");
const FIND_PHONE: &str = concat!("SELECT ", account_columns!(), " FROM accounts a WHERE a.phone = ?1");

fn get(connection: &Connection, id: AccountId) -> Result<Option<Account>> {
    connection.prepare_cached(GET)?.query_row([id.0], |row| account(row, 0)).optional()
}

fn find(connection: &Connection, identifier: &Identifier) -> Result<Option<Account>> {
    let sql = match identifier {
        Identifier::Email(_) => FIND_EMAIL,
        Identifier::Phone(_) => FIND_PHONE,
    };
    connection.prepare_cached(sql)?.query_row([identifier.as_str()], |row| account(row, 0)).optional()
}

const LIST: &str = concat!(
    "SELECT ",
    account_columns!(),
    " FROM accounts a WHERE a.id > ?1 AND (?2 IS NULL OR a.role = ?2) AND (?3 IS NULL OR a.active = ?3) \
     ORDER BY a.id"
);

/// The text is looked for here and not by SQLite, which knows the case of ASCII letters only.
fn list(connection: &Connection, query: &AccountQuery) -> Result<Vec<Account>> {
    let wanted = query.containing.as_deref().map(str::to_lowercase);
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let mut page = Vec::new();
    let mut statement = connection.prepare_cached(LIST)?;
    let after = query.after.map_or(i64::MIN, |id| id.0);
    let mut rows = statement.query(params![after, query.role.map(Role::as_str), query.active])?;
    while page.len() < limit {
        let Some(row) = rows.next()? else { break };
        let found = account(row, 0)?;
        if wanted.as_deref().is_none_or(|wanted| contains(&found.profile, wanted)) {
            page.push(found);
        }
    }
    Ok(page)
}

fn contains(profile: &NewAccount, lower_case: &str) -> bool {
    profile.name.to_lowercase().contains(lower_case)
        || profile.email.as_ref().is_some_and(|email| email.as_str().to_lowercase().contains(lower_case))
        || profile.phone.as_ref().is_some_and(|phone| phone.as_str().contains(lower_case))
}

/// The statements of this file that people wait for.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[CREATE, UPDATE, GET, FIND_EMAIL, FIND_PHONE, LIST];
