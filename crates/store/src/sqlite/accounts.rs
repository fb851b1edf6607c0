//! People.

use async_trait::async_trait;
use otpd_domain::Timestamp;
use otpd_domain::account::{Account, AccountId, NewAccount, Role};
use otpd_domain::identifier::{EmailAddress, Identifier, PhoneNumber};
use otpd_domain::ports::{AccountChange, AccountError, AccountQuery, AccountStore, StoreError, StoredPassword};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::SqliteStore;
use super::columns::{account, account_columns};
use super::errors::broken_unique;
use super::passwords::stored_password;
use super::post::post_notices;
use super::sessions::end_sessions;

#[async_trait]
impl AccountStore for SqliteStore {
    async fn create(&self, account: NewAccount, now: Timestamp) -> Result<AccountId, AccountError> {
        self.write(move |connection| create(connection, &account, now)).await?
    }

    async fn update(&self, id: AccountId, change: AccountChange, now: Timestamp) -> Result<(), AccountError> {
        self.write(move |connection| update(connection, id, &change, now)).await?
    }

    async fn get(&self, id: AccountId) -> Result<Account, AccountError> {
        self.read(|connection| get(connection, id))?.ok_or(AccountError::NotFound)
    }

    async fn find(&self, identifier: &Identifier) -> Result<Option<Account>, StoreError> {
        self.read(|connection| find(connection, identifier))
    }

    async fn password(&self, identifier: &Identifier) -> Result<Option<StoredPassword>, StoreError> {
        self.read(|connection| stored_password(connection, identifier))
    }

    async fn list(&self, query: AccountQuery) -> Result<Vec<Account>, StoreError> {
        self.scan(move |connection| list(connection, &query)).await
    }
}

const NEXT_NUMBER: &str = "UPDATE account_numbers SET last = last + 1 WHERE one = 1 RETURNING last";

/// The next id for an account or a registration.
pub(super) fn next_number(connection: &Connection) -> Result<i64> {
    connection.prepare_cached(NEXT_NUMBER)?.query_row([], |row| row.get(0))
}

fn create(connection: &Connection, account: &NewAccount, now: Timestamp) -> Result<Result<AccountId, AccountError>> {
    let id = AccountId(next_number(connection)?);
    match insert_account(connection, id, account, now) {
        Ok(()) => Ok(Ok(id)),
        Err(error) => taken(&error).map(Err).ok_or(error),
    }
}

const CREATE: &str = "INSERT INTO accounts (id, name, first_name, last_name, email, phone, address, customer_type, \
     role, active, language, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";

/// Writes an account of that id.
pub(super) fn insert_account(
    connection: &Connection,
    id: AccountId,
    account: &NewAccount,
    now: Timestamp,
) -> Result<()> {
    let values = params![
        id.0,
        account.name,
        account.names.as_ref().map(|names| &names.first),
        account.names.as_ref().map(|names| &names.last),
        account.email.as_ref().map(EmailAddress::as_str),
        account.phone.as_ref().map(PhoneNumber::as_str),
        account.address,
        account.customer_type,
        account.role.as_str(),
        account.active,
        account.language,
        now.as_millis(),
    ];
    connection.prepare_cached(CREATE)?.execute(values).map(|_| ())
}

const UPDATE: &str = "UPDATE accounts SET name = ?2, first_name = ?3, last_name = ?4, email = ?5, phone = ?6, \
     address = ?7, customer_type = ?8, role = ?9, active = ?10, language = ?11 WHERE id = ?1";

fn update(
    connection: &Connection,
    id: AccountId,
    change: &AccountChange,
    now: Timestamp,
) -> Result<Result<(), AccountError>> {
    match get(connection, id)? {
        None => return Ok(Err(AccountError::NotFound)),
        Some(account) if account.profile != change.before => return Ok(Err(AccountError::Changed)),
        Some(_) => {}
    }
    let profile = &change.after;
    let values = params![
        id.0,
        profile.name,
        profile.names.as_ref().map(|names| &names.first),
        profile.names.as_ref().map(|names| &names.last),
        profile.email.as_ref().map(EmailAddress::as_str),
        profile.phone.as_ref().map(PhoneNumber::as_str),
        profile.address,
        profile.customer_type,
        profile.role.as_str(),
        profile.active,
        profile.language,
    ];
    if let Err(error) = connection.prepare_cached(UPDATE)?.execute(values) {
        return taken(&error).map(Err).ok_or(error);
    }
    let moved = (&change.before.email, &change.before.phone) != (&profile.email, &profile.phone);
    if !profile.active || moved {
        end_sessions(connection, id, None, now)?;
    }
    post_notices(connection, &change.notices, id)?;
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
pub(super) const HOT: &[&str] = &[NEXT_NUMBER, CREATE, UPDATE, GET, FIND_EMAIL, FIND_PHONE, LIST];
