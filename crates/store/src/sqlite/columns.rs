//! Columns to domain values and back. What cannot be read is an error, never a guess.

use otpd_domain::Timestamp;
use otpd_domain::account::{Account, AccountId, NewAccount, PersonNames, Role};
use otpd_domain::identifier::{Channel, EmailAddress, PhoneNumber};
use rusqlite::types::Type;
use rusqlite::{Error, Result, Row};

/// An instant.
pub(super) fn instant(row: &Row<'_>, index: usize) -> Result<Timestamp> {
    row.get(index).map(Timestamp::from_millis)
}

/// An instant, or NULL.
pub(super) fn maybe_instant(row: &Row<'_>, index: usize) -> Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(index)?.map(Timestamp::from_millis))
}

/// A stored word, read by its type's own reader.
pub(super) fn word<T>(row: &Row<'_>, index: usize, read: impl FnOnce(&str) -> Option<T>) -> Result<T> {
    let text = row.get_ref(index)?.as_str()?;
    read(text).ok_or_else(|| {
        let why = format!("column {index} holds a word this program does not know");
        Error::FromSqlConversionFailure(index, Type::Text, why.into())
    })
}

/// Every channel, for what is done to each.
pub(super) const CHANNELS: [Channel; 2] = [Channel::Email, Channel::Sms];

/// A channel.
pub(super) fn channel(row: &Row<'_>, index: usize) -> Result<Channel> {
    word(row, index, Channel::from_word)
}

/// The columns [`account`] reads, in its order, of `accounts a`. The last sign-in is the latest session's, or what
/// clean-up noted of a session it deleted: to write it into the account at every sign-in would cost a page of its own.
macro_rules! account_columns {
    () => {
        "a.id, a.name, a.first_name, a.last_name, a.email, a.phone, a.address, a.customer_type, a.role, a.active, \
         a.language, a.created_at, \
         coalesce((SELECT l.created_at FROM sessions l WHERE l.account_id = a.id ORDER BY l.id DESC LIMIT 1), \
         a.last_sign_in_at)"
    };
}
pub(super) use account_columns;

/// An account, from the columns of [`account_columns`] at `first` and after.
pub(super) fn account(row: &Row<'_>, first: usize) -> Result<Account> {
    Ok(Account {
        id: AccountId(row.get(first)?),
        profile: NewAccount {
            name: row.get(first + 1)?,
            names: names(row, first + 2)?,
            email: row.get::<_, Option<String>>(first + 4)?.map(EmailAddress::from_stored),
            phone: row.get::<_, Option<String>>(first + 5)?.map(PhoneNumber::from_stored),
            address: row.get(first + 6)?,
            customer_type: row.get(first + 7)?,
            role: word(row, first + 8, Role::from_word)?,
            active: row.get(first + 9)?,
            language: row.get(first + 10)?,
        },
        created_at: instant(row, first + 11)?,
        last_sign_in_at: maybe_instant(row, first + 12)?,
    })
}

/// First and last name, which lie side by side; both are NULL when the name was given as one.
fn names(row: &Row<'_>, index: usize) -> Result<Option<PersonNames>> {
    let parts = (row.get::<_, Option<String>>(index)?, row.get::<_, Option<String>>(index + 1)?);
    Ok(match parts {
        (None, None) => None,
        (first, last) => Some(PersonNames { first: first.unwrap_or_default(), last: last.unwrap_or_default() }),
    })
}
